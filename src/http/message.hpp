#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/result.hpp"

/// HTTP messages (RFC 9110, RFC 9112) as plain values. Nothing here knows sockets, Boost or the business.
namespace causeway::http {

/// Header fields in the order in which they came; names compare case-insensitively.
class Headers {
 public:
  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);  ///< replaces all of that name
  void remove(std::string_view name);
  std::optional<std::string_view> find(std::string_view name) const;  ///< the first one
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view{}); }
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Decoded query parameters in order; a name may stand several times.
class Query {
 public:
  static Query parse(std::string_view text);
  std::optional<std::string_view> find(std::string_view name) const;
  std::vector<std::string_view> all_of(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return items_; }
  bool empty() const { return items_.empty(); }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

/// A body that is pulled: request bodies by handlers, response bodies by the server, upload bodies by the client.
/// `read` blocks; 0 means the end. An error ends the body (a broken upload is Code::cancelled "http.body_broken").
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual Result<std::size_t> read(std::span<char> into) = 0;
  /// Length in bytes when it is known beforehand.
  virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
};

/// Writes to a response that stays open (watches, followed logs). Thread-safe. Kept alive by the producer; the
/// connection ends when it is closed or destroyed, or when the peer leaves.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  /// Queues bytes; never blocks. False when the stream is closed.
  virtual bool write(std::string chunk) = 0;
  /// Bytes queued and not yet taken by the kernel: a producer stops when it is over its bound.
  virtual std::size_t pending() const = 0;
  virtual bool closed() const = 0;
  virtual void close() = 0;
  /// Ends it so that the peer sees that more should have come: without the last chunk. What is queued is dropped.
  virtual void break_off() = 0;
  /// Called once, from an I/O thread, each time the queue has drained to zero, and once when the peer leaves. Must not
  /// block.
  virtual void on_drain(std::function<void()> callback) = 0;
};

struct Peer {
  std::string address;      ///< "127.0.0.1:4711", "unix"
  std::string common_name;  ///< subject CN of the verified client certificate; "" without one
};

struct Request {
  std::string method;  ///< "GET"
  std::string target;  ///< as sent: "/v2.0/ports?name=a"
  std::string path;    ///< before '?', not percent-decoded
  Query query;
  Headers headers;
  Peer peer;
  std::string body;                    ///< whole, when the handler did not ask for streaming
  std::unique_ptr<BodySource> stream;  ///< set instead of `body` when it did
};

struct Upgrade;

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::unique_ptr<BodySource> source;  ///< streamed instead of `body` (chunked when its length is unknown)
  /// When set the response is an open stream: headers go out at once, chunked, then the writer is handed over.
  std::function<void(std::shared_ptr<StreamWriter>)> open_stream;
  /// With status 101: what becomes of the connection (upgrade.hpp).
  std::shared_ptr<Upgrade> upgrade;
};

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

}  // namespace causeway::http
