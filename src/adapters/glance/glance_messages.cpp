#include "causeway/adapters/glance/glance_messages.hpp"

#include <algorithm>
#include <array>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters::glance {
namespace {

constexpr std::size_t longest_words = 300;
constexpr int page_size = 200;

/// Members of an image that are no properties of its owner's making.
constexpr std::array not_properties{std::string_view("id"),          std::string_view("owner"),         std::string_view("name"),
                                    std::string_view("status"),      std::string_view("visibility"),    std::string_view("container_format"),
                                    std::string_view("disk_format"), std::string_view("checksum"),      std::string_view("os_hash_algo"),
                                    std::string_view("created_at"),  std::string_view("os_hash_value"), std::string_view("updated_at"),
                                    std::string_view("self"),        std::string_view("file"),          std::string_view("schema"),
                                    std::string_view("direct_url"),  std::string_view("stores")};

std::string paged(std::string target, std::string_view after) {
  target += fmt::format("&limit={}", page_size);
  if (!after.empty()) target += "&marker=" + percent_encode(after);
  return target;
}

std::unexpected<Error> no_sense() {
  return failed(Code::unavailable, "glance.failing", "The image service gave an answer that makes no sense; try again later.");
}

std::string without_tags(std::string_view text) {
  std::string out;
  bool in_tag = false, in_space = false;
  for (const char c : text) {
    if (c == '<') in_tag = true;
    const bool is_space = c == '>' || static_cast<unsigned char>(c) <= ' ';
    if (in_tag || is_space) {
      in_space = true;
      in_tag = in_tag && c != '>';
      continue;
    }
    if (in_space && !out.empty()) out += ' ';
    in_space = false;
    out += c;
  }
  return out;
}

std::string plain(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> entities[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#x27;", "'"}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : entities) {
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) text.replace(at, entity.size(), character);
  }
  return text;
}

}  // namespace

Result<domain::ExternalImage> read_image(const Json& json) {
  domain::ExternalImage image;
  image.id = domain::ImageId(text_member(json, "id"));
  image.status = text_member(json, "status");
  if (image.id.empty() || image.status.empty()) return no_sense();
  image.owner = domain::ProjectId(text_member(json, "owner"));
  image.name = text_member(json, "name");
  image.visibility = text_member(json, "visibility");
  image.container_format = text_member(json, "container_format");
  image.checksum = text_member(json, "checksum");
  image.os_hash_algo = text_member(json, "os_hash_algo");
  image.os_hash_value = text_member(json, "os_hash_value");
  if (const Json* size = member(json, "size"); size != nullptr && size->is_int64()) image.size = size->get_int64();
  if (const Json* tags = member(json, "tags"); tags != nullptr && tags->is_array()) {
    for (const auto& tag : tags->get_array()) {
      if (tag.is_string()) image.tags.push_back(to_std(tag.get_string()));
    }
  }
  for (const auto& [key, value] : json.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (value.is_string() && std::ranges::find(not_properties, name) == not_properties.end()) {
      image.properties.emplace(name, to_std(value.get_string()));
    }
  }
  return image;
}

Result<ImagePage> read_page(std::string_view body) {
  const auto json = parse_json(body);
  const Json* images = json ? member(*json, "images") : nullptr;
  if (images == nullptr || !images->is_array()) return no_sense();
  ImagePage page;
  for (const auto& each : images->get_array()) {
    TRY(auto image, read_image(each));
    page.images.push_back(std::move(image));
  }
  page.more = !page.images.empty() && !text_member(*json, "next").empty();
  return page;
}

std::string to_body(const boundary::NewExternalImage& image) {
  return to_text(JsonObject{{"id", image.id.str()},
                            {"name", image.name},
                            {"tags", JsonArray{Json(image.tag)}},
                            {"container_format", "docker"},
                            {"disk_format", "raw"}});
}

std::string named_target(const std::string& name, std::string_view after) {
  return paged("/v2/images?name=" + percent_encode("eq:" + name), after);
}

std::string runnable_target(std::string_view after) { return paged("/v2/images?container_format=docker&status=active", after); }

std::string image_target(const domain::ImageId& id, std::string_view rest) {
  return "/v2/images/" + percent_encode(id.str()) + std::string(rest);
}

std::string words_of(const http::Response& refusal) {
  std::string words;
  if (const auto json = parse_json(refusal.body); json && json->is_object()) {
    words = text_member(*json, "message");
    if (const Json* error = member(*json, "error"); words.empty() && error != nullptr) words = text_member(*error, "message");
  }
  if (words.empty()) words = refusal.body;
  // HTML and plain text say the status before they come to the point
  if (const auto heading = words.find("</h1>"); heading != std::string::npos) words.erase(0, heading);
  if (words.starts_with(fmt::format("{} ", refusal.status))) words.erase(0, std::min(words.find('\n'), words.size()));
  words = plain(without_tags(words));
  if (!is_valid_utf8(words)) words.clear();
  if (words.size() > longest_words) {
    words.resize(longest_words);
    while (!words.empty() && !is_valid_utf8(words)) words.pop_back();
    words += " ...";
  }
  return words.empty() ? fmt::format("It answered {}.", refusal.status) : words;
}

}  // namespace causeway::adapters::glance
