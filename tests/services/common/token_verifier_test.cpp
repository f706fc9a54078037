#include "causeway/services/common/token_verifier.hpp"

#include <atomic>
#include <thread>

#include "identity_cloud.hpp"

#include "causeway/domain/identity/token.hpp"

namespace causeway::services {
namespace {

using test::IdentityCloud;

/// What a region's replica holds: public keys and revocations.
void replicate(boundary::Store& from, boundary::Store& to) {
  for (const auto kind : {domain::SigningKey::kind, domain::Revocation::kind}) {
    const auto records = boundary::view(
        from, [&](boundary::Reader& reader) { return reader.list({std::string(kind), "", "", "", SIZE_MAX}); });
    ASSERT_TRUE(records);
    ASSERT_TRUE(to.write([&](boundary::Writer& writer) -> Result<void> {
      for (const auto& record : *records) TRY_VOID(writer.put(record.kind, record.id, record.body, {}));
      return {};
    }));
  }
}

TEST(StoreTokenVerifier, gives_back_who_the_token_was_issued_to) {
  IdentityCloud cloud;
  const auto issued = cloud.admin();
  for (int round = 0; round < 2; ++round) {  // proved, then remembered
    const auto caller = cloud.verifier.verify(issued.token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->user_name, "admin");
    EXPECT_EQ(caller->project_name, "admin");
    EXPECT_EQ(caller->roles, (std::vector<std::string>{"admin", "member", "reader"}));
    EXPECT_EQ(caller->audit_id, issued.caller.audit_id);
  }
}

TEST(StoreTokenVerifier, refuses_a_token_with_any_byte_changed) {
  IdentityCloud cloud;
  const auto token = cloud.admin().token;
  ASSERT_TRUE(cloud.verifier.verify(token)) << "remembered, so that tampering meets the cache too";
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char replacement : {'A', 'B', '.', '=', '\0', char(token[i] ^ 1), char(token[i] ^ 0x20)}) {
      if (replacement == token[i]) continue;
      auto tampered = token;
      tampered[i] = replacement;
      ASSERT_EQ(cloud.refusal(tampered), "token.invalid") << "byte " << i;
    }
    ASSERT_FALSE(cloud.verifier.verify(token.substr(0, i)));
  }
  for (const char* more : {"A", "=", ".", " ", "\n"}) EXPECT_FALSE(cloud.verifier.verify(token + more));
}

TEST(StoreTokenVerifier, refuses_at_the_moment_of_expiry) {
  IdentityCloud cloud;
  const auto issued = cloud.admin();
  cloud.clock.set_wall(issued.caller.expires_at - Duration(1));
  EXPECT_TRUE(cloud.accepts(issued));
  cloud.clock.set_wall(issued.caller.expires_at);
  EXPECT_EQ(cloud.refusal(issued.token), "token.expired");
  StoreTokenVerifier fresh({cloud.store, cloud.signer, cloud.clock});
  EXPECT_EQ(fresh.verify(issued.token).error().reason, "token.expired") << "also when it is not remembered";
}

TEST(StoreTokenVerifier, works_in_a_region_with_public_keys_alone) {
  IdentityCloud cloud;
  const auto issued = cloud.admin();
  adapters::MemoryStore region;
  StoreTokenVerifier verifier({region, cloud.signer, cloud.clock});
  EXPECT_EQ(verifier.verify(issued.token).error().code, Code::unavailable) << "before the first key has arrived";
  replicate(cloud.store, region);
  ASSERT_TRUE(verifier.verify(issued.token));

  ASSERT_TRUE(cloud.identity.tokens.revoke(issued.caller));
  EXPECT_TRUE(verifier.verify(issued.token)) << "the region is cut off: it answers by what it knows";
  replicate(cloud.store, region);
  EXPECT_EQ(verifier.verify(issued.token).error().code, Code::unauthenticated);
}

TEST(StoreTokenVerifier, does_not_know_keys_of_other_clouds) {
  IdentityCloud cloud;
  IdentityCloud other;
  // the ids of both clouds are the same, their keys are not
  EXPECT_EQ(cloud.refusal(other.admin().token), "token.invalid");
}

TEST(StoreTokenVerifier, forgets_the_least_used_tokens_and_proves_them_again) {
  IdentityCloud cloud;
  StoreTokenVerifier small({.store = cloud.store, .signer = cloud.signer, .clock = cloud.clock, .remembered = 2});
  std::vector<IssuedToken> tokens;
  for (int i = 0; i < 5; ++i) tokens.push_back(cloud.admin());
  for (int round = 0; round < 3; ++round) {
    for (const auto& token : tokens) EXPECT_TRUE(small.verify(token.token));
  }
}

TEST(StoreTokenVerifier, keeps_up_when_many_other_records_change) {
  IdentityCloud cloud;
  const auto issued = cloud.admin();
  EXPECT_TRUE(cloud.accepts(issued));
  ASSERT_TRUE(cloud.store.write([&](boundary::Writer& writer) -> Result<void> {
    for (int i = 0; i < 1000; ++i) TRY_VOID(writer.put("noise", std::to_string(i), Json(JsonObject{}), {}));
    return {};
  }));
  ASSERT_TRUE(cloud.identity.tokens.revoke(issued.caller));
  EXPECT_FALSE(cloud.accepts(issued));
}

TEST(StoreTokenVerifier, is_exact_for_many_threads) {
  IdentityCloud cloud;
  for (int round = 0; round < 20; ++round) {
    const auto issued = cloud.admin();
    std::atomic<bool> revoked = false;
    std::atomic<int> accepted_too_late = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 200; ++n) {
          const bool was_revoked = revoked;
          if (cloud.accepts(issued) && was_revoked) ++accepted_too_late;
        }
      });
    }
    EXPECT_TRUE(cloud.identity.tokens.revoke(issued.caller));
    revoked = true;
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(accepted_too_late, 0);
    EXPECT_FALSE(cloud.accepts(issued));
  }
}

TEST(StoreTokenVerifier, accepts_old_and_new_tokens_while_keys_rotate) {
  IdentityCloud cloud;
  const auto old = cloud.admin();
  ASSERT_TRUE(cloud.identity.rotate_signing_key(std::chrono::minutes(10)));
  const auto key_of = [](const IssuedToken& issued) { return std::string(domain::split_token(issued.token)->key_id); };
  EXPECT_EQ(key_of(cloud.admin()), key_of(old)) << "the new key is published before it signs";
  cloud.clock.advance(std::chrono::minutes(11));
  const auto fresh = cloud.admin();
  EXPECT_NE(key_of(fresh), key_of(old));
  ASSERT_TRUE(cloud.identity.sweep());
  EXPECT_TRUE(cloud.accepts(old));
  EXPECT_TRUE(cloud.accepts(fresh));
  cloud.clock.advance(std::chrono::minutes(60));
  ASSERT_TRUE(cloud.identity.sweep());
  const auto keys =
      boundary::view(cloud.store, [](boundary::Reader& r) { return boundary::list<domain::SigningKey>(r); });
  EXPECT_EQ(keys->size(), 1u);
  EXPECT_TRUE(cloud.accepts(cloud.admin()));
}

}  // namespace
}  // namespace causeway::services
