#include "causeway/adapters/memory/memory_duplex.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace causeway::adapters {
namespace {

class SocketDuplex final : public async::Duplex {
 public:
  explicit SocketDuplex(int fd) : fd_(fd) {}
  ~SocketDuplex() override { ::close(fd_); }
  SocketDuplex(const SocketDuplex&) = delete;
  SocketDuplex& operator=(const SocketDuplex&) = delete;

  Moved try_read(std::span<char> into) override {
    const auto count = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    if (count > 0) return {State::moved, std::size_t(count)};
    if (count == 0) return {State::ended, 0};
    return {errno == EAGAIN ? State::wants_read : State::broken, 0};
  }
  Moved try_write(std::string_view bytes) override {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) return {State::moved, std::size_t(count)};
    return {errno == EAGAIN ? State::wants_write : State::broken, 0};
  }
  void end_writing() override { ::shutdown(fd_, SHUT_WR); }
  int fd() const override { return fd_; }

 private:
  const int fd_;
};

}  // namespace

FarEnd::~FarEnd() { ::close(fd_); }

std::string FarEnd::read() {
  std::string out(64 * 1024, '\0');
  const auto count = ::recv(fd_, out.data(), out.size(), 0);
  out.resize(std::size_t(std::max<ssize_t>(count, 0)));
  return out;
}

std::string FarEnd::read_exactly(std::size_t size) {
  std::string out(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto count = ::recv(fd_, out.data() + filled, size - filled, 0);
    if (count <= 0) break;
    filled += std::size_t(count);
  }
  out.resize(filled);
  return out;
}

bool FarEnd::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(std::size_t(count));
  }
  return true;
}

void FarEnd::end_writing() { ::shutdown(fd_, SHUT_WR); }

std::pair<std::unique_ptr<async::Duplex>, std::unique_ptr<FarEnd>> make_memory_duplex() {
  int ends[2] = {-1, -1};
  static_cast<void>(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
  return {std::make_unique<SocketDuplex>(ends[0]), std::make_unique<FarEnd>(ends[1])};
}

}  // namespace causeway::adapters
