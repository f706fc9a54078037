#include "causeway/services/common/projects/project_move.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/image/image.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"
#include "causeway/domain/network/quota/rule_usage.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/sharing/rbac_policy.hpp"

namespace causeway::services {
namespace {

using domain::ProjectId;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const ProjectId red("11111111111111111111111111111111"), blue("22222222222222222222222222222222"), green("33333333333333333333333333333333");

struct Room {
  adapters::MemoryStore store;

  template <class T>
  T put(T value) {
    const auto done = store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, value));
      return {};
    });
    EXPECT_TRUE(done);
    return value;
  }
  template <class T>
  std::vector<T> of(const ProjectId& project) {
    return boundary::view(store, [&](boundary::Reader& reader) { return boundary::list<T>(reader, boundary::By{"project_id", project.str()}); }).value();
  }
  template <class T, class Id>
  std::optional<T> find(const Id& id) {
    return boundary::view(store, [&](boundary::Reader& reader) { return boundary::find<T>(reader, id); }).value();
  }
  domain::Network network(const std::string& id, const ProjectId& project) {
    domain::Network made;
    made.id = domain::NetworkId(id);
    made.project_id = project;
    return put(made);
  }
  domain::SecurityGroup group(const std::string& id, const ProjectId& project) {
    domain::SecurityGroup made;
    made.id = domain::SecurityGroupId(id);
    made.project_id = project;
    made.name = "default";
    return put(made);
  }
  domain::Port port(const std::string& id, const ProjectId& project, const domain::SecurityGroup& in) {
    domain::Port made;
    made.id = domain::PortId(id);
    made.project_id = project;
    made.network_id = domain::NetworkId("of-" + id);  // MAC addresses are unique in one
    made.security_groups = {in.id};
    return put(made);
  }
  std::string refusal(MoveMode mode = MoveMode::perform) {
    const auto moved = move_project(store, {red, blue}, mode);
    return moved ? "" : moved.error().reason;
  }
};

TEST(ProjectMove, gives_everything_and_leaves_what_is_others) {
  Room room;
  room.network("n1", red);
  room.network("n2", green);
  domain::Container container;
  container.id = domain::ContainerId("c1");
  container.project_id = red;
  room.put(container);
  domain::Image image;
  image.id = domain::ImageId("i1");
  image.owner = red;
  room.put(image);
  const auto moved = move_project(room.store, {red, blue}, MoveMode::perform);
  ASSERT_TRUE(moved) << moved.error().describe();
  EXPECT_THAT(*moved, UnorderedElementsAre(Pair("network", 1), Pair("container", 1), Pair("image", 1)));
  EXPECT_EQ(room.of<domain::Network>(blue).size(), 1u) << "it is found under its new project";
  EXPECT_EQ(room.of<domain::Network>(red).size(), 0u);
  EXPECT_EQ(room.of<domain::Network>(green).size(), 1u);
  EXPECT_EQ(room.find<domain::Image>(image.id)->owner, blue);
  EXPECT_EQ(room.of<domain::Container>(blue).size(), 1u);
  EXPECT_THAT(move_project(room.store, {red, blue}, MoveMode::perform).value(), ElementsAre()) << "done again it finds nothing";
}

TEST(ProjectMove, a_dry_run_counts_and_changes_nothing) {
  Room room;
  room.network("n1", red);
  const auto before = room.store.revision();
  EXPECT_THAT(move_project(room.store, {red, blue}, MoveMode::dry_run).value(), ElementsAre(Pair("network", 1)));
  EXPECT_EQ(room.store.revision(), before);
  EXPECT_EQ(room.of<domain::Network>(red).size(), 1u);
}

TEST(ProjectMove, what_was_shared_with_the_one_is_shared_with_the_other_once) {
  Room room;
  auto network = room.network("n1", green);
  network.shared_with = {red, blue};
  room.put(network);
  auto other = room.network("n2", green);
  other.shared_with = {red};
  room.put(other);
  ASSERT_EQ(room.refusal(), "");
  EXPECT_THAT(room.find<domain::Network>(network.id)->shared_with, ElementsAre(blue));
  EXPECT_THAT(room.find<domain::Network>(other.id)->shared_with, ElementsAre(blue));
  EXPECT_EQ(room.find<domain::Network>(other.id)->project_id, green);
}

