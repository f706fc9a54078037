#include "causeway/services/common/presented_tokens.hpp"

#include <gtest/gtest.h>

namespace causeway::services {
namespace {

/// Good are tokens "for <audit id>[ again]".
class PrefixVerifier final : public boundary::TokenVerifier {
 public:
  Result<domain::Caller> verify(std::string_view token) override {
    if (!token.starts_with("for ")) return failed(Code::unauthenticated, "token.invalid", "no");
    domain::Caller who;
    who.audit_id = token.substr(4, token.find(" again") - 4);
    return who;
  }
};

TEST(PresentedTokens, are_found_by_who_they_proved) {
  PrefixVerifier verifier;
  PresentedTokens tokens(verifier);
  const auto anna = tokens.verify("for anna").value(), bert = tokens.verify("for bert").value();
  EXPECT_EQ(tokens.token_of(anna).value(), "for anna");
  EXPECT_EQ(tokens.token_of(bert).value(), "for bert");
  EXPECT_TRUE(tokens.verify("for anna again"));
  EXPECT_EQ(tokens.token_of(anna).value(), "for anna again");
  EXPECT_TRUE(tokens.admit({.token = "for bert again"}));
  EXPECT_EQ(tokens.token_of(bert).value(), "for bert again");
  EXPECT_EQ(tokens.verify("bad").error().reason, "token.invalid");
  EXPECT_EQ(tokens.token_of(domain::Caller{}).error().reason, "token.unknown");
}

TEST(PresentedTokens, are_forgotten_when_others_were_used_since) {
  PrefixVerifier verifier;
  PresentedTokens tokens(verifier, 2);
  const auto anna = tokens.verify("for anna").value(), bert = tokens.verify("for bert").value();
  EXPECT_TRUE(tokens.verify("for anna"));
  EXPECT_TRUE(tokens.verify("for carl"));
  EXPECT_TRUE(tokens.token_of(anna));
  EXPECT_EQ(tokens.token_of(bert).error().code, Code::unauthenticated);
}

}  // namespace
}  // namespace causeway::services
