#include "causeway/domain/identity/access_rule.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

struct Case {
  const char* path;
  const char* pattern;
  bool matches;
};

TEST(AccessRules, APathIsComparedWithItsPatternAsKeystoneDocumentsIt) {
  constexpr Case cases[] = {
      {"/v2.0/networks", "/v2.0/networks", true},
      {"/v2.0/networks/", "/v2.0/networks", false},
      {"/v2.0/networks/abc", "/v2.0/networks", false},
      {"/v2x0/networks", "/v2.0/networks", false},
      {"/v2.0/networks/abc", "/v2.0/networks/{network_id}", true},
      {"/v2.0/networks/", "/v2.0/networks/{network_id}", false},
      {"/v2.0/networks/abc/tags", "/v2.0/networks/{network_id}", false},
      {"/v2.0/networks/abc/tags", "/v2.0/networks/{network_id}/tags", true},
      {"/v2.0/ports", "/v2.0/*", true},
      {"/v2.0/ports/abc", "/v2.0/*", false},
      {"/v2.0/ports/abc", "/v2.0/*/*", true},
      {"/v2.0/ports/abc/x", "/v2.0/**", true},
      {"/v2.0/", "/v2.0/**", true},
      {"/v1/containers/abc", "**", true},
      {"/v1/containers/abc/start", "/v1/**/start", true},
      {"/v1/containers/abc/stop", "/v1/**/start", false},
      {"/v1/a{b", "/v1/a{b", true},
      {"", "", true},
      {"/", "", false},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(path_matches(each.path, each.pattern), each.matches) << each.path << " and " << each.pattern;
  }
}

TEST(AccessRules, APatternOfManyWildcardsTakesNoLongerThanItsLength) {
  std::string pattern, path(5'000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "**a";
  EXPECT_TRUE(path_matches(path, pattern));
  EXPECT_FALSE(path_matches(path, pattern + "b"));
}

TEST(AccessRules, ARuleNamesServiceMethodAndPath) {
  const std::vector<AccessRule> rules{{"network", "GET", "/v2.0/**"}, {"container", "POST", "/v1/containers"}};
  EXPECT_TRUE(allowed_by(rules, {"network", "GET", "/v2.0/ports"}));
  EXPECT_TRUE(allowed_by(rules, {"container", "POST", "/v1/containers"}));
  EXPECT_FALSE(allowed_by(rules, {"network", "POST", "/v2.0/ports"}));
  EXPECT_FALSE(allowed_by(rules, {"container", "GET", "/v2.0/ports"}));
  EXPECT_FALSE(allowed_by(rules, {"", "GET", "/v2.0/ports"}));
  EXPECT_FALSE(allowed_by({}, {"network", "GET", "/v2.0/ports"}));
}

}  // namespace
}  // namespace causeway::domain
