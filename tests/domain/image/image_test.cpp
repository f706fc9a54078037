#include <gtest/gtest.h>

#include "causeway/domain/image/image_access.hpp"
#include "causeway/domain/image/image_attributes.hpp"
#include "causeway/domain/image/image_patch.hpp"
#include "causeway/domain/image/image_query.hpp"
#include "causeway/domain/image/image_states.hpp"

namespace causeway::domain {
namespace {

Json json(std::string_view text) { return parse_json(text).value(); }

Caller member_of(std::string project) {
  Caller who;
  who.project_id = ProjectId(std::move(project));
  who.roles = {"member"};
  return who;
}

/// "" when it worked, else the reason.
std::string reason_of(const Result<Image>& result) { return result ? "" : result.error().reason; }

Image patched(Image image, std::string_view steps) {
  return apply_patch(std::move(image), parse_patch(json(steps)).value()).value();
}
std::string refusal(const Image& image, std::string_view steps) {
  auto parsed = parse_patch(json(steps));
  if (!parsed) return parsed.error().reason;
  return reason_of(apply_patch(image, *parsed));
}

TEST(ImageStates, every_pair_is_as_decided) {
  using enum ImageStatus;
  struct Row {
    ImageStatus from;
    std::array<std::optional<ImageStatus>, 6>
        to;  // upload_begun, upload_done, upload_failed, deactivate, reactivate, remove
  };
  const Row rows[] = {
      {queued, {saving, {}, {}, {}, {}, deleted}},
      {saving, {std::nullopt, active, queued, {}, {}, deleted}},
      {active, {std::nullopt, {}, {}, deactivated, active, deleted}},
      {deactivated, {std::nullopt, {}, {}, deactivated, active, deleted}},
      {deleted, {}},
  };
  for (const auto& row : rows) {
    for (std::size_t event = 0; event < row.to.size(); ++event) {
      EXPECT_EQ(image_transitions.next(row.from, ImageEvent(event)), row.to[event])
          << to_name(row.from) << " " << event;
    }
  }
}

TEST(ImageAttributes, a_new_image_takes_ours_and_keeps_the_users_own_as_properties) {
  const auto image =
      parse_new_image(json(R"({"name": "web", "container_format": "docker", "disk_format": "raw", "min_ram": 64,
      "visibility": "private", "protected": true, "os_hidden": true, "tags": ["a", "b", "a"], "color": "red",
      "id": "0B9F1C6E-9B5C-4B0E-8F5E-6D6B6A0F3F11"})"));
  ASSERT_TRUE(image) << image.error().describe();
  EXPECT_EQ(image->name, "web");
  EXPECT_EQ(image->container_format, "docker");
  EXPECT_EQ(image->min_ram, 64);
  EXPECT_EQ(image->visibility, Visibility::private_);
  EXPECT_TRUE(image->protected_ && image->os_hidden);
  EXPECT_EQ(image->tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(image->properties, (std::map<std::string, std::string>{{"color", "red"}}));
  EXPECT_EQ(image->id.str(), "0b9f1c6e-9b5c-4b0e-8f5e-6d6b6a0f3f11");
  EXPECT_EQ(image->status, ImageStatus::queued);
}

TEST(ImageAttributes, refuses_what_does_not_fit) {
  struct Row {
    const char* body;
    const char* reason;
  };
  const Row rows[] = {
      {R"([])", "image.bad_body"},
      {R"({"id": "five"})", "image.bad_value"},
      {R"({"disk_format": "floppy"})", "image.bad_value"},
      {R"({"container_format": "crate"})", "image.bad_value"},
      {R"({"visibility": "secret"})", "field.bad_value"},
      {R"({"min_disk": -1})", "image.bad_value"},
      {R"({"min_ram": "much"})", "field.wrong_type"},
      {R"({"tags": [""]})", "image.bad_value"},
      {R"({"tags": "a"})", "field.wrong_type"},
      {R"({"color": 5})", "field.wrong_type"},
      {R"({"": "x"})", "image.bad_value"},
      {R"({"status": "active"})", "image.read_only"},
      {R"({"checksum": "0"})", "image.read_only"},
      {R"({"size": 5})", "image.read_only"},
      {R"({"locations": []})", "image.read_only"},
      {R"({"os_glance_x": "y"})", "image.reserved"},
      {R"({"deleted": "y"})", "image.reserved"},
  };
  for (const auto& row : rows) EXPECT_EQ(reason_of(parse_new_image(json(row.body))), row.reason) << row.body;
}

TEST(ImageAttributes, limits_hold_for_properties_and_tags) {
  Image image;
  image.properties = {{"a", ""}, {"b", ""}};
  image.tags = {"a", "b"};
  EXPECT_TRUE(check_limits(image, {2, 2}));
  EXPECT_EQ(check_limits(image, {1, 2}).error().reason, "image.too_many_properties");
  EXPECT_EQ(check_limits(image, {2, 1}).error().reason, "image.too_many_tags");
}

TEST(ImagePatch, adds_replaces_and_removes) {
  Image image;
  image.properties = {{"old", "1"}, {"a/b", "slash"}};
  const auto after = patched(
      image, R"([{"op": "replace", "path": "/name", "value": "n"}, {"op": "add", "path": "/color", "value": "red"},
      {"op": "remove", "path": "/old"}, {"op": "replace", "path": "/a~1b", "value": "x"}])");
  EXPECT_EQ(after.name, "n");
  EXPECT_EQ(after.properties, (std::map<std::string, std::string>{{"a/b", "x"}, {"color", "red"}}));
}

TEST(ImagePatch, changes_single_tags) {
  Image image;
  image.tags = {"a", "b"};
  EXPECT_EQ(patched(image, R"([{"op": "add", "path": "/tags/-", "value": "c"}])").tags,
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(patched(image, R"([{"op": "add", "path": "/tags/0", "value": "c"}])").tags,
            (std::vector<std::string>{"c", "a", "b"}));
  EXPECT_EQ(patched(image, R"([{"op": "replace", "path": "/tags/1", "value": "c"}])").tags,
            (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(patched(image, R"([{"op": "remove", "path": "/tags/0"}])").tags, (std::vector<std::string>{"b"}));
  EXPECT_EQ(refusal(image, R"([{"op": "remove", "path": "/tags/2"}])"), "image.no_such_property");
  EXPECT_EQ(refusal(image, R"([{"op": "add", "path": "/tags/3", "value": "c"}])"), "image.no_such_property");
}

TEST(ImagePatch, refuses_what_is_no_patch_and_what_may_not_change) {
  Image image;
  image.status = ImageStatus::active;
  image.disk_format = "raw";
  struct Row {
    const char* steps;
    const char* reason;
  };
  const Row rows[] = {
      {R"({})", "image.bad_patch"},
      {R"([5])", "image.bad_patch"},
      {R"([{"op": "move", "path": "/a", "from": "/b"}])", "image.bad_patch"},
      {R"([{"op": "add", "path": "/a"}])", "image.bad_patch"},
      {R"([{"op": "add", "path": "a", "value": "x"}])", "image.bad_patch"},
      {R"([{"op": "add", "path": "/a/b", "value": "x"}])", "image.bad_patch"},
      {R"([{"op": "add", "path": "/a~2", "value": "x"}])", "image.bad_patch"},
      {R"([{"op": "replace", "path": "/nothing", "value": "x"}])", "image.no_such_property"},
      {R"([{"op": "remove", "path": "/nothing"}])", "image.no_such_property"},
      {R"([{"op": "remove", "path": "/name"}])", "image.not_removable"},
      {R"([{"op": "replace", "path": "/id", "value": "x"}])", "image.read_only"},
      {R"([{"op": "remove", "path": "/created_at"}])", "image.read_only"},
      {R"([{"op": "replace", "path": "/disk_format", "value": "iso"}])", "image.format_fixed"},
  };
  for (const auto& row : rows) EXPECT_EQ(refusal(image, row.steps), row.reason) << row.steps;
  EXPECT_EQ(refusal(image, R"([{"op": "replace", "path": "/disk_format", "value": "raw"}])"), "");
}

TEST(ImageAccess, only_administrators_publish_and_give_away) {
  Image image;
  image.owner = ProjectId("a");
  Caller admin = member_of("x");
  admin.roles = {"admin"};
  Image public_one = image;
  public_one.visibility = Visibility::public_;
  Image given = image;
  given.owner = ProjectId("b");
  const auto owner = member_of("a");
  EXPECT_EQ(check_change(&image, public_one, owner).error().reason, "image.publicize");
  EXPECT_EQ(check_change(nullptr, public_one, owner).error().reason, "image.publicize");
  EXPECT_TRUE(check_change(&public_one, public_one, owner));
  EXPECT_EQ(check_change(&image, given, owner).error().reason, "image.owner");
  EXPECT_EQ(check_change(nullptr, given, owner).error().reason, "image.owner");
  EXPECT_TRUE(check_change(&image, given, admin) && check_change(nullptr, public_one, admin));
}

/// Five images, "1" the oldest. 1 public of b, 2 private of a, 3 community of b, 4 private of b, 5 hidden of a.
std::vector<Image> some_images() {
  std::vector<Image> images(5);
  for (std::size_t i = 0; i < images.size(); ++i) {
    images[i].id = ImageId(std::to_string(i + 1));
    images[i].name = std::string("n") + char('5' - int(i));
    images[i].size = std::int64_t(i) * 100;
    images[i].owner = ProjectId(i == 1 || i == 4 ? "a" : "b");
    images[i].created_at = Time(std::chrono::hours(1000 + i));
    images[i].visibility = Visibility::private_;
  }
  images[0].visibility = Visibility::public_;
  images[0].container_format = "docker";
  images[1].tags = {"t"};
  images[1].properties = {{"color", "red"}};
  images[2].visibility = Visibility::community;
  images[4].os_hidden = true;
  return images;
}

std::string listed(std::vector<std::pair<std::string, std::string>> query, std::string project = "a") {
  const auto parsed = ImageQuery::parse(query);
  if (!parsed) return parsed.error().reason;
  const auto page = parsed->select(some_images(), member_of(std::move(project)));
  if (!page) return page.error().reason;
  std::string ids;
  for (const auto& image : page->images) ids += image.id.str();
  return page->next_marker.empty() ? ids : ids + ">" + page->next_marker;
}

TEST(ImageQuery, lists_own_and_public_newest_first) {
  EXPECT_EQ(listed({}), "21");
  EXPECT_EQ(listed({}, "b"), "431");
  EXPECT_EQ(listed({}, "c"), "1");
}

TEST(ImageQuery, filters) {
  EXPECT_EQ(listed({{"visibility", "community"}}), "3");
  EXPECT_EQ(listed({{"visibility", "all"}}), "321");
  EXPECT_EQ(listed({{"visibility", "private"}}), "2");
  EXPECT_EQ(listed({{"os_hidden", "True"}}), "5");
  EXPECT_EQ(listed({{"name", "n5"}}), "1");
  EXPECT_EQ(listed({{"name", "in:n5,\"n4\",x"}}), "21");
  EXPECT_EQ(listed({{"id", "2"}}), "2");
  EXPECT_EQ(listed({{"owner", "b"}}), "1");
  EXPECT_EQ(listed({{"status", "active"}}), "");
  EXPECT_EQ(listed({{"container_format", "docker"}}), "1");
  EXPECT_EQ(listed({{"tag", "t"}}), "2");
  EXPECT_EQ(listed({{"size_min", "50"}}), "2");
  EXPECT_EQ(listed({{"size_max", "50"}}), "1");
  EXPECT_EQ(listed({{"color", "red"}}), "2");
  EXPECT_EQ(listed({{"color", "blue"}}), "");
  EXPECT_EQ(listed({{"protected", "false"}}), "21");
  EXPECT_EQ(listed({{"created_at", "gt:" + iso_time(Time(std::chrono::hours(1000)))}}), "2");
}

TEST(ImageQuery, sorts_and_pages) {
  EXPECT_EQ(listed({{"sort", "name:asc"}}), "21");
  EXPECT_EQ(listed({{"sort", "name"}}), "12");
  EXPECT_EQ(listed({{"sort_key", "size"}, {"sort_dir", "asc"}}, "b"), "134");
  EXPECT_EQ(listed({{"sort", "status:asc,size:desc"}}, "b"), "431");
  EXPECT_EQ(listed({{"limit", "2"}}, "b"), "43>3");
  EXPECT_EQ(listed({{"limit", "2"}, {"marker", "3"}}, "b"), "1");
  EXPECT_EQ(listed({{"limit", "3"}}, "b"), "431");
  EXPECT_EQ(listed({{"limit", "0"}}, "b"), "");
}

TEST(ImageQuery, refuses_what_it_cannot_read) {
  const std::pair<std::string, std::string> rows[] = {
      {"limit", "-1"},          {"limit", "x"},    {"sort", "color"},  {"sort", "name:up"},      {"os_hidden", "no?"},
      {"visibility", "secret"}, {"size_min", "x"}, {"name", "in:\"a"}, {"created_at", "gt:soon"}};
  for (const auto& row : rows) EXPECT_EQ(listed({row}), "image.bad_query") << row.first << "=" << row.second;
  EXPECT_EQ(listed({{"marker", "4"}}), "image.bad_marker") << "a marker must not tell that a foreign image exists";
}

}  // namespace
}  // namespace causeway::domain
