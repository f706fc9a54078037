#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"

/// The two ways in which the Engine writes an endless body. Pure; one thread each.
namespace causeway::adapters {

/// Takes the multiplexing of stdout and stderr off a raw stream of a container without a terminal:
///
///   | stream 0..2 | 0 0 0 | length, 4 bytes, most significant first | payload ... |
class Demultiplexer {
 public:
  using Payload = std::function<void(std::string_view)>;
  explicit Demultiplexer(Payload payload) : payload_(std::move(payload)) {}
  /// internal "engine.bad_stream" for what is no such stream.
  Result<void> take(std::string_view bytes);

 private:
  Payload payload_;
  std::string header_;
  std::uint32_t left_ = 0;  ///< of the payload under way
};

/// One JSON value per line.
class JsonLines {
 public:
  using Line = std::function<Result<void>(const Json&)>;
  explicit JsonLines(Line line) : line_(std::move(line)) {}
  Result<void> take(std::string_view bytes);

 private:
  Line line_;
  std::string rest_;
};

}  // namespace causeway::adapters
