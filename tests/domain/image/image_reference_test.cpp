#include "causeway/domain/image/image_reference.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

const std::string digest = "sha256:" + std::string(64, 'a');

struct Good {
  std::string text, domain, path, tag, digest, whole;
};
TEST(ImageReference, is_read_as_docker_reads_it) {
  const Good table[] = {
      {"busybox", "", "busybox", "latest", "", "busybox:latest"},
      {"busybox:1.36", "", "busybox", "1.36", "", "busybox:1.36"},
      {"library/nginx", "", "library/nginx", "latest", "", "library/nginx:latest"},
      {"a/b/c:T_1.x-y", "", "a/b/c", "T_1.x-y", "", "a/b/c:T_1.x-y"},
      {"registry.example/a", "registry.example", "a", "latest", "", "registry.example/a:latest"},
      {"localhost/a", "localhost", "a", "latest", "", "localhost/a:latest"},
      {"host:5000/a/b:v1", "host:5000", "a/b", "v1", "", "host:5000/a/b:v1"},
      {"10.0.0.1:5000/a", "10.0.0.1:5000", "a", "latest", "", "10.0.0.1:5000/a:latest"},
      {"[fd00::1]:5000/a:v", "[fd00::1]:5000", "a", "v", "", "[fd00::1]:5000/a:v"},
      {"UPPER/a", "UPPER", "a", "latest", "", "UPPER/a:latest"},
      {"busybox@" + digest, "", "busybox", "", digest, "busybox@" + digest},
      {"host:5000/a:v1@" + digest, "host:5000", "a", "", digest, "host:5000/a@" + digest},
      {"a__b/c.d-e--f", "", "a__b/c.d-e--f", "latest", "", "a__b/c.d-e--f:latest"},
  };
  for (const auto& row : table) {
    const auto parsed = parse_image_reference(row.text);
    ASSERT_TRUE(parsed) << row.text << " " << parsed.error().describe();
    EXPECT_EQ(*parsed, (ImageReference{row.domain, row.path, row.tag, row.digest})) << row.text;
    EXPECT_EQ(parsed->text(), row.whole);
    EXPECT_EQ(*parse_image_reference(row.whole), *parsed) << "its own text means the same";
  }
}

TEST(ImageReference, what_docker_would_refuse_is_refused) {
  const std::string bad[] = {"",        "Upper",        "a:",         "a:-x",    "a/",          "/a",   "a//b",     "a b",     "a:b:c", "host:port/a",
                             "a..b",    "a___b",        "-a",         "a-",      "a@sha256:ff", "a@",   "a@" + digest + "0", "http://host/a",
                             "a:x/y",   "host:123456/a", "-host.x/a", "ho..st/a", "a\n",        "a?b=c", "a/../b",  "a%2fb",   std::string(256, 'a'),
                             "a:" + std::string(129, 't')};
  for (const auto& text : bad) {
    const auto parsed = parse_image_reference(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Code::invalid);
    EXPECT_EQ(parsed.error().field, "image");
  }
}

TEST(ImageReference, gets_the_registry_only_when_it_names_none) {
  const auto in = [](const char* text, const char* registry) { return in_registry(parse_image_reference(text).value(), registry).text(); };
  EXPECT_EQ(in("nginx", "host:5000"), "host:5000/nginx:latest");
  EXPECT_EQ(in("nginx:1", "quay.io/org"), "quay.io/org/nginx:1");
  EXPECT_EQ(in("other.io/nginx", "host:5000"), "other.io/nginx:latest");
  EXPECT_EQ(in("nginx", ""), "nginx:latest");
}

TEST(ImageReference, is_of_a_registry_by_domain_and_path) {
  const auto is_of = [](const char* text, const char* registry) { return is_of_registry(parse_image_reference(text).value(), registry); };
  EXPECT_TRUE(is_of("host:5000/nginx", "host:5000"));
  EXPECT_FALSE(is_of("host:5001/nginx", "host:5000"));
  EXPECT_FALSE(is_of("nginx", "host:5000"));
  EXPECT_TRUE(is_of("quay.io/org/nginx", "quay.io/org"));
  EXPECT_FALSE(is_of("quay.io/organ/nginx", "quay.io/org"));
  EXPECT_TRUE(is_of("nginx", "docker.io"));
  EXPECT_TRUE(is_of("docker.io/nginx", "index.docker.io"));
}

TEST(ImageReference, a_registry_is_a_host_and_not_a_url) {
  for (const char* text : {"localhost", "host:5000", "registry.example.org", "10.0.0.1:5000", "quay.io/org"}) EXPECT_TRUE(parse_registry_domain(text)) << text;
  for (const char* text : {"", "http://host", "host:", "host:x", "ho st", "-a", "host/", "host/Org", "user@host", "a..b"}) {
    const auto parsed = parse_registry_domain(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().field, "domain");
  }
}

}  // namespace
}  // namespace causeway::domain
