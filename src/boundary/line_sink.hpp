#pragma once

#include <functional>
#include <string>

namespace causeway::boundary {

/// Where a feed writes its lines: an open HTTP stream in production. Thread-safe; never blocks.
class LineSink {
 public:
  virtual ~LineSink() = default;
  virtual bool write(std::string lines) = 0;  ///< whole lines, each ended by '\n'; false once closed
  virtual std::size_t pending() const = 0;    ///< bytes not yet taken by the peer
  virtual bool closed() const = 0;
  virtual void close() = 0;
  virtual void on_drain(std::function<void()> callback) = 0;  ///< drained to zero, or the peer left
};

}  // namespace causeway::boundary
