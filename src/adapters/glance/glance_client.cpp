#include "causeway/adapters/glance/glance_client.hpp"

#include <algorithm>

#include "causeway/adapters/glance/glance_messages.hpp"
#include "causeway/adapters/http_bytes/byte_bodies.hpp"
#include "causeway/http/service_url.hpp"

namespace causeway::adapters {

using domain::ExternalImage;
using domain::ImageId;

namespace {

constexpr int most_pages = 50;
constexpr std::size_t longest_refusal = 64 * 1024;
/// The Engine may be copying layers before a byte moves, and Glance putting away a large image after the last.
constexpr std::chrono::milliseconds upload_patience = std::chrono::minutes(10);

http::ClientRequest request_for(std::string method, std::string target) {
  http::ClientRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  return request;
}

std::unexpected<Error> no_image(const ImageId& id) {
  return failed(Code::not_found, "image.not_found", "No image found with ID or name '{}'.", id);
}

Result<ExternalImage> image_of(const Result<http::Response>& answer, const ImageId& id) {
  if (!answer && answer.error().code == Code::not_found) return no_image(id);
  if (!answer) return failed(answer.error());
  const auto json = parse_json(answer->body);
  return glance::read_image(json ? *json : Json());
}

/// A body whose beginning the caller has already: what a server sends that does not know ranges.
Result<void> skip(boundary::ByteSource& data, std::uint64_t bytes) {
  std::vector<char> buffer(64 * 1024);
  while (bytes > 0) {
    TRY(const auto count, data.read(std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), bytes))));
    if (count == 0) return {};
    bytes -= count;
  }
  return {};
}

/// Lengths are not passed on: of an upload that breaks off, a server that knows one may keep what came.
class Unmeasured final : public http::BodySource {
 public:
  Unmeasured(boundary::ByteSource& from, std::optional<Error>& trouble) : body_(from, trouble) {}
  Result<std::size_t> read(std::span<char> into) override { return body_.read(into); }

 private:
  UploadBody body_;
};

}  // namespace

struct GlanceClient::Connection {
  Connection(std::string url, http::Endpoint endpoint, std::string path) : base(std::move(url)), client(std::move(endpoint)), prefix(std::move(path)) {}
  const std::string base;
  http::Client client;
  const std::string prefix;
};

Result<std::shared_ptr<GlanceClient::Connection>> GlanceClient::connection() {
  std::string base = options_.url;
  if (base.empty()) {
    auto found = us_.endpoint({"image", options_.region, options_.interface});
    if (!found && found.error().code == Code::not_found) {
      return failed(Code::unavailable, "glance.unreachable", "Keystone's catalog has no {} endpoint of an image service in region {}.",
                    options_.interface, options_.region);
    }
    if (!found) return failed(std::move(found).error());
    base = *std::move(found);
  }
  const std::lock_guard lock(mutex_);
  if (connection_ && connection_->base == base) return connection_;
  auto where = http::ServiceUrl::parse(base);
  if (!where) {
    return failed(Code::unavailable, "glance.unreachable", "The image service is said to be at '{}', which is no URL.", base);
  }
  if (where->endpoint.tls) where->endpoint.tls->ca_file = options_.ca_file;
  if (where->path.ends_with("/v2")) where->path.resize(where->path.size() - 3);
  connection_ = std::make_shared<Connection>(base, std::move(where->endpoint), std::move(where->path));
  return connection_;
}

http::CallOptions GlanceClient::call_options() const {
  http::CallOptions options;
  options.timeout = options.idle_timeout = options_.timeout;
  options.stop = stop_.get_token();
  return options;
}

