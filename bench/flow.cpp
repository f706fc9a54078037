/// Packets between two network namespaces, for bench/run: one TCP flow, and one small message to and fro.
///
///   flow_bench serve PORT              takes connections, one after the other, until it is ended
///   flow_bench send ADDRESS PORT S     {"gbit_per_second": ...} of one flow over S seconds
///   flow_bench ask ADDRESS PORT N      {"p50_us": ..., "p99_us": ...} of N round trips of one byte
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace {

using Clock = std::chrono::steady_clock;
constexpr char flow_mark = 'f';  ///< the first byte of a connection says what it is for
constexpr char ask_mark = 'a';

[[noreturn]] void give_up(const char* what) {
  perror(what);
  std::exit(1);
}

void no_delay(int socket) {
  const int on = 1;
  if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) give_up("TCP_NODELAY");
}

int serve(std::uint16_t port) {
  const int listener = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) give_up("socket");
  const int on = 1, off = 0;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0 || ::listen(listener, 16) != 0) give_up("bind");
  std::vector<char> buffer(1 << 20);
  for (;;) {
    const int peer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) give_up("accept");
    no_delay(peer);
    char kind = 0;
    if (::recv(peer, &kind, 1, MSG_WAITALL) == 1) {
      while (true) {
        const auto got = ::recv(peer, buffer.data(), kind == ask_mark ? 1 : buffer.size(), 0);
        if (got <= 0) break;
        if (kind == ask_mark && ::send(peer, buffer.data(), 1, MSG_NOSIGNAL) != 1) break;
      }
    }
    ::close(peer);
  }
}

int dial(const std::string& address, std::uint16_t port, char kind) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1) give_up("address");
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) give_up("connect");
  no_delay(socket);
  if (::send(socket, &kind, 1, MSG_NOSIGNAL) != 1) give_up("send");
  return socket;
}

void send_for(const std::string& address, std::uint16_t port, double seconds) {
  const int socket = dial(address, port, flow_mark);
  const std::vector<char> piece(1 << 18, 'x');
  std::uint64_t bytes = 0;
  const auto start = Clock::now();
  double passed = 0;
  while (passed < seconds) {
    const auto sent = ::send(socket, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (sent <= 0) give_up("send");
    bytes += std::uint64_t(sent);
    passed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  ::close(socket);
  fmt::print("{{\"gbit_per_second\": {:.3f}}}\n", double(bytes) * 8 / passed / 1e9);
}

void ask_times(const std::string& address, std::uint16_t port, int times) {
  const int socket = dial(address, port, ask_mark);
  std::vector<double> micros;
  char byte = 'q';
  for (int i = 0; i < times; ++i) {
    const auto start = Clock::now();
    if (::send(socket, &byte, 1, MSG_NOSIGNAL) != 1 || ::recv(socket, &byte, 1, MSG_WAITALL) != 1) give_up("round trip");
    micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  ::close(socket);
  std::ranges::sort(micros);
  const auto at = [&](double share) { return micros[std::size_t(double(micros.size() - 1) * share)]; };
  fmt::print("{{\"p50_us\": {:.1f}, \"p99_us\": {:.1f}}}\n", at(0.5), at(0.99));
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> said(words + 1, words + count);
  if (said.size() == 2 && said[0] == "serve") return serve(std::uint16_t(std::stoi(said[1])));
  if (said.size() == 4 && said[0] == "send") {
    send_for(said[1], std::uint16_t(std::stoi(said[2])), std::stod(said[3]));
    return 0;
  }
  if (said.size() == 4 && said[0] == "ask" && std::stoi(said[3]) > 0) {
    ask_times(said[1], std::uint16_t(std::stoi(said[2])), std::stoi(said[3]));
    return 0;
  }
  fmt::print(stderr, "flow_bench serve PORT | send ADDRESS PORT SECONDS | ask ADDRESS PORT TIMES\n");
  return 2;
}
