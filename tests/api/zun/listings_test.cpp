#include <gtest/gtest.h>

#include "zun_service.hpp"

/// What holds of every listing that has pages.
namespace causeway::api {
namespace {

class ZunListings : public ::testing::TestWithParam<const char*>, protected test::ZunService {
 protected:
  void SetUp() override {
    for (const char* host : {"h1", "h2", "h3"}) ASSERT_TRUE(heartbeat(host));
    for (const char* name : {"a1", "a2", "a3"}) running(name);
    for (const char* name : {"r1", "r2", "r3"}) {
      as("admin", "POST", "/v1/registries", fmt::format(R"({{"registry":{{"domain":"{0}.test","name":"{0}"}}}})", name));
    }
  }
  std::string path() const { return std::string("/v1/") + GetParam(); }
  /// What all pages of everything hold, when each has one item; follows `next` as zunclient does.
  std::vector<std::string> walk(const std::string& query) {
    std::vector<std::string> out;
    std::string target = path() + "?limit=1" + query;
    for (int page = 0; page < 10 && !target.empty(); ++page) {
      const auto answer = as("admin", "GET", target);
      EXPECT_EQ(answer.status, 200) << answer.text;
      for (const auto& item : member(answer.body, GetParam())->get_array()) out.push_back(text_member(item, "uuid"));
      const Json* next = member(answer.body, "next");
      if (next == nullptr || next->is_null()) break;
      const std::string url = to_std(next->get_string());
      EXPECT_TRUE(url.starts_with("http://zun:9517" + path() + "?")) << url;
      target = url.substr(std::string("http://zun:9517").size());
    }
    return out;
  }
};

TEST_P(ZunListings, pages_are_followed_to_the_end_without_gaps_or_repeats) {
  const std::string all = std::string(GetParam()) == "hosts" ? "" : "&all_projects=true";
  const auto up = walk(all);
  EXPECT_EQ(up.size(), 3U);
  EXPECT_EQ(std::set(up.begin(), up.end()).size(), 3U);
  auto down = walk(all + "&sort_dir=desc");
  std::reverse(down.begin(), down.end());
  EXPECT_EQ(down, up);
}

TEST_P(ZunListings, refuse_what_they_do_not_understand) {
  const auto ask = [&](const char* query) { return as("admin", "GET", path() + query); };
  for (const char* query : {"?limit=0", "?limit=-1", "?limit=many", "?limit=1.5"}) {
    EXPECT_EQ(ask(query).status, 400) << query;
    EXPECT_EQ(ask(query).error("title"), "Limit must be positive integer") << query;
  }
  for (const char* query : {"?sort_dir=up", "?sort_key=beauty", "?bogus=1", "?limit=1&limit=2"}) EXPECT_EQ(ask(query).status, 400) << query;
  EXPECT_EQ(ask("?marker=00000000-0000-4000-8000-00000000ffff").status, 404);
  EXPECT_EQ(ask("?limit=100000").status, 200) << "more than a page is a page";
}

INSTANTIATE_TEST_SUITE_P(Zun, ZunListings, ::testing::Values("containers", "hosts", "registries"));

}  // namespace
}  // namespace causeway::api
