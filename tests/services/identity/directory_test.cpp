#include "identity_cloud.hpp"

namespace causeway::services {
namespace {

using test::IdentityCloud;

std::size_t everything(IdentityCloud& cloud) {
  return IdentityCloud::must(boundary::view(cloud.store, [](boundary::Reader& reader) -> Result<std::size_t> {
    TRY(const auto changes, reader.changes(0, SIZE_MAX));
    return changes.size();
  }));
}

TEST(Bootstrap, done_twice_changes_nothing) {
  IdentityCloud cloud;
  const auto records = everything(cloud);
  const auto revision = cloud.store.revision();
  cloud.bootstrap();
  EXPECT_EQ(everything(cloud), records);
  EXPECT_EQ(cloud.store.revision(), revision);
}

TEST(Bootstrap, corrects_the_urls_that_it_is_told_of_and_keeps_the_admins_password) {
  IdentityCloud cloud;
  IdentityCloud::must(cloud.identity.bootstrap({"other", {}, {{"network", "RegionOne", domain::Interface::public_, "http://new:9696"}}}));
  EXPECT_FALSE(cloud.identity.tokens.authenticate(IdentityCloud::password_login("admin", "other")));
  int corrected = 0, kept = 0;
  for (const auto& endpoint : IdentityCloud::must(cloud.identity.catalog.list_endpoints())) {
    corrected += endpoint.url == "http://new:9696" && endpoint.interface == domain::Interface::public_;
    kept += endpoint.url == "http://127.0.1.1:9696";
  }
  EXPECT_EQ(corrected, 1);
  EXPECT_EQ(kept, 2);
  EXPECT_EQ(cloud.identity.bootstrap({"x", {}, {{"compute", "RegionOne", domain::Interface::public_, "http://h"}}}).error().code, Code::invalid);
}

TEST(Catalog, fills_in_the_project_and_leaves_out_what_needs_one) {
  IdentityCloud cloud;
  const auto scoped = cloud.admin();
  const auto urls = [&](const domain::Caller& caller) {
    std::vector<std::string> all;
    for (const auto& entry : IdentityCloud::must(cloud.identity.catalog.build(caller))) {
      for (const auto& endpoint : entry.endpoints) all.push_back(endpoint.url);
    }
    return all;
  };
  const auto with_project = "http://127.0.2.1:9517/v1/" + scoped.caller.project_id.str();
  const auto all = urls(scoped.caller);
  EXPECT_EQ(all.size(), 9u);
  EXPECT_EQ(std::count(all.begin(), all.end(), with_project), 3);
  auto unscoped = scoped.caller;
  unscoped.project_id = {};
  EXPECT_EQ(urls(unscoped).size(), 6u);
}

TEST(Catalog, keeps_regions_that_are_used_and_makes_those_an_endpoint_names_the_old_way) {
  IdentityCloud cloud;
  auto& catalog = cloud.identity.catalog;
  EXPECT_EQ(catalog.remove_region("RegionOne").error().code, Code::conflict);
  EXPECT_EQ(catalog.create_region({.id = "RegionOne"}).error().code, Code::conflict);
  const auto service = IdentityCloud::must(catalog.create_service({.type = "dns", .name = "designate"}));
  EndpointDraft draft{
      .service_id = service.id, .region_id = "Nowhere", .url = "http://h", .interface = domain::Interface::public_};
  EXPECT_EQ(catalog.create_endpoint(draft).error().field, "region_id");
  draft.region_id.reset();
  draft.region = "Nowhere";
  const auto endpoint = IdentityCloud::must(catalog.create_endpoint(draft));
  EXPECT_EQ(endpoint.region_id, "Nowhere");
  EXPECT_TRUE(catalog.get_region("Nowhere"));
  IdentityCloud::must(catalog.remove_service(service.id));
  EXPECT_FALSE(catalog.get_endpoint(endpoint.id));
  EXPECT_TRUE(catalog.remove_region("Nowhere"));
}

TEST(Directory, refuses_names_that_are_taken_or_empty) {
  IdentityCloud cloud;
  cloud.member("alice");
  const auto again = cloud.identity.users.create({.name = "alice"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::conflict);
  EXPECT_EQ(again.error().reason, "identity.duplicate");
  EXPECT_FALSE(cloud.identity.users.create({.name = " "}));
  EXPECT_FALSE(cloud.identity.users.create({}));
  EXPECT_FALSE(cloud.identity.users.create({.name = "x", .domain_id = domain::DomainId("none")}));
  const auto domain = IdentityCloud::must(cloud.identity.projects.create_domain({.name = "d"}));
  EXPECT_TRUE(cloud.identity.users.create({.name = "alice", .domain_id = domain.id})) << "names are the domain's";
}

TEST(Directory, leaves_nothing_of_a_deleted_user) {
  IdentityCloud cloud;
  const auto alice = cloud.member("alice");
  const auto group = IdentityCloud::must(cloud.identity.users.create_group({.name = "devs"}));
  IdentityCloud::must(cloud.identity.users.add_member(group.id, alice.id));
  IdentityCloud::must(
      cloud.identity.application_credentials.create(cloud.login("alice", "pw-alice", "alice").caller, {.name = "ci"}));
  IdentityCloud::must(cloud.identity.users.remove(alice.id));
  const auto changes = IdentityCloud::must(
      boundary::view(cloud.store, [](boundary::Reader& reader) { return reader.changes(0, SIZE_MAX); }));
  for (const auto& change : changes) {
    if (change.erased || change.record.kind == domain::Revocation::kind) continue;
    EXPECT_EQ(to_text(change.record.body).find(alice.id.str()), std::string::npos) << change.record.kind;
  }
}

TEST(Directory, keeps_a_project_that_is_a_parent) {
  IdentityCloud cloud;
  const auto parent = cloud.project("parent");
  const auto child =
      IdentityCloud::must(cloud.identity.projects.create({.name = "child", .parent_id = parent.id.str()}));
  EXPECT_EQ(cloud.identity.projects.remove(parent.id).error().code, Code::forbidden);
  IdentityCloud::must(cloud.identity.projects.remove(child.id));
  EXPECT_TRUE(cloud.identity.projects.remove(parent.id));
}

TEST(Assignments, are_listed_by_actor_scope_and_role_and_effectively) {
  IdentityCloud cloud;
  const auto alice = cloud.member("alice");
  const auto web = cloud.project("web");
  const auto group = IdentityCloud::must(cloud.identity.users.create_group({.name = "devs"}));
  IdentityCloud::must(cloud.identity.users.add_member(group.id, alice.id));
  cloud.grant(IdentityCloud::as_actor(group), web, "reader");
  auto& assignments = cloud.identity.assignments;
  const auto count = [&](const AssignmentFilter& filter) {
    return IdentityCloud::must(assignments.list(filter)).size();
  };
  EXPECT_EQ(count({}), 5u) << "admin three times, alice, devs";
  EXPECT_EQ(count({.actor = IdentityCloud::as_actor(alice)}), 1u);
  EXPECT_EQ(count({.actor = IdentityCloud::as_actor(alice), .effective = true}), 2u);
  EXPECT_EQ(count({.scope = domain::Scope::of(web.id)}), 1u);
  EXPECT_EQ(count({.scope = domain::Scope::whole_system()}), 1u);
  EXPECT_EQ(count({.role_id = cloud.role("reader").id}), 1u);
  const auto view =
      IdentityCloud::must(assignments.list({.scope = domain::Scope::of(web.id), .effective = true})).front();
  EXPECT_EQ(view.actor_name, "alice");
  EXPECT_EQ(view.via_group_id, group.id.str());
  EXPECT_EQ(view.scope_name, "web");
  EXPECT_EQ(view.scope_domain_name, "Default");
  EXPECT_EQ(view.role_name, "reader");
}

TEST(Assignments, are_checked_and_withdrawn) {
  IdentityCloud cloud;
  const auto alice = cloud.user("alice", "p");
  const auto web = cloud.project("web");
  auto& assignments = cloud.identity.assignments;
  const auto actor = IdentityCloud::as_actor(alice);
  const auto scope = domain::Scope::of(web.id);
  const auto role = cloud.role("member").id;
  EXPECT_EQ(assignments.check(actor, scope, role).error().code, Code::not_found);
  EXPECT_FALSE(assignments.grant(actor, scope, domain::RoleId("none")));
  EXPECT_FALSE(assignments.grant({domain::ActorKind::user, "none"}, scope, role));
  EXPECT_TRUE(assignments.grant(actor, scope, role));
  EXPECT_TRUE(assignments.grant(actor, scope, role)) << "again is the same";
  EXPECT_TRUE(assignments.check(actor, scope, role));
  EXPECT_EQ(IdentityCloud::must(assignments.roles_of(actor, scope)).size(), 1u);
  EXPECT_TRUE(assignments.withdraw(actor, scope, role));
  EXPECT_EQ(assignments.withdraw(actor, scope, role).error().code, Code::not_found);
}

}  // namespace
}  // namespace causeway::services
