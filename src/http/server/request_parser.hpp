#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/http/message.hpp"

namespace causeway::http {

/// A request that will not be served: the status of the answer, and why in one sentence.
struct Refusal {
  int status = 400;
  std::string why;
};

/// Finds the end of a request's head in bytes that come in pieces, so that the whole head can be parsed at once.
class HeadScanner {
 public:
  explicit HeadScanner(std::size_t max_head) : max_head_(max_head) {}
  enum class Found { complete, more, refused };
  /// `bytes` are all bytes of the message so far, beginning with its first; size() is valid after `complete`.
  Found scan(std::string_view bytes);
  std::size_t size() const { return size_; }
  const Refusal& refusal() const { return refusal_; }

 private:
  Found refuse(int status, const char* why);

  std::size_t max_head_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
  std::size_t size_ = 0;
  Refusal refusal_;
};

/// One request, parsed by Beast with the checks that it leaves to us (framing that proxies could read differently,
/// Host, version). Feed the head whole with `take_head`, then the body in pieces with `take_body`. Not thread-safe.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// `head` ends with the empty line.
  std::optional<Refusal> take_head(std::string_view head);
  /// The caller may move it away; the parser does not need it any more.
  Request& request();

  /// Body bytes beyond `limit` are refused with 413.
  void limit_body(std::uint64_t limit);
  /// Parses what it can of `bytes`, appends body bytes to `body`, and gives how many bytes it used up.
  struct Taken {
    std::size_t used = 0;
    std::optional<Refusal> refusal;
  };
  Taken take_body(std::string_view bytes, std::string& body);

  bool done() const;  ///< the message is complete
  bool keep_alive() const;
  bool is_http_1_0() const;
  bool expects_continue() const;
  std::optional<std::uint64_t> content_length() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::http