TEST(ProjectMove, a_quota_comes_along_unless_the_other_has_one) {
  Room room;
  room.put(domain::NetworkQuota{red, {{"port", 7}}});
  ASSERT_EQ(room.refusal(), "");
  EXPECT_EQ(room.find<domain::NetworkQuota>(blue.str())->limits.at("port"), 7);
  EXPECT_FALSE(room.find<domain::NetworkQuota>(red.str()));
  room.put(domain::NetworkQuota{red, {{"port", 9}}});
  ASSERT_EQ(room.refusal(), "");
  EXPECT_EQ(room.find<domain::NetworkQuota>(blue.str())->limits.at("port"), 7);
  EXPECT_FALSE(room.find<domain::NetworkQuota>(red.str()));
}

TEST(ProjectMove, counts_of_both_are_forgotten_so_that_they_are_made_anew) {
  Room room;
  room.put(domain::RuleUsage{red, 4});
  room.put(domain::RuleUsage{blue, 2});
  ASSERT_EQ(room.refusal(), "");
  EXPECT_FALSE(room.find<domain::RuleUsage>(red.str()));
  EXPECT_FALSE(room.find<domain::RuleUsage>(blue.str()));
}

TEST(ProjectMove, the_default_group_comes_along_and_takes_the_place_of_one_that_nobody_uses) {
  Room room;
  const auto ours = room.group("g1", red), theirs = room.group("g2", blue);
  room.port("p1", red, ours);
  ASSERT_EQ(room.refusal(), "");
  const auto groups = room.of<domain::SecurityGroup>(blue);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups.front().id, ours.id);
  EXPECT_FALSE(room.find<domain::SecurityGroup>(theirs.id));
}

TEST(ProjectMove, two_default_groups_in_use_are_refused_and_nothing_is_moved) {
  Room room;
  room.port("p1", red, room.group("g1", red));
  const auto theirs = room.group("g2", blue);
  room.port("p2", blue, theirs);
  EXPECT_EQ(room.refusal(), "project.default_group");
  EXPECT_EQ(room.of<domain::Port>(red).size(), 1u);
  EXPECT_TRUE(room.find<domain::SecurityGroup>(theirs.id));
}

TEST(ProjectMove, a_default_group_that_a_rule_means_is_in_use) {
  Room room;
  room.group("g1", red);
  const auto theirs = room.group("g2", blue);
  domain::SecurityGroup other;
  other.id = domain::SecurityGroupId("g3");
  other.project_id = green;
  other.rules.emplace_back();
  other.rules.back().remote_group_id = theirs.id.str();
  room.put(other);
  EXPECT_EQ(room.refusal(), "project.default_group");
}

TEST(ProjectMove, a_named_volume_is_kept_under_the_projects_id_by_its_host_and_so_refused) {
  Room room;
  room.network("n1", red);
  domain::Container container;
  container.id = domain::ContainerId("c1");
  container.project_id = red;
  container.mounts.push_back({.type = "volume", .source = "data", .destination = "/data"});
  room.put(container);
  EXPECT_EQ(room.refusal(), "project.volumes");
  EXPECT_EQ(room.of<domain::Network>(red).size(), 1u);
  container.mounts.front().source = "";
  room.put(container);
  EXPECT_EQ(room.refusal(), "") << "one of its own is under the container's id";
}

TEST(ProjectMove, refuses_a_record_that_it_does_not_know_rather_than_leave_it_behind) {
  Room room;
  room.network("n1", red);
  ASSERT_TRUE(room.store.write([](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(writer.put("something_new", "x", JsonObject{{"id", "x"}, {"owner", red.str()}}, {}));
    return {};
  }));
  EXPECT_EQ(room.refusal(), "project.unknown_kind");
  EXPECT_EQ(room.of<domain::Network>(red).size(), 1u);
}

TEST(ProjectMove, refuses_ids_that_are_none) {
  Room room;
  for (const auto& [from, to] : {std::pair("", "b"), {"a", ""}, {"a", "a"}, {"a b", "c"}}) {
    const auto refused = move_project(room.store, {ProjectId(from), ProjectId(to)}, MoveMode::perform);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "project.move");
  }
}

}  // namespace
}  // namespace causeway::services
