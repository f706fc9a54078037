#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "causeway/http/message.hpp"

namespace causeway::http {

/// Where an answer's parts go. An error ends the exchange and is returned by the call.
struct ResponseSink {
  std::function<Result<void>(Response head)> head;
  std::function<Result<void>(std::string_view piece)> piece;
};

/// What kind of answer follows: one with a body, one to HEAD, or one that may switch protocols (101).
enum class Answering { body, head, upgrade };

/// One answer, parsed by Beast; informational answers (100 Continue) before it are skipped. Not thread-safe. Failure:
/// unavailable "http.broken" for what is not HTTP or ends too early; the sink's own errors.
class ResponseParser {
 public:
  ResponseParser(Answering answering, const ResponseSink& sink);
  ~ResponseParser();
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;

  /// Parses what it can and gives how many bytes it used up; the rest must come again with more behind it.
  Result<std::size_t> take(std::string_view bytes);
  /// The peer closed: a body without a length ends so.
  Result<void> take_end();
  bool head_done() const;
  bool done() const;
  /// The connection may carry another request.
  bool keep_alive() const;

 private:
  struct Impl;
  void begin();

  const Answering answering_;
  const ResponseSink& sink_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::http
