#pragma once

#include <memory>
#include <optional>
#include <string>

#include "causeway/http/client/exchange.hpp"
#include "causeway/http/client/patience.hpp"
#include "causeway/http/client/transport.hpp"
#include "causeway/http/open_response.hpp"

namespace causeway::http {

/// The body of one answer, pulled off a connection of its own. Holds at most what one read of the socket gave. Used by
/// one thread at a time.
class PulledBody final : public BodySource {
 public:
  PulledBody(std::unique_ptr<Transport> transport, Patience patience, bool head_request);
  /// Sends the request and waits for the answer's head. Once.
  Result<Response> begin(std::string_view head, ClientRequest& request);
  Result<std::size_t> read(std::span<char> into) override;
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  const std::unique_ptr<Transport> transport_;
  const Patience patience_;
  const ResponseSink sink_;
  Exchange exchange_;  ///< refers to the above
  Response answer_;
  std::optional<std::uint64_t> length_;
  std::string waiting_;  ///< of the body, not yet read
  std::size_t taken_ = 0;
};

}  // namespace causeway::http
