#include <algorithm>
#include <set>

#include "causeway/adapters/docker/docker_engine.hpp"
#include "causeway/adapters/docker/pull_reader.hpp"
#include "causeway/adapters/docker/streams.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/base/log.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// Unpacking a large layer shows no progress.
constexpr std::chrono::milliseconds quiet_limit = 600s;

/// "registry:5000/a/b:tag" -> name and tag; "latest" where there is none. A digest stays with the name.
std::pair<std::string, std::string> split_reference(const std::string& reference) {
  const auto slash = reference.rfind('/');
  const auto colon = reference.rfind(':');
  if (reference.find('@') != std::string::npos) return {reference, ""};
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) return {reference, "latest"};
  return {reference.substr(0, colon), reference.substr(colon + 1)};
}

/// References keep their slashes in the path: the Engine's router wants them so.
std::string image_target(const std::string& reference) { return "/images/" + reference; }

/// A line of progress; the trouble, where it tells of one.
Result<void> check_progress(const Json& line, Code code, std::string_view reason) {
  const auto error = text_member(line, "error");
  if (error.empty()) return {};
  return failed(code, reason, "{}", error);
}

/// Feeds an upload from the boundary's reader.
class ArchiveSource final : public http::BodySource {
 public:
  explicit ArchiveSource(const boundary::ReadBytes& read) : read_(read) {}
  Result<std::size_t> read(std::span<char> into) override { return read_(into); }

 private:
  const boundary::ReadBytes& read_;  ///< outlives the exchange: load_image returns after it
};

}  // namespace

Result<std::optional<std::string>> DockerEngine::find_image(const std::string& reference) {
  const auto found = client_.call("GET", image_target(reference) + "/json");
  if (found) return std::optional(text_member(*found, "Id"));
  if (found.error().code == Code::not_found) return std::nullopt;
  return failed(found.error());
}

Result<std::optional<boundary::EngineImage>> DockerEngine::describe_image(const std::string& reference) {
  const auto found = client_.call("GET", image_target(reference) + "/json");
  if (!found && found.error().code == Code::not_found) return std::nullopt;
  if (!found) return failed(found.error());
  const Json* size = member(*found, "Size");
  return boundary::EngineImage{text_member(*found, "Id"), size != nullptr && size->is_int64() ? size->get_int64() : 0};
}

Result<std::map<std::string, std::string>> DockerEngine::image_names() {
  TRY(const Json json, client_.call("GET", "/images/json"));
  std::map<std::string, std::string> out;
  if (!json.is_array()) return out;
  for (const auto& image : json.get_array()) {
    const Json* names = member(image, "RepoTags");
    if (names == nullptr || !names->is_array()) continue;
    for (const auto& name : names->get_array()) {
      if (name.is_string() && name.get_string() != "<none>:<none>")
        out[to_std(name.get_string())] = text_member(image, "Id");
    }
  }
  return out;
}

Result<std::vector<std::string>> DockerEngine::list_images() {
  TRY(const auto names, image_names());
  std::vector<std::string> out;
  for (const auto& [name, id] : names) out.push_back(name);
  return out;
}

Result<void> DockerEngine::tag_image(const std::string& image, const std::string& reference) {
  const auto [name, tag] = split_reference(reference);
  TRY_VOID(
      client_.call("POST", image_target(image) + "/tag?repo=" + percent_encode(name) + "&tag=" + percent_encode(tag)));
  return {};
}

Result<void> DockerEngine::remove_image(const std::string& reference) {
  const auto gone = client_.call("DELETE", image_target(reference) + "?noprune=false");
  if (gone || gone.error().code == Code::not_found || gone.error().code == Code::conflict) return {};
  return failed(gone.error());
}

