#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::test {
namespace {

constexpr const char* body = R"({"registry":{"name":"mine","domain":"host:5000","username":"u","password":"hunter2"}})";

struct Rig : ZunService {
  std::string make(const std::string& text = body) {
    const auto made = as("alice", "POST", "/v1/registries", text);
    return made.status == 201 ? text_member(*member(made.body, "registry"), "uuid") : "";
  }
};

// covers: POST /v1/registries, GET /v1/registries/{id}, PATCH /v1/registries/{id}, DELETE /v1/registries/{id}
TEST(RegistriesApi, a_registry_is_made_shown_changed_and_deleted) {
  Rig rig;
  const auto made = rig.as("alice", "POST", "/v1/registries", body);
  ASSERT_EQ(made.status, 201) << made.text;
  const Json& view = *member(made.body, "registry");
  const auto uuid = text_member(view, "uuid");
  EXPECT_EQ(made.headers.get("Location"), "http://zun:9517/v1/registries/" + uuid);
  EXPECT_EQ(text_member(view, "password"), "***");
  EXPECT_EQ(text_member(view, "domain"), "host:5000");
  EXPECT_TRUE(view.get_object().contains("links"));
  EXPECT_EQ(made.text.find("hunter2"), std::string::npos);

  EXPECT_EQ(rig.as("alice", "GET", "/v1/registries/mine").status, 200);
  const auto changed = rig.as("alice", "PATCH", "/v1/registries/" + uuid, R"({"registry":{"username":null,"name":"new"}})");
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_TRUE(member(*member(changed.body, "registry"), "username")->is_null());
  const auto list = rig.as("alice", "GET", "/v1/registries/?name=new&limit=1");
  ASSERT_EQ(list.status, 200) << list.text;
  ASSERT_EQ(member(list.body, "registries")->get_array().size(), 1U);
  EXPECT_FALSE(member(list.body, "registries")->get_array()[0].get_object().contains("links"));
  EXPECT_NE(text_member(list.body, "next").find("name=new"), std::string::npos);
  const auto gone = rig.as("alice", "DELETE", "/v1/registries/new");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(rig.as("alice", "GET", "/v1/registries/" + uuid).status, 404);
}

TEST(RegistriesApi, passwords_are_three_stars_even_when_there_is_none) {
  Rig rig;
  const auto made = rig.as("alice", "POST", "/v1/registries", R"({"registry":{"domain":"host"}})");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(text_member(*member(made.body, "registry"), "password"), "***");
}

TEST(RegistriesApi, bad_bodies_are_refused_with_the_name_of_the_field_and_without_the_password) {
  Rig rig;
  const std::pair<const char*, const char*> table[] = {
      {"{}", "registry"},
      {R"({"registry":[]})", "registry"},
      {R"({"registry":{}})", "domain"},
      {R"({"registry":{"domain":"http://host"}})", "domain"},
      {R"({"registry":{"domain":7}})", "domain"},
      {R"({"registry":{"domain":"host","name":"-x"}})", "name"},
      {R"({"registry":{"domain":"host","password":["hunter2"]}})", "password"},
      {R"({"registry":{"domain":"host","password":"hunter2","token":"x"}})", "token"},
      {R"({"registry":{"domain":"host"},"other":1})", "other"}};
  for (const auto& [text, field] : table) {
    const auto refused = rig.as("alice", "POST", "/v1/registries", text);
    EXPECT_EQ(refused.status, 400) << text;
    EXPECT_NE(refused.error("title").find(field), std::string::npos) << refused.text;
    EXPECT_EQ(refused.text.find("hunter2"), std::string::npos) << refused.text;
  }
}

// covers: GET /v1/registries
TEST(RegistriesApi, others_find_nothing_and_all_projects_is_for_administrators) {
  Rig rig;
  const auto uuid = rig.make();
  EXPECT_EQ(rig.as("bob", "GET", "/v1/registries/" + uuid).status, 404);
  EXPECT_EQ(rig.as("bob", "PATCH", "/v1/registries/" + uuid, R"({"registry":{}})").status, 404);
  EXPECT_EQ(rig.as("bob", "DELETE", "/v1/registries/" + uuid).status, 404);
  EXPECT_EQ(rig.as("bob", "GET", "/v1/registries?all_projects=1").status, 403);
  EXPECT_EQ(member(rig.as("admin", "GET", "/v1/registries?all_projects=True").body, "registries")->get_array().size(), 1U);
}

TEST(RegistriesApi, ambiguous_names_and_registries_in_use_are_conflicts) {
  Rig rig;
  ASSERT_TRUE(rig.heartbeat("h1"));
  const auto uuid = rig.make();
  ASSERT_EQ(rig.as("alice", "POST", "/v1/containers", R"({"image":"busybox","registry":")" + uuid + "\"}").status, 202);
  EXPECT_EQ(rig.as("alice", "DELETE", "/v1/registries/" + uuid).status, 409);
  rig.make();
  EXPECT_EQ(rig.as("alice", "GET", "/v1/registries/mine").status, 409);
}

TEST(RegistriesApi, containers_show_their_registry) {
  Rig rig;
  ASSERT_TRUE(rig.heartbeat("h1"));
  const auto uuid = rig.make();
  const auto made = rig.as("alice", "POST", "/v1/containers", R"({"image":"busybox","registry":"mine"})");
  ASSERT_EQ(made.status, 202) << made.text;
  EXPECT_EQ(text_member(made.body, "registry_id"), uuid);
  const auto missing = rig.as("alice", "POST", "/v1/containers", R"({"image":"busybox","registry":"none"})");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.error("code"), "container.registry-not-found");
}

}  // namespace
}  // namespace causeway::test
