#include "causeway/http/server/request_parser.hpp"

#include <algorithm>

#include <boost/beast/http/basic_parser.hpp>

#include "causeway/base/encoding.hpp"

namespace causeway::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

bool is_token_start(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::size_t count_of(const Headers& headers, std::string_view name) {
  std::size_t count = 0;
  for (const auto& field : headers.all()) count += to_lower(field.first) == name;
  return count;
}

/// Target forms: origin ("/a?b"), absolute ("http://h/a?b", which every server must accept), "*".
std::string_view path_and_query(std::string_view target) {
  if (!target.starts_with("http://") && !target.starts_with("https://")) return target;
  const auto slash = target.find('/', target.find("://") + 3);
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

}  // namespace

HeadScanner::Found HeadScanner::refuse(int status, const char* why) {
  refusal_ = {status, why};
  return Found::refused;
}

HeadScanner::Found HeadScanner::scan(std::string_view bytes) {
  if (!bytes.empty() && !is_token_start(bytes.front())) return refuse(400, "This is not an HTTP request.");
  while (scanned_ < bytes.size()) {
    const auto end = bytes.find('\n', scanned_);
    if (end == std::string_view::npos || end >= max_head_) {
      scanned_ = bytes.size();
      if (bytes.size() <= max_head_) return Found::more;
      return lines_ == 0 ? refuse(414, "The request's target is too long.")
                         : refuse(431, "The request's header fields are too large.");
    }
    if (end == 0 || bytes[end - 1] != '\r') return refuse(400, "A header line does not end with CRLF.");
    const bool empty_line = end - line_start_ == 1;
    scanned_ = line_start_ = end + 1;
    ++lines_;
    if (empty_line) {
      size_ = end + 1;
      return Found::complete;
    }
  }
  return Found::more;
}

struct RequestParser::Impl final : beast::http::basic_parser<true> {
  Request request;
  int version = 11;
  bool head_done = false;
  bool expects_continue = false;
  std::uint64_t largest_body = UINT64_MAX;
  std::uint64_t body_size = 0;
  std::string* body = nullptr;

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int http_version,
                       error_code&) override {
    request.method = std::string(method);
    request.target = std::string(target);
    version = http_version;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code&) override {
    // fields after the body (trailers) must not pass for header fields
    if (!head_done) request.headers.add(std::string(name), std::string(value));
  }
  void on_header_impl(error_code&) override { head_done = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, error_code& failure) override { return append(bytes, failure); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& failure) override {
    return append(bytes, failure);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t append(beast::string_view bytes, error_code& failure) {
    if (bytes.size() > largest_body - body_size) {
      failure = beast::http::error::body_limit;
      return 0;
    }
    body_size += bytes.size();
    body->append(bytes.data(), bytes.size());
    return bytes.size();
  }
};

RequestParser::RequestParser() : impl_(std::make_unique<Impl>()) {
  impl_->header_limit(UINT32_MAX);  // the scanner has held the head to its limit
  impl_->body_limit(boost::none);   // counted here, because Beast counts whole chunks
}
RequestParser::~RequestParser() = default;

namespace {

std::optional<Refusal> check_framing(const Headers& headers, bool chunked, int version) {
  if (headers.find("Transfer-Encoding")) {
    if (version < 11) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (!chunked || to_lower(headers.get("Transfer-Encoding")) != "chunked" ||
        count_of(headers, "transfer-encoding") > 1) {
      return Refusal{501, "The only transfer coding understood is chunked."};
    }
    if (headers.find("Content-Length")) return Refusal{400, "Content-Length and Transfer-Encoding exclude each other."};
  }
  if (count_of(headers, "content-length") > 1 || headers.get("Content-Length").find(',') != std::string_view::npos) {
    return Refusal{400, "Content-Length stands more than once."};
  }
  const auto hosts = count_of(headers, "host");
  // an empty Host is right for a target without an authority: Docker's plugin client sends it
  if (hosts > 1 || (hosts == 0 && version >= 11)) return Refusal{400, "A request needs exactly one Host field."};
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> RequestParser::take_head(std::string_view head) {
  error_code failure;
  std::size_t used = 0;
  while (!failure && !impl_->is_header_done()) {
    used += impl_->put(boost::asio::const_buffer(head.data() + used, head.size() - used), failure);
  }
  Request& request = impl_->request;
  const std::string_view target = path_and_query(request.target);
  const auto question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = Query::parse(target.substr(question + 1));
  if (failure) return Refusal{400, "The request cannot be parsed: " + failure.message() + "."};
  impl_->eager(true);
  impl_->expects_continue = impl_->version >= 11 && to_lower(request.headers.get("Expect")) == "100-continue";
  return check_framing(request.headers, impl_->chunked(), impl_->version);
}

Request& RequestParser::request() { return impl_->request; }
void RequestParser::limit_body(std::uint64_t limit) { impl_->largest_body = limit; }

RequestParser::Taken RequestParser::take_body(std::string_view bytes, std::string& body) {
  Taken taken;
  impl_->body = &body;
  error_code failure;
  while (!impl_->is_done() && taken.used < bytes.size()) {
    taken.used += impl_->put(boost::asio::const_buffer(bytes.data() + taken.used, bytes.size() - taken.used), failure);
    if (failure == beast::http::error::need_more) break;
    if (failure == beast::http::error::body_limit) {
      taken.refusal = Refusal{413, "The request's body is too large."};
      break;
    }
    if (failure) {
      taken.refusal = Refusal{400, "The request's body cannot be parsed: " + failure.message() + "."};
      break;
    }
  }
  // a chunk's header or the trailers waiting for their end must stay small
  constexpr std::size_t max_chunk_head = 16 * 1024;
  if (!taken.refusal && bytes.size() - taken.used > max_chunk_head && !impl_->is_done()) {
    taken.refusal = Refusal{400, "A chunk's header or the trailers are too long."};
  }
  return taken;
}

bool RequestParser::done() const { return impl_->is_done(); }
bool RequestParser::keep_alive() const { return impl_->keep_alive(); }
bool RequestParser::is_http_1_0() const { return impl_->version < 11; }
bool RequestParser::expects_continue() const { return impl_->expects_continue; }
std::optional<std::uint64_t> RequestParser::content_length() const {
  const auto length = impl_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

}  // namespace causeway::http
