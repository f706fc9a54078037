#include "http_fixture.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace causeway::http {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "http-test-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}
TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool eventually(const std::function<bool()>& condition) {
  for (const auto until = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < until;) {
    if (condition()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return condition();
}

Response text_response(std::string body, int status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

RawPeer::RawPeer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}
RawPeer::~RawPeer() { close(); }

void RawPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool RawPeer::read_some() {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, 10'000) <= 0) {
    ADD_FAILURE() << "the server said nothing for ten seconds";
    return false;
  }
  char buffer[4096];
  const auto count = ::recv(fd_, buffer, sizeof buffer, 0);
  if (count <= 0) return false;
  in_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::string RawPeer::read_until(std::string_view end) {
  std::size_t found = in_.find(end);
  while (found == std::string::npos && read_some()) found = in_.find(end);
  const std::size_t size = found == std::string::npos ? in_.size() : found + end.size();
  std::string out = in_.substr(0, size);
  in_.erase(0, size);
  return out;
}

std::string RawPeer::read_exactly(std::size_t size) {
  while (in_.size() < size && read_some()) {
  }
  std::string out = in_.substr(0, size);
  in_.erase(0, out.size());
  return out;
}

std::string RawPeer::read_to_end() {
  while (read_some()) {
  }
  return std::exchange(in_, {});
}

void RawPeer::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void RawPeer::reset() {
  const linger hard{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close();
}

char test_byte(std::uint64_t offset) { return static_cast<char>('a' + offset * 7 % 26); }

Result<std::size_t> TestSource::read(std::span<char> into) {
  if (given_ >= breaks_at_) return failed(Code::unavailable, "test.broken", "The source broke.");
  const auto count = std::min<std::uint64_t>({into.size(), total_ - given_, breaks_at_ - given_});
  for (std::uint64_t i = 0; i < count; ++i) into[i] = test_byte(given_ + i);
  given_ += count;
  return count;
}

Drained drain(BodySource& source) {
  Drained drained;
  std::string buffer(10'000, '\0');
  for (;;) {
    const auto count = source.read(buffer);
    if (!count) drained.error = count.error();
    if (!count || *count == 0) return drained;
    for (std::size_t i = 0; i < *count; ++i) drained.right = drained.right && buffer[i] == test_byte(drained.count + i);
    drained.count += *count;
  }
}

void HttpTest::start(ServerOptions options) {
  if (options.name.empty()) options.name = "test";
  server = std::make_unique<Server>(std::move(options));
  Listen where;
  where.address = "127.0.0.1";
  ASSERT_TRUE(server->listen(std::move(where), handler));
  const auto started = server->start();
  ASSERT_TRUE(started) << started.error().describe();
}

Client HttpTest::client() const {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = server->port();
  return Client(std::move(endpoint));
}

ClientRequest HttpTest::get(const std::string& target) {
  ClientRequest request;
  request.target = target;
  return request;
}

}  // namespace causeway::http
