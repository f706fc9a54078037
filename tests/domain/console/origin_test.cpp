#include "causeway/domain/console/origin.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/console/console.hpp"

namespace causeway::domain {
namespace {

constexpr const char* plain = "ws://cloud.test:6784/";
constexpr const char* secure = "wss://cloud.test/";

struct Case {
  const char* what;
  std::optional<std::string_view> origin;
  const char* host;
  const char* forwarded;
  const char* base_url;
  bool allowed;
};

TEST(Origin, must_be_where_the_console_is_reached_and_as_safe) {
  const Case cases[]{
      {"no browser", std::nullopt, "cloud.test:6784", "", plain, true},
      {"same host", "http://cloud.test:6784", "cloud.test:6784", "", plain, true},
      {"another port", "http://cloud.test:80", "cloud.test:6784", "", plain, true},
      {"the stock client without a port", "http://cloud.test:None", "cloud.test", "", plain, true},
      {"the stock client over TLS", "https://cloud.test:None", "cloud.test", "", secure, true},
      {"case", "HTTP://Cloud.Test", "cloud.TEST:6784", "", plain, true},
      {"scheme of the socket itself", "ws://cloud.test", "cloud.test", "", plain, true},
      {"IPv6", "http://[::1]:6784", "[::1]:6784", "", plain, true},
      {"IPv6 as the stock client writes it", "http://::1:6784", "[::1]:6784", "", plain, true},
      {"allowed by the operator", "http://dashboard.test", "cloud.test", "", plain, true},
      {"behind a proxy that ends TLS", "http://cloud.test", "cloud.test", "https", secure, true},
      {"foreign", "http://evil.test", "cloud.test", "", plain, false},
      {"foreign that begins alike", "http://cloud.test.evil.test", "cloud.test", "", plain, false},
      {"foreign with ours as the user", "http://cloud.test@evil.test", "cloud.test", "", plain, false},
      {"foreign with ours as the path", "http://evil.test/cloud.test", "cloud.test", "", plain, false},
      {"unsafe page of a safe console", "http://cloud.test", "cloud.test", "", secure, false},
      {"safe page of an unsafe console", "https://cloud.test", "cloud.test", "", plain, false},
      {"proxy says otherwise", "https://cloud.test", "cloud.test", "http", secure, false},
      {"sandboxed page", "null", "cloud.test", "", plain, false},
      {"empty", "", "cloud.test", "", plain, false},
      {"no host", "http://", "cloud.test", "", plain, false},
      {"no host, and none asked", "http://", "", "", plain, false},
      {"no scheme", "://cloud.test", "cloud.test", "", plain, false},
  };
  for (const auto& row : cases) {
    const auto why = refuse_origin(row.origin, row.host, row.forwarded, row.base_url, {"Dashboard.test"});
    EXPECT_EQ(!why, row.allowed) << row.what << ": " << why.value_or("");
  }
}

TEST(ExecId, is_64_hexadecimal_digits) {
  EXPECT_TRUE(is_exec_id(std::string(64, 'a')));
  EXPECT_FALSE(is_exec_id(std::string(63, 'a')));
  EXPECT_FALSE(is_exec_id(std::string(64, 'A')));
  EXPECT_FALSE(is_exec_id(std::string(62, 'a') + "/.."));
  EXPECT_FALSE(is_exec_id(""));
}

}  // namespace
}  // namespace causeway::domain
