#include "causeway/adapters/docker/pull_reader.hpp"

#include <algorithm>

#include "causeway/base/base64.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

std::int64_t number_in(const Json* object, std::string_view name) {
  const Json* value = object != nullptr ? member(*object, name) : nullptr;
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool is_done(std::string_view status) { return status == "Pull complete" || status == "Already exists"; }
bool is_of_layer(std::string_view status) {
  constexpr std::string_view words[] = {"Pulling fs layer", "Waiting", "Downloading", "Verifying Checksum", "Download complete", "Extracting"};
  return is_done(status) || std::ranges::find(words, status) != std::end(words);
}

/// One row: words of the Engine (lower case) and what they mean. The first row that fits decides.
struct Meaning {
  std::string_view words;
  Code code;
  std::string_view reason;
};
constexpr Meaning meanings[] = {
    {"unauthorized", Code::forbidden, "engine.pull_denied"},
    {"authentication required", Code::forbidden, "engine.pull_denied"},
    {"no basic auth credentials", Code::forbidden, "engine.pull_denied"},
    {"denied", Code::forbidden, "engine.pull_denied"},
    {"manifest unknown", Code::not_found, "engine.no_image"},
    {"not found", Code::not_found, "engine.no_image"},
    {"does not exist", Code::not_found, "engine.no_image"},
    {"no matching manifest", Code::not_found, "engine.no_image"},
    {"http response to https client", Code::invalid, "engine.registry_tls"},
    {"x509", Code::invalid, "engine.registry_tls"},
    {"tls: ", Code::invalid, "engine.registry_tls"},
    {"connection refused", Code::unavailable, "engine.registry_unreachable"},
    {"connection reset", Code::unavailable, "engine.registry_unreachable"},
    {"no such host", Code::unavailable, "engine.registry_unreachable"},
    {"server misbehaving", Code::unavailable, "engine.registry_unreachable"},
    {"unreachable", Code::unavailable, "engine.registry_unreachable"},
    {"no route to host", Code::unavailable, "engine.registry_unreachable"},
    {"timeout", Code::unavailable, "engine.registry_unreachable"},
    {"deadline exceeded", Code::unavailable, "engine.registry_unreachable"},
    {"eof", Code::unavailable, "engine.registry_unreachable"},
    {"toomanyrequests", Code::unavailable, "engine.registry_unreachable"},
};

}  // namespace

Result<void> PullReader::take(const Json& line) {
  if (const auto error = text_member(line, "error"); !error.empty()) return failed(pull_error(error));
  const auto id = text_member(line, "id");
  const auto status = text_member(line, "status");
  if (id.empty() || !is_of_layer(status)) return {};
  auto& layer = layers_[id];
  layer.done = layer.done || is_done(status);
  if (status == "Downloading") {
    const Json* detail = member(line, "progressDetail");
    layer.bytes = std::max(layer.bytes, number_in(detail, "current"));
    layer.total = std::max(layer.total, number_in(detail, "total"));
  } else if (status != "Pulling fs layer" && status != "Waiting") {
    layer.bytes = layer.total;
  }
  domain::PullProgress now;
  for (const auto& [name, each] : layers_) {
    ++now.layers;
    now.layers_done += each.done ? 1 : 0;
    now.bytes += each.bytes;
    now.total_bytes += each.total;
  }
  if (now == last_) return {};
  last_ = now;
  if (told_) told_(now);
  return {};
}

Error pull_error(std::string_view words) {
  const auto lower = to_lower(words);
  const auto found = std::ranges::find_if(meanings, [&](const Meaning& meaning) { return lower.find(meaning.words) != std::string::npos; });
  if (found == std::end(meanings)) return fail(Code::unavailable, "engine.error", "{}", words);
  return fail(found->code, found->reason, "{}", words);
}

std::string registry_auth(std::string_view domain, std::string_view username, std::string_view password) {
  return to_padded_base64url(to_text(JsonObject{{"username", username}, {"password", password}, {"serveraddress", domain}}));
}

}  // namespace causeway::adapters