Error GlanceClient::away(Error error) const {
  if (error.code != Code::unavailable && error.code != Code::timeout && error.code != Code::cancelled) return error;
  const bool slow = error.code == Code::timeout;
  if (error.code == Code::cancelled) return error;
  if (error.reason == "http.untrusted") {
    return fail(Code::unavailable, "glance.unreachable", "The image service of region {} is not trusted. {} The operator must check its URL and glance.ca_file.",
                options_.region, error.message);
  }
  Error mapped = fail(Code::unavailable, error.reason == "http.connect" ? "glance.unreachable" : "glance.away", "The image service of region {} {}; try again later.", options_.region,
                      slow ? "does not answer in time" : "cannot be reached now");
  mapped.context = std::move(error.context);
  mapped.context.push_back(error.message);
  return mapped;
}

Error GlanceClient::refusal(As as, const http::Response& answer) const {
  const int status = answer.status;
  if (status == 401 && as == As::user) {
    return fail(Code::unauthenticated, "token.rejected", "The image service of region {} does not accept the request's token.", options_.region);
  }
  if (status == 401) {
    return fail(Code::unavailable, "glance.refused", "The image service of region {} does not accept the service user of this region.", options_.region);
  }
  if (status < 400 || status >= 500 || status == 408 || status == 429) {
    return fail(Code::unavailable, "glance.failing", "The image service of region {} answered {}; try again later.", options_.region, status);
  }
  const auto words = glance::words_of(answer);
  if (status == 403 && as == As::ourselves) {
    return fail(Code::forbidden, "glance.forbidden", "The image service of region {} forbids it to the service user of this region: {}", options_.region, words);
  }
  if (status == 403) return fail(Code::forbidden, "image.forbidden", "{}", words);
  if (status == 404 || status == 410) return fail(Code::not_found, "image.not_found", "{}", words);
  if (status == 409) return fail(Code::conflict, "image.wrong_status", "{}", words);
  if (status == 413) return fail(Code::too_large, "image.quota", "{}", words);
  return fail(Code::invalid, "image.refused", "{}", words);
}

/// Any answer but a success is an error.
Result<http::Response> GlanceClient::call(As as, const std::string& token, http::ClientRequest request) {
  TRY(const auto to, connection());
  request.target = to->prefix + request.target;
  request.headers.set("X-Auth-Token", token);
  request.headers.set("Accept", "application/json");
  auto answer = to->client.call(std::move(request), call_options());
  if (!answer) return failed(away(std::move(answer).error()));
  if (answer->status >= 200 && answer->status < 300) return answer;
  if (answer->status == 401 && as == As::ourselves) us_.refused(token);
  return failed(refusal(as, *answer));
}

Result<http::Response> GlanceClient::call_as_ourselves(const std::string& method, const std::string& target) {
  TRY(const auto token, us_.token());
  auto answer = call(As::ourselves, token, request_for(method, target));
  if (answer || answer.error().reason != "glance.refused") return answer;
  TRY(const auto fresh, us_.token());
  if (fresh == token) return answer;
  return call(As::ourselves, fresh, request_for(method, target));
}

Result<ExternalImage> GlanceClient::find(const std::string& user_token, const ImageId& id) {
  return image_of(call(As::user, user_token, request_for("GET", glance::image_target(id))), id);
}

Result<std::vector<ExternalImage>> GlanceClient::list(const std::string& user_token, const Target& target) {
  std::vector<ExternalImage> out;
  std::string after;
  for (int page = 0; page < most_pages; ++page) {
    TRY(const auto answer, call(As::user, user_token, request_for("GET", target(after))));
    TRY(auto next, glance::read_page(answer.body));
    std::ranges::move(next.images, std::back_inserter(out));
    if (!next.more) return out;
    after = out.back().id.str();
  }
  return failed(Code::too_large, "image.too_many", "There are more than {} images to choose from; use an id.", out.size());
}

Result<std::vector<ExternalImage>> GlanceClient::named(const std::string& user_token, const std::string& name) {
  return list(user_token, [&](std::string_view after) { return glance::named_target(name, after); });
}

Result<std::vector<ExternalImage>> GlanceClient::runnable(const std::string& user_token) {
  return list(user_token, [](std::string_view after) { return glance::runnable_target(after); });
}