/// What the archive held, as the Engine names it: "name:tag", or "sha256:..." of an image without a name.
Result<std::vector<std::string>> DockerEngine::load_archive(const boundary::ReadBytes& archive, std::stop_token stop) {
  constexpr std::string_view by_name = "Loaded image: ";
  constexpr std::string_view by_id = "Loaded image ID: ";
  std::vector<std::string> loaded;
  std::optional<Error> trouble;
  JsonLines lines([&](const Json& line) -> Result<void> {
    TRY_VOID(check_progress(line, Code::invalid, "image.bad_archive"));
    const auto text = text_member(line, "stream");
    for (const auto prefix : {by_name, by_id}) {
      if (text.starts_with(prefix)) loaded.emplace_back(trim(std::string_view(text).substr(prefix.size())));
    }
    return {};
  });
  http::ClientRequest request;
  request.method = "POST";
  request.target = "/images/load?quiet=1";
  request.headers.set("Content-Type", "application/x-tar");
  const boundary::ReadBytes watched = [&](std::span<char> into) -> Result<std::size_t> {
    auto got = archive(into);
    if (!got) trouble = got.error();  // the transport would call it a broken body
    return got;
  };
  request.source = std::make_unique<ArchiveSource>(watched);
  auto done = client_.stream(
      std::move(request), {}, [&](std::string_view bytes) { return lines.take(bytes); }, quiet_limit, std::move(stop));
  if (trouble) return failed(*std::move(trouble));
  if (!done) return failed(std::move(done).error());
  return loaded;
}

Result<void> DockerEngine::load_image(const std::string& reference, const boundary::ReadBytes& archive,
                                      std::stop_token stop) {
  std::lock_guard lock(loading_);
  TRY(const auto before, image_names());
  TRY(const auto loaded, load_archive(archive, std::move(stop)));

  std::set<std::string> images;
  Result<void> outcome;
  for (const auto& name : loaded) {
    TRY(const auto id, find_image(name));
    if (id) images.insert(*id);
  }
  if (images.size() != 1) {
    outcome =
        failed(Code::invalid, "image.bad_archive", "The archive holds {} images; it must hold one.", images.size());
  } else {
    outcome = tag_image(*images.begin(), reference);
  }
  for (const auto& name : loaded) {
    if (name.starts_with("sha256:") || name == reference) continue;
    const auto had = before.find(name);
    const auto undone = had == before.end() ? remove_image(name) : tag_image(had->second, name);
    if (!undone) log::warn("an archive's name {} stays: {}", name, undone.error().describe());
  }
  return outcome;
}

Result<void> DockerEngine::pull_image(const boundary::PullRequest& request, const boundary::PullTold& told,
                                      std::stop_token stop) {
  const auto [name, tag] = split_reference(request.reference);
  http::ClientRequest call;
  call.method = "POST";
  call.target = "/images/create?fromImage=" + percent_encode(name) + (tag.empty() ? "" : "&tag=" + percent_encode(tag));
  if (const auto& known = request.credentials) {
    call.headers.set("X-Registry-Auth", registry_auth(known->domain, known->username, known->password));
  }
  PullReader reader(told);
  JsonLines lines([&](const Json& line) { return reader.take(line); });
  auto done = client_.stream(
      std::move(call), {}, [&](std::string_view bytes) { return lines.take(bytes); }, quiet_limit, std::move(stop));
  if (done || done.error().code == Code::cancelled || done.error().reason == "engine.unreachable") return done;
  // the Engine tells trouble in a line of the stream, or by a status that says little: its words decide
  auto error = std::move(done).error();
  auto meant = pull_error(error.message);
  meant.context = std::move(error.context);
  return failed(std::move(meant));
}

Result<std::vector<boundary::FoundImage>> DockerEngine::search_images(const std::string& term) {
  const auto answer = client_.call("GET", "/images/search?limit=25&term=" + percent_encode(term));
  if (!answer && answer.error().reason == "engine.unreachable") return failed(answer.error());
  if (!answer) return failed(pull_error(answer.error().message));
  std::vector<boundary::FoundImage> out;
  if (!answer->is_array()) return out;
  const auto is_set = [](const Json& item, std::string_view name) {
    const Json* value = member(item, name);
    return value != nullptr && value->is_bool() && value->get_bool();
  };
  for (const auto& item : answer->get_array()) {
    const Json* stars = member(item, "star_count");
    out.push_back({text_member(item, "name"), text_member(item, "description"), is_set(item, "is_official"),
                   is_set(item, "is_automated"), stars != nullptr && stars->is_int64() ? stars->get_int64() : 0});
  }
  return out;
}

}  // namespace causeway::adapters
