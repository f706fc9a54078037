#include "causeway/adapters/keystone/keystone_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "fake_keystone.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

struct Room {
  ManualClock clock;
  causeway::testing::FakeKeystone keystone{clock};
  std::unique_ptr<KeystoneSession> session = open(keystone.account());

  std::unique_ptr<KeystoneSession> open(KeystoneAccount account) { return KeystoneSession::open(std::move(account), clock).value(); }
  std::string token() { return session->token().value_or("none"); }
  Result<http::Response> call(const std::string& target = "/projects") { return session->call({"GET", target, {}, ""}); }
};

TEST(KeystoneSession, logs_in_when_that_is_needed_first_and_keeps_the_token) {
  Room room;
  EXPECT_EQ(room.keystone.logins(), 0);
  const auto first = room.token();
  EXPECT_NE(first, "none");
  EXPECT_EQ(room.token(), first);
  EXPECT_EQ(room.keystone.logins(), 1);
}

TEST(KeystoneSession, renews_in_the_last_fifth_of_the_tokens_life_and_goes_on_with_the_old_one_when_that_fails) {
  Room room;
  const auto first = room.token();
  room.clock.advance(47min);
  EXPECT_EQ(room.token(), first);
  room.clock.advance(2min);
  room.keystone.fail_with(500);
  EXPECT_EQ(room.token(), first) << "it is good for ten minutes more";
  room.keystone.fail_with(0);
  EXPECT_NE(room.token(), first);
  EXPECT_EQ(room.keystone.logins(), 3);
}

TEST(KeystoneSession, hands_out_no_token_that_is_about_to_end) {
  Room room;
  const auto first = room.token();
  room.clock.advance(59min + 30s);
  room.keystone.fail_with(500);
  const auto none = room.session->token();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::unavailable);
  EXPECT_EQ(none.error().reason, "keystone.failing");
  room.keystone.fail_with(0);
  EXPECT_NE(room.token(), first);
}

TEST(KeystoneSession, logs_in_again_when_its_token_is_refused_and_says_the_request_once_more) {
  Room room;
  ASSERT_EQ(room.call()->status, 200);
  room.keystone.forget_tokens();
  ASSERT_EQ(room.call()->status, 200);
  EXPECT_EQ(room.keystone.logins(), 2);
}

TEST(KeystoneSession, one_that_is_told_that_a_token_is_refused_forgets_that_one_only) {
  Room room;
  const auto first = room.token();
  room.session->refused("another token");
  EXPECT_EQ(room.token(), first);
  room.session->refused(first);
  EXPECT_NE(room.token(), first);
}

TEST(KeystoneSession, many_that_need_a_token_at_once_log_in_once) {
  Room room;
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i) all.emplace_back([&] { EXPECT_NE(room.token(), "none"); });
  for (auto& each : all) each.join();
  EXPECT_EQ(room.keystone.logins(), 1);
}

TEST(KeystoneSession, a_wrong_password_is_the_operators_to_correct_and_unavailable_for_others) {
  Room room;
  auto account = room.keystone.account();
  account.password = "not the words";
  account.named_by = "keystone.username and keystone.password";
  const auto refused = room.open(account)->token();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_EQ(refused.error().reason, "keystone.refused");
  EXPECT_THAT(refused.error().message, HasSubstr("keystone.username and keystone.password"));
  EXPECT_THAT(refused.error().describe(), ::testing::Not(HasSubstr("not the words")));
}

TEST(KeystoneSession, answers_below_500_are_answers_and_the_others_are_none) {
  Room room;
  EXPECT_EQ(room.call("/regions/Nowhere")->status, 404);
  for (const int status : {500, 503, 429}) {
    room.keystone.fail_with(status);
    const auto answer = room.call();
    ASSERT_FALSE(answer) << status;
    EXPECT_EQ(answer.error().reason, "keystone.failing");
  }
  auto nowhere = room.keystone.account();
  nowhere.url = "http://127.0.0.1:1/v3";
  EXPECT_EQ(room.open(nowhere)->token().error().reason, "keystone.away");
}

TEST(KeystoneSession, finds_endpoints_and_asks_for_a_new_catalog_when_it_is_old_enough_to_have_changed) {
  Room room;
  const boundary::EndpointQuery wanted{"image", "RegionOne", "internal"};
  EXPECT_EQ(room.session->endpoint(wanted).error().reason, "keystone.no_endpoint");
  room.keystone.add_catalog_line({{"type", "image"}, {"endpoints", JsonArray{JsonObject{{"region_id", "RegionOne"}, {"interface", "internal"}, {"url", "http://g:9292/"}},
                                                                             JsonObject{{"region_id", "RegionTwo"}, {"interface", "internal"}, {"url", "http://no"}}}}});
  EXPECT_EQ(room.session->endpoint(wanted).error().reason, "keystone.no_endpoint") << "the catalog is a moment old";
  EXPECT_EQ(room.keystone.logins(), 1);
  room.clock.advance(31s);
  EXPECT_EQ(room.session->endpoint(wanted).value_or("none"), "http://g:9292");
  EXPECT_EQ(room.session->endpoint({"image", "RegionOne", "public"}).error().code, Code::not_found);
}

}  // namespace
}  // namespace causeway::adapters
