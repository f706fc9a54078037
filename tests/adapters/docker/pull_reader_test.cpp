#include "causeway/adapters/docker/pull_reader.hpp"

#include <gtest/gtest.h>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

TEST(PullReader, adds_up_what_the_engine_says_of_each_layer) {
  std::vector<std::string> told;
  PullReader reader([&](const domain::PullProgress& progress) { told.push_back(describe(progress)); });
  const char* lines[] = {
      R"({"status":"Pulling from library/busybox","id":"latest"})",
      R"({"status":"Pulling fs layer","progressDetail":{},"id":"a"})",
      R"({"status":"Pulling fs layer","progressDetail":{},"id":"b"})",
      R"({"status":"Waiting","progressDetail":{},"id":"b"})",
      R"({"status":"Downloading","progressDetail":{"current":1000000,"total":5000000},"progress":"[=> ]","id":"a"})",
      R"({"status":"Downloading","progressDetail":{"current":4000000,"total":5000000},"id":"a"})",
      R"({"status":"Download complete","progressDetail":{},"id":"a"})",
      R"({"status":"Extracting","progressDetail":{"current":32768,"total":5000000},"id":"a"})",
      R"({"status":"Pull complete","progressDetail":{},"id":"a"})",
      R"({"status":"Already exists","progressDetail":{},"id":"b"})",
      R"({"status":"Digest: sha256:abc"})",
      R"({"status":"Status: Downloaded newer image for busybox:latest"})"};
  for (const char* line : lines) ASSERT_TRUE(reader.take(*parse_json(line)));
  EXPECT_EQ(told, (std::vector<std::string>{"Pulling 0/1 layers", "Pulling 0/2 layers", "Pulling 0/2 layers, 1 of 5 MB",
                                            "Pulling 0/2 layers, 4 of 5 MB", "Pulling 0/2 layers, 5 of 5 MB",
                                            "Pulling 1/2 layers, 5 of 5 MB", "Pulling 2/2 layers, 5 of 5 MB"}));
}

TEST(PullReader, ends_with_the_trouble_that_a_line_tells) {
  PullReader reader({});
  const auto outcome = reader.take(*parse_json(R"({"errorDetail":{"message":"x"},"error":"manifest for a:b not found: manifest unknown"})"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, "engine.no_image");
}

TEST(PullError, knows_what_the_engine_means) {
  const std::pair<const char*, const char*> table[] = {
      {"manifest for 10.0.0.1:5000/x:latest not found: manifest unknown: manifest unknown", "engine.no_image"},
      {"pull access denied for x, repository does not exist or may require 'docker login': denied: requested access", "engine.pull_denied"},
      {"Get \"http://10.0.0.1:5000/v2/x/manifests/latest\": no basic auth credentials", "engine.pull_denied"},
      {"unauthorized: authentication required", "engine.pull_denied"},
      {"Get \"https://10.0.0.1:5000/v2/\": http: server gave HTTP response to HTTPS client", "engine.registry_tls"},
      {"Get \"https://h/v2/\": x509: certificate signed by unknown authority", "engine.registry_tls"},
      {"Get \"https://h/v2/\": dial tcp 10.0.0.1:5000: connect: connection refused", "engine.registry_unreachable"},
      {"Get \"https://h/v2/\": dial tcp: lookup h: no such host", "engine.registry_unreachable"},
      {"Get \"https://h/v2/\": net/http: request canceled (Client.Timeout exceeded)", "engine.registry_unreachable"},
      {"Get \"https://h/v2/\": dial tcp 1.2.3.4:443: connect: network is unreachable", "engine.registry_unreachable"},
      {"write /var/lib/docker/tmp/x: no space left on device", "engine.error"}};
  for (const auto& [words, reason] : table) {
    EXPECT_EQ(pull_error(words).reason, reason) << words;
    EXPECT_EQ(pull_error(words).message, words);
  }
}

TEST(RegistryAuth, is_what_the_engine_reads) {
  const auto header = registry_auth("host:5000", "user", "pass?>~");
  EXPECT_EQ(header.size() % 4, 0U);
  EXPECT_EQ(from_base64url(header), R"({"username":"user","password":"pass?>~","serveraddress":"host:5000"})");
}

}  // namespace
}  // namespace causeway::adapters
