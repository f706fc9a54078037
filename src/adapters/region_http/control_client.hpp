#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "causeway/base/fields.hpp"
#include "causeway/http/client.hpp"
#include "causeway/http/open_response.hpp"

namespace causeway::adapters {

/// Speaks the control API: JSON both ways, failures as the Error that the far side meant. Thread-safe.
/// A far side that cannot be reached is Code::unavailable with reason `<name>.unreachable`.
class ControlClient {
 public:
  /// `name` is what the far side is called in errors: "central", "region", "host r1h1".
  ControlClient(std::string name, http::Endpoint endpoint);

  Result<Json> call(std::string_view method, const std::string& target, const Json& body, const http::CallOptions& options = {});
  Result<Json> post_lines(const std::string& target, std::string lines, const http::CallOptions& options = {});
  /// A GET whose answer comes piece by piece.
  Result<void> stream(const std::string& target, const std::function<Result<void>(std::string_view)>& piece, const http::CallOptions& options);

  /// Sends `upload` (null: nothing) as it comes; the answer's body is pulled. Any status but success is the far side's error.
  Result<http::OpenResponse> open(std::string_view method, const std::string& target, std::unique_ptr<http::BodySource> upload,
                                  const http::CallOptions& options = {});

  /// A request whose connection becomes a stream of bytes (contract/console.hpp).
  Result<std::unique_ptr<async::Duplex>> open_stream(std::string_view method, const std::string& target);

  template <class Answer>
  Result<Answer> call_for(std::string_view method, const std::string& target, const Json& body, const http::CallOptions& options = {}) {
    TRY(const Json json, call(method, target, body, options));
    return decode<Answer>(json);
  }
  const std::string& name() const { return name_; }

 private:
  Result<Json> read_answer(Result<http::Response> answer);
  Error unreachable(Error error) const;

  const std::string name_;
  const std::string reason_;
  http::Client client_;
};

}  // namespace causeway::adapters
