#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "causeway/http/client.hpp"
#include "causeway/http/server.hpp"

namespace causeway::http {

using namespace std::chrono_literals;

/// A directory that goes away with the test.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Looks again and again until `condition` holds, for ten seconds at most.
bool eventually(const std::function<bool()>& condition);

/// A handler made of functions.
class TestHandler final : public Handler {
 public:
  std::function<Plan(const Request&)> planning = [](const Request&) { return Plan{}; };
  std::function<Response(Request)> handling;

  Plan plan(const Request& head) override { return planning(head); }
  Response handle(Request request) override { return handling(std::move(request)); }
};

Response text_response(std::string body, int status = 200);

/// A client that speaks bytes, to see exactly what the server does. Waits at most ten seconds for anything.
class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port);
  ~RawPeer();
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  void send(std::string_view bytes);
  /// Reads until `end` was seen or the server closed; gives everything read by this call and not asked for before.
  std::string read_until(std::string_view end);
  std::string read_to_end();
  std::string read_exactly(std::size_t size);  ///< less when the server closed
  void close();
  void reset();  ///< closes with RST

 private:
  bool read_some();
  int fd_ = -1;
  std::string in_;
};

/// A source of `total` bytes that says its length or not, and can break off.
class TestSource final : public BodySource {
 public:
  TestSource(std::uint64_t total, bool tells_length, std::uint64_t breaks_at = UINT64_MAX)
      : total_(total), breaks_at_(breaks_at), tells_length_(tells_length) {}
  Result<std::size_t> read(std::span<char> into) override;
  std::optional<std::uint64_t> length() const override { return tells_length_ ? std::optional(total_) : std::nullopt; }

 private:
  std::uint64_t total_;
  std::uint64_t breaks_at_;
  bool tells_length_;
  std::uint64_t given_ = 0;
};
/// The byte that TestSource gives at an offset.
char test_byte(std::uint64_t offset);
/// Reads a source to its end; true when the bytes are those of TestSource.
struct Drained {
  std::uint64_t count = 0;
  bool right = true;
  std::optional<Error> error;
};
Drained drain(BodySource& source);

class HttpTest : public testing::Test {
 protected:
  void start(ServerOptions options = {});
  RawPeer peer() const { return RawPeer(server->port()); }
  Client client() const;
  static ClientRequest get(const std::string& target);

  TestHandler handler;
  TempDir dir;
  std::unique_ptr<Server> server;
};

}  // namespace causeway::http
