#include "causeway/services/common/external_tokens/external_token_verifier.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_token_authority.hpp"
#include "causeway/adapters/system/digest.hpp"

namespace causeway::services {
namespace {

using namespace std::chrono_literals;
using boundary::PublishedRevocation;

Error away() { return fail(Code::unavailable, "keystone.away", "The identity service (Keystone) does not answer; try again."); }
Error failing() { return fail(Code::unavailable, "keystone.failing", "The identity service (Keystone) answered with an error."); }

/// A verifier without background threads in front of an identity service in memory.
struct Room {
  explicit Room(ExternalTokenVerifier::Options options = {}) : verifier({authority, clock, digests, options}) {
    add("ann", "member");
    add("service", "service");
  }
  void add(const std::string& name, const std::string& role, std::optional<std::vector<domain::AccessRule>> rules = std::nullopt) {
    domain::Caller caller;
    caller.user_id = domain::UserId("id-of-" + name);
    caller.user_name = name;
    caller.user_domain_id = domain::DomainId("default");
    caller.project_id = domain::ProjectId("red");
    caller.roles = {role};
    caller.audit_id = "audit-of-" + name;
    caller.issued_at = clock.now();
    caller.expires_at = clock.now() + 1h;
    authority.add(name + "-token", {caller, std::move(rules)});
  }
  /// "" when the token is good.
  std::string refusal(const std::string& token) {
    const auto caller = verifier.verify(token);
    return caller ? "" : caller.error().reason;
  }
  std::string refusal(const boundary::PresentedToken& presented) {
    const auto caller = verifier.admit(presented);
    return caller ? "" : caller.error().reason;
  }

