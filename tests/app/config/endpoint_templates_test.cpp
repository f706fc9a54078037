#include "causeway/app/config/endpoint_templates.hpp"

#include <gtest/gtest.h>

namespace causeway::app {
namespace {

const ServicePlace network{"RegionOne", "network", "192.0.2.11", 9696, ""};
const ServicePlace container{"RegionOne", "container", "192.0.2.11", 9517, "/v1"};
const ServicePlace of_two{"RegionTwo", "container", "2001:db8::2", 9517, "/v1"};
const ServicePlace identity{"RegionOne", "identity", "192.0.2.1", 5000, "/v3"};

std::string url(const std::vector<std::string>& entries, const ServicePlace& place) {
  const auto templates = EndpointTemplates::parse("endpoints.public", entries);
  if (!templates) return templates.error().message;
  return templates->url(place).value_or("none");
}

TEST(EndpointTemplates, fill_in_what_is_in_braces) {
  EXPECT_EQ(url({"https://{region}.cloud.example:{port}{path}"}, network), "https://RegionOne.cloud.example:9696");
  EXPECT_EQ(url({"https://{region}.cloud.example:{port}{path}"}, container), "https://RegionOne.cloud.example:9517/v1");
  EXPECT_EQ(url({"https://cloud.example/{region}/{service}{path}"}, container), "https://cloud.example/RegionOne/container/v1");
  EXPECT_EQ(url({"https://{address}:{port}{path}"}, of_two), "https://[2001:db8::2]:9517/v1");
}

TEST(EndpointTemplates, what_names_a_region_counts_before_what_names_a_type_whatever_the_order) {
  const std::vector<std::string> entries{"https://all.example{path}", "container=https://c.example{path}", "RegionOne/*=https://one.example{path}",
                                         "RegionTwo/container=https://two.example/c{path}"};
  for (const auto& order : {entries, std::vector(entries.rbegin(), entries.rend())}) {
    EXPECT_EQ(url(order, network), "https://one.example");
    EXPECT_EQ(url(order, container), "https://one.example/v1");
    EXPECT_EQ(url(order, of_two), "https://two.example/c/v1");
    EXPECT_EQ(url(order, {"RegionThree", "container", "192.0.2.13", 9517, "/v1"}), "https://c.example/v1");
    EXPECT_EQ(url(order, {"RegionThree", "image", "192.0.2.13", 9292, ""}), "https://all.example");
  }
  EXPECT_EQ(url({"container=https://c.example/v1"}, network), "none");
  EXPECT_EQ(url({}, network), "none");
}

TEST(EndpointTemplates, leave_the_identity_service_where_it_is_unless_they_name_it) {
  EXPECT_EQ(url({"https://all.example{path}", "RegionOne/*=https://one.example{path}"}, identity), "none");
  EXPECT_EQ(url({"https://all.example{path}", "identity=https://keystone.example{path}"}, identity), "https://keystone.example/v3");
}

TEST(EndpointTemplates, refuse_what_is_no_url_and_name_the_entry) {
  for (const auto& entry : {"cloud.example", "ftp://cloud.example", "unix:///run/socket", "https://", "https://{host}", "https://{region", "https://a b", "https://a.example/",
                            "https://a.example/?q=1", "https://a:port", "compute=https://a.example", "*=https://a.example", "/container=https://a.example",
                            "RegionOne/compute=https://a.example", "container=", "RegionOne/=https://a.example"}) {
    const auto refused = EndpointTemplates::parse("endpoints.internal", {"https://good.example", entry});
    ASSERT_FALSE(refused) << entry;
    EXPECT_EQ(refused.error().reason, "config.bad_value");
    EXPECT_TRUE(refused.error().message.starts_with(fmt::format("endpoints.internal: '{}': ", entry))) << refused.error().message;
  }
}

}  // namespace
}  // namespace causeway::app
