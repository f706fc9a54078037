#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::test {
namespace {

struct Rig : ZunService {
  Rig() { EXPECT_TRUE(heartbeat("h1")); }
};

// covers: GET /v1/images, POST /v1/images, GET /v1/images/{id}, DELETE /v1/images/{id}
TEST(ImagesApi, an_administrator_pulls_lists_shows_and_deletes) {
  Rig rig;
  const auto made = rig.as("admin", "POST", "/v1/images/", R"({"repo":"team/box","host":"h1"})");
  ASSERT_EQ(made.status, 202) << made.text;
  const auto uuid = text_member(made.body, "uuid");
  EXPECT_EQ(made.headers.get("Location"), "http://zun:9517/v1/images/" + uuid);
  EXPECT_EQ(text_member(made.body, "repo"), "team/box");
  EXPECT_EQ(text_member(made.body, "tag"), "latest");
  EXPECT_EQ(text_member(made.body, "host"), "h1");
  EXPECT_EQ(text_member(made.body, "status"), "pulling");
  EXPECT_TRUE(member(made.body, "size")->is_null());
  ASSERT_TRUE(rig.host_images.apply_report(domain::HostName("h1"),
                                           {domain::HostImageId(uuid), false, domain::HostImageState::present, "", "sha256:1", 1234}));
  const auto shown = rig.as("admin", "GET", "/v1/images/" + uuid);
  EXPECT_EQ(text_member(shown.body, "size"), "1234");
  EXPECT_EQ(text_member(shown.body, "image_id"), "sha256:1");
  const auto list = rig.as("admin", "GET", "/v1/images/?limit=1");
  EXPECT_EQ(member(list.body, "images")->get_array().size(), 1U);
  EXPECT_TRUE(member(list.body, "images")->get_array()[0].get_object().contains("links"));
  EXPECT_EQ(rig.as("admin", "POST", "/v1/images", R"({"repo":"team/box","host":"h1"})").status, 409);
  const auto gone = rig.as("admin", "DELETE", "/v1/images/" + uuid);
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.text, "null");
  EXPECT_EQ(rig.as("admin", "GET", "/v1/images/" + uuid).status, 404);
}

TEST(ImagesApi, bad_requests_are_400_and_others_may_not) {
  Rig rig;
  for (const char* body : {R"({"repo":"box"})", R"({"host":"h1"})", R"({"repo":"box","host":"nowhere"})", R"({"repo":"Bad:Ref:","host":"h1"})",
                           R"({"repo":"box","host":"h1","image_pull_policy":"x"})", R"({"repo":"box","host":"h1","bogus":1})"}) {
    EXPECT_EQ(rig.as("admin", "POST", "/v1/images", body).status, 400) << body;
  }
  EXPECT_EQ(rig.as("alice", "GET", "/v1/images").status, 403);
  EXPECT_EQ(rig.as("alice", "POST", "/v1/images", R"({"repo":"box","host":"h1"})").status, 403);
  EXPECT_EQ(rig.as("admin", "GET", "/v1/images/not-a-uuid").status, 404);
}

// covers: GET /v1/images/{a}/search, GET /v1/images/{a}/{b}/search, GET /v1/images/{a}/{b}/{c}/search
// covers: GET /v1/images/{a}/{b}/{c}/{d}/search
TEST(ImagesApi, a_search_joins_the_segments_of_a_name_and_answers_a_bare_list) {
  Rig rig;
  rig.host_search.found = {{"library/nginx", "web server", true, false, 5}, {"library/nginx-extras", "", false, true, 1}};
  const auto found = rig.as("alice", "GET", "/v1/images/library/nginx/search?image_driver=docker&exact_match=False");
  ASSERT_EQ(found.status, 200) << found.text;
  ASSERT_TRUE(found.body.is_array());
  ASSERT_EQ(found.body.get_array().size(), 2U);
  EXPECT_EQ(rig.host_search.last_term, "library/nginx");
  EXPECT_EQ(to_text(*member(found.body.get_array()[0], "metadata")), R"({"is_official":true,"star_count":5})");
  EXPECT_EQ(rig.as("alice", "GET", "/v1/images/library/nginx/search?image_driver=docker&exact_match=True").body.get_array().size(), 1U);
  const auto glance = rig.as("alice", "GET", "/v1/images/ngin/search?image_driver=glance");
  ASSERT_EQ(glance.status, 200);
  EXPECT_EQ(text_member(glance.body.get_array()[0], "name"), "nginx");
  EXPECT_TRUE(rig.as("alice", "GET", "/v1/images/ngin/search?exact_match=True").body.get_array().empty()) << "the default driver is glance";
  EXPECT_EQ(rig.as("alice", "GET", "/v1/images/x/search?image_driver=s3").status, 400);
}

}  // namespace
}  // namespace causeway::test