Result<void> GlanceClient::create(const std::string& user_token, const boundary::NewExternalImage& image) {
  auto request = request_for("POST", "/v2/images");
  request.headers.set("Content-Type", "application/json");
  request.body = glance::to_body(image);
  TRY_VOID(call(As::user, user_token, std::move(request)));
  return {};
}

Result<ExternalImage> GlanceClient::look_up(const ImageId& id) {
  auto answer = call_as_ourselves("GET", glance::image_target(id));
  if (!answer && answer.error().code == Code::not_found) {
    return failed(Code::not_found, "image.not_found",
                  "The image service of region {} has no image {}, or does not show it to the region's service user, who needs the role admin there.",
                  options_.region, id);
  }
  return image_of(answer, id);
}

Result<void> GlanceClient::remove(const ImageId& id) {
  const auto answer = call_as_ourselves("DELETE", glance::image_target(id));
  if (!answer && answer.error().code != Code::not_found) return failed(answer.error());
  return {};
}

Result<http::OpenResponse> GlanceClient::open_once(const ImageId& id, std::uint64_t from, const std::string& token) {
  TRY(const auto to, connection());
  auto request = request_for("GET", to->prefix + glance::image_target(id, "/file"));
  request.headers.set("X-Auth-Token", token);
  if (from > 0) request.headers.set("Range", fmt::format("bytes={}-", from));
  auto answer = to->client.open(std::move(request), call_options());
  if (!answer) return failed(away(std::move(answer).error()));
  if (answer->head.status == 401) us_.refused(token);
  return answer;
}

Result<std::unique_ptr<boundary::ByteSource>> GlanceClient::open(const ImageId& id, std::uint64_t from) {
  TRY(const auto token, us_.token());
  TRY(auto answer, open_once(id, from, token));
  if (answer.head.status == 401) {
    TRY(const auto fresh, us_.token());
    TRY(answer, open_once(id, from, fresh));
  }
  const int status = answer.head.status;
  if (status == 404 || status == 410) return no_image(id);
  if (status == 204) return failed(Code::not_found, "image.no_data", "Image {} has no data.", id);
  if (status != 200 && status != 206) {
    answer.head.body = http::read_all(*answer.body, longest_refusal).value_or("");
    return failed(refusal(As::ourselves, answer.head));
  }
  const auto begins = fmt::format("bytes {}-", from);
  if (status == 206 && !answer.head.headers.get("Content-Range").starts_with(begins)) {
    return failed(Code::unavailable, "glance.failing", "The image service of region {} gave another part of image {} than it was asked for.",
                  options_.region, id);
  }
  auto data = std::make_unique<AnswerBytes>(std::move(answer));
  if (status == 200) {
    auto skipped = skip(*data, from);
    if (!skipped) return failed(away(std::move(skipped).error()));
  }
  return data;
}

Result<void> GlanceClient::upload(const ImageId& id, boundary::ByteSource& data) {
  TRY(const auto to, connection());
  TRY(const auto token, us_.token());
  std::optional<Error> trouble;
  auto request = request_for("PUT", to->prefix + glance::image_target(id, "/file"));
  request.headers.set("X-Auth-Token", token);
  request.headers.set("Content-Type", "application/octet-stream");
  request.headers.set("Accept", "application/json");  // of refusals
  request.source = std::make_unique<Unmeasured>(data, trouble);
  auto options = call_options();
  options.idle_timeout = std::max(upload_patience, options_.timeout);
  auto answer = to->client.open(std::move(request), options);
  if (trouble) return failed(*std::move(trouble));
  if (!answer) return failed(away(std::move(answer).error()));
  answer->head.body = http::read_all(*answer->body, longest_refusal).value_or("");
  if (answer->head.status >= 200 && answer->head.status < 300) return {};
  if (answer->head.status == 401) us_.refused(token);
  return failed(refusal(As::ourselves, answer->head));
}

}  // namespace causeway::adapters
