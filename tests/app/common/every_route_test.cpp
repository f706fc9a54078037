#include <gtest/gtest.h>

#include <set>

#include "causeway/app/common/route_listing.hpp"

/// Every route of every API of the centre and of a region.
namespace causeway::app {
namespace {

domain::Caller with_roles(std::vector<std::string> roles) {
  domain::Caller who;
  who.project_id = domain::ProjectId("p");
  who.roles = std::move(roles);
  return who;
}

bool is_public(const RouteListing& listing) { return listing.api != "control"; }

TEST(EveryRoute, is_open_only_where_clients_look_what_there_is_or_log_in) {
  std::set<std::string> open;
  for (const auto& listing : all_routes()) {
    for (const auto& route : listing.routes) {
      if (route.access == api::Access::open) open.insert(listing.api + " " + route.method + " " + route.path);
    }
  }
  const std::set<std::string> expected{"keystone GET /",     "keystone GET /v3", "keystone POST /v3/auth/tokens",
                                       "neutron GET /",      "neutron GET /v2.0", "glance GET /",
                                       "glance GET /versions", "tricircle GET /", "tricircle GET /v1.0", "zun GET /", "zun GET /v1"};
  for (const auto& route : open) EXPECT_TRUE(expected.contains(route)) << route << " needs no token";
}

TEST(EveryRoute, of_the_control_api_is_for_peers_and_no_other_is) {
  for (const auto& listing : all_routes()) {
    for (const auto& route : listing.routes) {
      EXPECT_EQ(route.access == api::Access::peer, listing.api == "control") << listing.api << " " << route.method << " " << route.path;
    }
  }
}

TEST(EveryRoute, that_writes_refuses_readers_and_tokens_without_a_project) {
  // what users do to themselves; the service checks that it is themselves
  const std::set<std::string> own{"identity:revoke_token", "identity:change_password", "identity:create_application_credential",
                                  "identity:delete_application_credential"};
  int writes = 0;
  for (const auto& listing : all_routes()) {
    if (!is_public(listing)) continue;
    for (const auto& route : listing.routes) {
      if (route.method == "GET" || route.access == api::Access::open || own.contains(route.rule)) continue;
      ++writes;
      EXPECT_FALSE(route.grant.admits(with_roles({"reader"}))) << listing.api << " " << route.method << " " << route.path;
      EXPECT_FALSE(route.grant.admits(domain::Caller{})) << listing.api << " " << route.method << " " << route.path;
      EXPECT_TRUE(route.grant.admits(with_roles({"admin"}))) << listing.api << " " << route.method << " " << route.path;
    }
  }
  EXPECT_GT(writes, 100);
}

}  // namespace
}  // namespace causeway::app
