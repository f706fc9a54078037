#pragma once

#include <memory>

#include "causeway/http/message.hpp"

namespace causeway::http {

/// An answer whose head is there and whose body is pulled as it comes. An answer that breaks off is an error of `read`,
/// never an end. Destroying the body early closes the connection.
struct OpenResponse {
  Response head;                     ///< status and headers
  std::unique_ptr<BodySource> body;  ///< never null; its length is that of Content-Length, where there is one
};

/// The rest of a body, of a refusal for example; what is beyond `most` bytes is dropped.
Result<std::string> read_all(BodySource& body, std::size_t most);

}  // namespace causeway::http
