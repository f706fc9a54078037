#include "causeway/adapters/keystone/registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_keystone.hpp"

namespace causeway::adapters {
namespace {

using domain::Interface;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A Keystone, and a cloud of one region that it shall know.
struct Room {
  ManualClock clock;
  causeway::testing::FakeKeystone keystone{clock};
  std::vector<std::string> said;
  Registration wanted;

  Room() {
    wanted.regions = {"RegionOne"};
    wanted.services = {{"network", "RegionOne", Interface::public_, "https://one.example"}, {"network", "RegionOne", Interface::internal, "http://192.0.2.11:9696"}};
    wanted.service_user = keystone.account("causeway", "service");
  }
  Result<int> run(RegistrationMode mode = RegistrationMode::perform, const std::string& as = "admin") {
    said.clear();
    TRY(const auto session, KeystoneSession::open(keystone.account(as), clock));
    Registrar registrar(*session, clock, mode, [&](const std::string& step) { said.push_back(step); });
    TRY_VOID(registrar.run(wanted));
    return registrar.steps();
  }
  std::map<std::string, std::string> urls() {
    std::map<std::string, std::string> out;
    for (const auto& each : keystone.all("endpoints")) out[text_member(Json(each), "region_id") + " " + text_member(Json(each), "interface")] = text_member(Json(each), "url");
    return out;
  }
};

TEST(Registrar, makes_what_is_missing_and_a_second_run_finds_nothing_to_do) {
  Room room;
  const auto steps = room.run();
  ASSERT_TRUE(steps) << steps.error().describe();
  EXPECT_THAT(room.said, ElementsAre("make region RegionOne", "make service neutron of type network", "make public endpoint of network in RegionOne: https://one.example",
                                     "make internal endpoint of network in RegionOne: http://192.0.2.11:9696", "make project service", "make user causeway",
                                     "make role service", "give the service user the role service in its project"));
  EXPECT_EQ(*steps, 8);
  EXPECT_EQ(room.urls(), (std::map<std::string, std::string>{{"RegionOne public", "https://one.example"}, {"RegionOne internal", "http://192.0.2.11:9696"}}));
  EXPECT_EQ(room.keystone.assignments().size(), 1u);
  const auto changes = room.keystone.changes();
  EXPECT_EQ(room.run().value_or(-1), 0);
  EXPECT_EQ(room.keystone.changes(), changes);
}

TEST(Registrar, a_dry_run_says_the_same_and_changes_nothing) {
  Room room;
  EXPECT_EQ(room.run(RegistrationMode::dry_run).value_or(-1), 8);
  EXPECT_EQ(room.said.front(), "would make region RegionOne");
  EXPECT_THAT(room.keystone.changes(), IsEmpty());
  EXPECT_THAT(room.keystone.all("endpoints"), IsEmpty());
}

TEST(Registrar, changes_an_endpoint_that_is_said_to_be_elsewhere_now_and_no_other) {
  Room room;
  ASSERT_TRUE(room.run());
  room.wanted.services[0].url = "https://moved.example";
  EXPECT_EQ(room.run(RegistrationMode::dry_run).value_or(-1), 1);
  EXPECT_EQ(room.urls()["RegionOne public"], "https://one.example");
  EXPECT_EQ(room.run().value_or(-1), 1);
  EXPECT_THAT(room.said, ElementsAre("change the public endpoint of network in RegionOne from https://one.example to https://moved.example"));
  EXPECT_EQ(room.urls(), (std::map<std::string, std::string>{{"RegionOne public", "https://moved.example"}, {"RegionOne internal", "http://192.0.2.11:9696"}}));
  EXPECT_EQ(room.run().value_or(-1), 0);
}

TEST(Registrar, adds_a_region_and_touches_nothing_of_the_others) {
  Room room;
  ASSERT_TRUE(room.run());
  room.wanted.regions.push_back("RegionTwo");
  room.wanted.services.push_back({"network", "RegionTwo", Interface::public_, "https://two.example"});
  EXPECT_EQ(room.run().value_or(-1), 2);
  EXPECT_EQ(room.urls().size(), 3u);
}

TEST(Registrar, never_changes_an_identity_endpoint_that_is_there) {
  Room room;
  const auto service = room.keystone.add("services", {{"type", "identity"}, {"name", "keystone"}});
  room.keystone.add("endpoints", {{"service_id", service}, {"interface", "public"}, {"region_id", "RegionOne"}, {"url", "https://theirs.example/v3"}});
  room.wanted.services = {{"identity", "RegionOne", Interface::public_, "http://127.0.0.1:5000/v3"}};
  ASSERT_TRUE(room.run());
  EXPECT_EQ(room.urls()["RegionOne public"], "https://theirs.example/v3");
}

TEST(Registrar, sets_the_service_users_password_only_when_the_configured_one_does_not_let_it_in) {
  Room room;
  ASSERT_TRUE(room.run());
  room.keystone.change("users", "causeway", "password", "changed by somebody");
  EXPECT_EQ(room.run().value_or(-1), 1);
  EXPECT_THAT(room.said, ElementsAre("set the password of user causeway"));
  EXPECT_EQ(room.run().value_or(-1), 0);
}

TEST(Registrar, goes_on_after_a_run_that_was_interrupted) {
  Room room;
  room.keystone.add("regions", {{"id", "RegionOne"}});
  room.keystone.add("services", {{"type", "network"}, {"name", "neutron"}});
  EXPECT_EQ(room.run().value_or(-1), 6);
  EXPECT_EQ(room.keystone.all("services").size(), 1u);
}

TEST(Registrar, says_clearly_who_may_not_and_what_is_not_there) {
  Room room;
  room.keystone.add("users", {{"name", "nobody"}, {"password", "words"}});
  const auto denied = room.run(RegistrationMode::perform, "nobody");
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().reason, "keystone.not_admin");
  EXPECT_THAT(denied.error().message, HasSubstr("it needs the role admin"));
  room.wanted.service_user.user_domain_name = "Elsewhere";
  const auto missing = room.run();
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("'Elsewhere'"));
}

}  // namespace
}  // namespace causeway::adapters
