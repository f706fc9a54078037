#include <gtest/gtest.h>

#include <set>

#include "neutron_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

/// Ports a, b, ... of alice with addresses 10.0.0.1, ... and some tags.
struct Ports : Neutron {
  explicit Ports(int n) {
    for (int i = 0; i < n; ++i) {
      const std::string name(1, char('a' + i));
      const auto made = send(
          "alice", "POST", "/v2.0/ports",
          fmt::format(
              R"({{"port":{{"network_id":"n{}","name":"{}","fixed_ips":[{{"ip_address":"10.0.0.{}"}}],"tags":["all","{}"]}}}})",
              i % 2, name, i + 1, i % 3 == 0 ? "red" : "blue"));
      EXPECT_EQ(made.status, 201) << made.text;
    }
  }
  std::string names(const std::string& query) {
    std::string out;
    for (const auto& name : send("alice", "GET", "/v2.0/ports?" + query).each("ports", "name")) out += name;
    return out;
  }
};

}  // namespace

TEST(NeutronListing, filters) {
  Ports ports(6);
  EXPECT_EQ(ports.names("name=a"), "a");
  EXPECT_EQ(ports.names("name=a&name=c"), "ac") << "repeated values are alternatives";
  EXPECT_EQ(ports.names("name=a&network_id=n1"), "") << "different filters must all be met";
  EXPECT_EQ(ports.names("admin_state_up=True&network_id=n1"), "bdf");
  EXPECT_EQ(ports.names("mac_address=FA:16:3E:00:00:01"), "a");
  EXPECT_EQ(ports.names("fixed_ips=ip_address%3D10.0.0.3"), "c");
  EXPECT_EQ(ports.names("fixed_ips=ip_address%3D10.0.0.3&fixed_ips=ip_address%3D10.0.0.4"), "cd");
  EXPECT_EQ(ports.names("fixed_ips=ip_address_substr%3D0.6"), "f");
  EXPECT_EQ(ports.names("device_id="), "abcdef");
  EXPECT_EQ(ports.names("tags=all,red"), "ad");
  EXPECT_EQ(ports.names("tags=all&tags=red"), "ad");
  EXPECT_EQ(ports.names("tags-any=red,blue"), "abcdef");
  EXPECT_EQ(ports.names("not-tags=all,red"), "bcef");
  EXPECT_EQ(ports.names("not-tags-any=red"), "bcef");
}

TEST(NeutronListing, refuses_filters_that_it_would_have_to_ignore) {
  Ports ports(1);
  for (const char* query : {"colour=red", "fixed_ips=10.0.0.3", "fixed_ips=mac%3D1", "sort_key=colour",
                            "sort_key=name&sort_dir=up", "limit=-1", "limit=x"}) {
    EXPECT_EQ(ports.send("alice", "GET", std::string("/v2.0/ports?") + query).status, 400) << query;
  }
  EXPECT_EQ(ports.send("alice", "GET", "/v2.0/ports?colour=red").message(),
            "['colour'] is invalid attribute for filtering");
  EXPECT_EQ(ports.send("alice", "GET", "/v2.0/ports?limit=1&marker=nobody").status, 404);
}

TEST(NeutronListing, cuts_to_fields) {
  Ports ports(1);
  EXPECT_EQ(ports.send("alice", "GET", "/v2.0/ports?fields=name&fields=network_id").text,
            R"({"ports":[{"network_id":"n0","name":"a"}]})");
}

TEST(NeutronListing, sorts_numbers_as_numbers) {
  Neutron neutron;
  for (const char* mtu : {"900", "1450", "80"})
    neutron.a_network(fmt::format(R"({{"network":{{"name":"m{}","mtu":{}}}}})", mtu, mtu));
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/networks?sort_key=mtu&sort_dir=asc").each("networks", "name"),
            (std::vector<std::string>{"m80", "m900", "m1450"}));
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/networks?sort_key=name&sort_dir=desc").each("networks", "name"),
            (std::vector<std::string>{"m900", "m80", "m1450"}));
}

TEST(NeutronListing, pages_walk_the_whole_list_both_ways) {
  Ports ports(11);
  for (const std::string order : {"", "&sort_key=network_id&sort_dir=desc"}) {
    for (const bool back : {false, true}) {
      std::string target = "/v2.0/ports?limit=3" + order + (back ? "&page_reverse=True" : "");
      std::multiset<std::string> seen;
      for (int page = 0; page < 10 && !target.empty(); ++page) {
        const auto heard = ports.send("alice", "GET", target);
        ASSERT_EQ(heard.status, 200) << heard.text;
        for (auto& name : heard.each("ports", "name")) seen.insert(name);
        target.clear();
        const Json* links = member(heard.body, "ports_links");
        if (links == nullptr) break;
        for (const auto& link : links->get_array()) {
          if (text_member(link, "rel") == (back ? "previous" : "next"))
            target = text_member(link, "href").substr(std::string("http://net:9696").size());
        }
      }
      EXPECT_EQ(seen.size(), 11U) << order << back;
      EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 11U) << order << back;
    }
  }
}