  adapters::ManualClock clock;
  adapters::MemoryTokenAuthority authority{clock};
  adapters::SystemDigests digests;
  ExternalTokenVerifier verifier;
};

TEST(ExternalTokenVerifier, asks_once_and_remembers_the_answer_while_it_is_fresh) {
  Room room;
  for (int i = 0; i < 3; ++i) {
    const auto caller = room.verifier.verify("ann-token");
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->user_name, "ann");
  }
  EXPECT_EQ(room.authority.questions(), 1);
  room.clock.advance(31s);
  EXPECT_EQ(room.refusal("ann-token"), "");
  EXPECT_EQ(room.authority.questions(), 2);
}

TEST(ExternalTokenVerifier, honours_any_revocation_once_the_answer_is_not_fresh_any_more) {
  Room room;
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.authority.remove("ann-token");
  room.clock.advance(29s);
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.clock.advance(1s);
  EXPECT_EQ(room.refusal("ann-token"), "token.invalid");
}

TEST(ExternalTokenVerifier, refuses_a_token_that_expired_whatever_is_remembered) {
  Room room({.fresh = 2h});
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.clock.advance(1h);
  EXPECT_EQ(room.refusal("ann-token"), "token.expired");
  EXPECT_EQ(room.authority.questions(), 1);
}

TEST(ExternalTokenVerifier, does_not_ask_again_for_a_moment_about_a_token_that_was_refused) {
  Room room;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(room.refusal("nobody-token"), "token.invalid");
  EXPECT_EQ(room.authority.questions(), 1);
  room.add("nobody", "member");
  room.clock.advance(5s);
  EXPECT_EQ(room.refusal("nobody-token"), "");
}

TEST(ExternalTokenVerifier, does_not_ask_about_what_can_be_no_token) {
  Room room;
  for (const auto& text : {std::string(), std::string("with space"), std::string("line\r\nX-Other: 1"), std::string(9000, 'x'), std::string("\xc3\xa4")}) {
    EXPECT_EQ(room.refusal(text), "token.invalid");
  }
  EXPECT_EQ(room.authority.questions(), 0);
}

TEST(ExternalTokenVerifier, goes_on_with_what_it_knew_through_an_outage_for_its_bound_and_then_is_unavailable) {
  Room room;
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.authority.fail_with(away());
  EXPECT_EQ(room.refusal("service-token"), "keystone.away") << "never seen before";
  for (int seconds = 0; seconds < 329; seconds += 7) {
    EXPECT_EQ(room.refusal("ann-token"), "") << seconds;
    room.clock.advance(7s);
  }
  room.clock.advance(1s);
  const auto refused = room.verifier.verify("ann-token");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_NE(refused.error().message.find("Keystone"), std::string::npos);
  room.authority.fail_with(std::nullopt);
  room.clock.advance(1s);
  EXPECT_EQ(room.refusal("ann-token"), "");
}

TEST(ExternalTokenVerifier, asks_at_most_once_a_second_while_it_gets_no_answer) {
  Room room;
  room.authority.fail_with(away());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(room.refusal("ann-token"), "keystone.away");
  EXPECT_EQ(room.authority.questions(), 1);
  room.clock.advance(1s);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(room.refusal("ann-token"), "keystone.away");
  EXPECT_EQ(room.authority.questions(), 2);
}

TEST(ExternalTokenVerifier, one_token_that_makes_the_service_fail_shuts_nobody_else_out) {
  Room room;
  room.authority.fail_with(failing());
  EXPECT_EQ(room.refusal("poison"), "keystone.failing");
  EXPECT_EQ(room.refusal("poison"), "keystone.failing");
  room.authority.fail_with(std::nullopt);
  EXPECT_EQ(room.refusal("ann-token"), "");
}

TEST(ExternalTokenVerifier, asks_the_same_question_once_however_many_wait_for_it) {
  Room room;
  room.authority.hold();
  std::vector<std::thread> callers;
  std::atomic<int> good = 0;
  for (int i = 0; i < 3; ++i) callers.emplace_back([&] { good += room.refusal("ann-token").empty() ? 1 : 0; });
  room.authority.wait_for_questions(1);
  room.authority.release();
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(good, 3);
  EXPECT_EQ(room.authority.questions(), 1);
}

TEST(ExternalTokenVerifier, lets_only_so_many_wait_so_that_known_tokens_have_threads) {
  Room room({.most_waiting = 2});
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.authority.hold();
  std::vector<std::thread> callers;
  for (const char* token : {"first", "second"}) callers.emplace_back([&room, token] { EXPECT_EQ(room.refusal(token), "token.invalid"); });
  room.authority.wait_for_questions(3);
  EXPECT_EQ(room.refusal("third"), "keystone.busy");
  EXPECT_EQ(room.refusal("ann-token"), "") << "a known one waits for nobody";
  room.authority.release();
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(room.refusal("third"), "token.invalid");
}

TEST(ExternalTokenVerifier, forgets_what_is_published_as_revoked) {
  Room room({.poll = 0ms});
  room.add("bea", "member");
  room.verifier.start();
  EXPECT_EQ(room.refusal("ann-token"), "");
  EXPECT_EQ(room.refusal("bea-token"), "");
  room.authority.remove("ann-token");
  room.authority.publish({.audit_id = "audit-of-ann", .user_id = {}, .project_id = {}, .domain_id = {}, .issued_before = room.clock.now()});
  ASSERT_TRUE(room.verifier.poll_revocations());
  EXPECT_EQ(room.refusal("ann-token"), "token.invalid");
  const int asked = room.authority.questions();
  EXPECT_EQ(room.refusal("bea-token"), "");
  EXPECT_EQ(room.authority.questions(), asked) << "the other is remembered";
}

struct RevocationCase {
  const char* name;
  PublishedRevocation revocation;
  bool forgets;
};

TEST(ExternalTokenVerifier, a_revocation_means_the_tokens_that_fit_all_of_its_members) {
  const RevocationCase cases[] = {
      {"user", {"", "id-of-ann", "", "", {}}, true},
      {"other user", {"", "id-of-bea", "", "", {}}, false},
      {"project", {"", "", "red", "", {}}, true},
      {"other project", {"", "", "blue", "", {}}, false},
      {"domain of the user", {"", "", "", "default", {}}, true},
      {"user in another project", {"", "id-of-ann", "blue", "", {}}, false},
      {"what is known by nothing that we know", {"", "", "", "", {}}, true},
  };
  for (const auto& each : cases) {
    Room room({.poll = 0ms});
    room.verifier.start();
    EXPECT_EQ(room.refusal("ann-token"), "");
    auto revocation = each.revocation;
    revocation.issued_before = room.clock.now();
    room.authority.publish(revocation);
    ASSERT_TRUE(room.verifier.poll_revocations());
    EXPECT_EQ(room.refusal("ann-token"), "");
    EXPECT_EQ(room.authority.questions(), each.forgets ? 2 : 1) << each.name;
  }
}

TEST(ExternalTokenVerifier, a_token_with_access_rules_is_good_for_those_requests_only) {
  Room room;
  room.add("bound", "member", std::vector<domain::AccessRule>{{"network", "GET", "/v2.0/**"}});
  room.add("nothing", "member", std::vector<domain::AccessRule>{});
  const auto present = [](const char* token, const char* method, const char* service_token = "") {
    return boundary::PresentedToken{token, service_token, {"network", method, "/v2.0/ports"}, "req-1"};
  };
  EXPECT_EQ(room.refusal(present("bound-token", "GET")), "");
  EXPECT_EQ(room.refusal(present("bound-token", "POST")), "token.access_rules");
  EXPECT_EQ(room.refusal(present("nothing-token", "GET")), "token.access_rules");
  EXPECT_EQ(room.refusal("bound-token"), "token.access_rules") << "good for no request that is not known";
  EXPECT_EQ(room.refusal(present("ann-token", "POST")), "");
  EXPECT_EQ(room.refusal(present("bound-token", "POST", "service-token")), "");
  EXPECT_EQ(room.refusal(present("bound-token", "POST", "ann-token")), "token.access_rules") << "she is no service";
}

TEST(ExternalTokenVerifier, an_expired_token_goes_on_beside_a_service_token_and_not_without) {
  Room room;
  room.clock.advance(59min);
  room.add("service", "service");
  const auto late = [](const char* service_token) { return boundary::PresentedToken{"ann-token", service_token, {}, "req-1"}; };
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.clock.advance(2min);
  EXPECT_EQ(room.refusal(late("")), "token.expired");
  EXPECT_EQ(room.refusal(late("service-token")), "");
  EXPECT_EQ(room.refusal(late("")), "token.expired") << "the answer to the one question is none to the other";
  EXPECT_EQ(room.refusal(late("nonsense")), "token.invalid");
  room.add("bea", "admin");
  EXPECT_EQ(room.refusal(late("bea-token")), "token.expired") << "an administrator is no service";
}

TEST(ExternalTokenVerifier, repeats_the_question_in_the_background_so_that_nobody_waits) {
  Room room({.poll = 0ms});
  room.verifier.start();
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.clock.advance(16s);
  EXPECT_EQ(room.refusal("ann-token"), "");
  room.authority.wait_for_questions(2);
}

TEST(TokenMemory, is_bounded_and_bad_tokens_drive_no_good_ones_out) {
  TokenMemory memory(3);
  const auto now = std::chrono::steady_clock::time_point(1h);
  const auto known = std::make_shared<const KnownToken>();
  for (const char* token : {"a", "b", "c"}) memory.remember(token, known);
  for (int i = 0; i < 100; ++i) memory.refuse("bad" + std::to_string(i), now + 1s);
  EXPECT_TRUE(memory.find("a"));
  EXPECT_EQ(memory.size(), 6u);
  memory.remember("d", known);
  EXPECT_FALSE(memory.find("b")) << "the one that was used longest ago goes";
  EXPECT_TRUE(memory.find("a") && memory.find("c") && memory.find("d"));
  EXPECT_TRUE(memory.is_refused("bad99", now));
  EXPECT_FALSE(memory.is_refused("bad99", now + 1s));
  memory.forget("a");
  EXPECT_FALSE(memory.find("a"));
}

}  // namespace
}  // namespace causeway::services
