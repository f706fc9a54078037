#include "causeway/adapters/dns/sandbox_name_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "net_namespace.hpp"

namespace causeway::adapters {
namespace {

namespace dns = domain::dns;
using namespace std::chrono_literals;
using testing::NetNamespace;
using Message = std::vector<std::uint8_t>;

domain::IpAddress ip(std::string_view text) { return *domain::IpAddress::parse(text); }

/// A UDP socket made in the namespace.
struct Socket {
  explicit Socket(const NetNamespace& space) : fd(space.run([] { return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); })) {}
  ~Socket() { ::close(fd); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  static sockaddr_in address(const char* text, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    ::inet_pton(AF_INET, text, &out.sin_addr);
    return out;
  }
  bool bind_to(const char* text, std::uint16_t port) const {
    const auto to = address(text, port);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  void send_to(const Message& message, sockaddr_in to) const {
    EXPECT_EQ(::sendto(fd, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to), ssize_t(message.size()));
  }
  std::optional<std::pair<Message, sockaddr_in>> receive(std::chrono::milliseconds limit) const {
    pollfd entry{fd, POLLIN, 0};
    if (::poll(&entry, 1, int(limit.count())) <= 0) return std::nullopt;
    Message message(4096);
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const auto size = ::recvfrom(fd, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 0) return std::nullopt;
    message.resize(std::size_t(size));
    return std::pair(message, from);
  }
  int fd;
};

Message question(std::string_view label, std::uint8_t id) {
  Message out{0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, std::uint8_t(label.size())};
  out.insert(out.end(), label.begin(), label.end());
  for (const int byte : {0, 0, 1, 0, 1}) out.push_back(std::uint8_t(byte));
  return out;
}

/// A container's namespace that is served; "web" is known, everything else is asked of 10.9.9.9, then 10.9.9.10.
struct Container {
  explicit Container(SandboxNameServer::Options options = {.patience = 100ms}) {
    space.add_address("lo", ip("10.9.9.9"), 32);
    space.add_address("lo", ip("10.9.9.10"), 32);
    server = SandboxNameServer::open(options).value();
    serve();
  }
  void serve() {
    server->serve(path, [this](const dns::Question& asked) -> boundary::NameVerdict {
      ++questions;
      if (asked.name == "web") return {true, {dns::Rcode::no_error, {ip("10.0.0.7")}, ""}, {}};
      return {false, {}, {ip("127.0.0.12"), ip("10.9.9.9"), ip("10.9.9.10")}};
    });
  }
  /// The response code of the answer, and its last byte (of an address); -1 when there is none.
  std::pair<int, int> ask(std::string_view name, std::chrono::milliseconds limit = 5'000ms) {
    Socket asker(space);
    asker.send_to(question(name, 9), Socket::address("127.0.0.12", 53));
    const auto answer = asker.receive(limit);
    if (!answer) return {-1, -1};
    EXPECT_TRUE(dns::answers(answer->first, 9, {std::string(name), dns::type_a, dns::class_in}));
    return {answer->first[3] & 0x0f, answer->first.back()};
  }
  bool is_served() {
    for (int i = 0; i < 500; ++i) {
      if (ask("web", 10ms).first == 0) return true;
    }
    return false;
  }
  NetNamespace space;
  const std::string path = "/proc/self/fd/" + std::to_string(space.fd());
  std::atomic<int> questions = 0;
  std::unique_ptr<SandboxNameServer> server;
};

/// Answers every question with 198.51.100.<last> until it ends; `count` questions are passed over first.
class Outside {
 public:
  Outside(const NetNamespace& space, const char* address, std::uint8_t last) : socket_(space) {
    EXPECT_TRUE(socket_.bind_to(address, 53));
    thread_ = std::jthread([this, last](std::stop_token stop) {
      while (!stop.stop_requested()) {
        const auto asked = socket_.receive(20ms);
        if (!asked) continue;
        ++seen;
        const auto query = dns::read_query(asked->first);
        if (!query || silent) continue;
        auto answer = dns::write_answer(asked->first, *query, {dns::Rcode::no_error, {domain::IpAddress::v4(0xc6336400 + last)}, ""});
        auto forged = answer;
        dns::set_id(forged, std::uint16_t(query->id + 1));
        forged.back() = 66;
        socket_.send_to(forged, asked->second);  // of no question that was asked
        socket_.send_to(answer, asked->second);
      }
    });
  }
  std::atomic<bool> silent = false;
  std::atomic<int> seen = 0;

 private:
  Socket socket_;
  std::jthread thread_;
};

TEST(SandboxNameServer, answers_inside_the_namespace_and_nowhere_else) {
  Container container;
  ASSERT_TRUE(container.is_served());
  EXPECT_EQ(container.ask("web"), std::pair(0, 7));
  NetNamespace elsewhere;
  Socket stranger(elsewhere);
  stranger.send_to(question("web", 1), Socket::address("127.0.0.12", 53));
  EXPECT_FALSE(stranger.receive(50ms));
}

TEST(SandboxNameServer, asks_from_inside_and_believes_the_right_answer_only) {
  Container container;
  Outside outside(container.space, "10.9.9.9", 5);
  ASSERT_TRUE(container.is_served());
  EXPECT_EQ(container.ask("example"), std::pair(0, 5));
}

TEST(SandboxNameServer, goes_on_to_the_next_server_and_fails_in_the_end) {
  Container container;
  ASSERT_TRUE(container.is_served());
  EXPECT_EQ(container.ask("example").first, int(dns::Rcode::server_failure));  // refused by both
  Outside first(container.space, "10.9.9.9", 5), second(container.space, "10.9.9.10", 6);
  first.silent = true;
  EXPECT_EQ(container.ask("example"), std::pair(0, 6));
  second.silent = true;
  EXPECT_EQ(container.ask("example").first, int(dns::Rcode::server_failure));
}

TEST(SandboxNameServer, a_flood_costs_the_flooder_only) {
  Container flooder({.patience = 2'000ms, .max_pending_of_one = 4});
  Outside outside(flooder.space, "10.9.9.9", 5);
  outside.silent = true;
  NetNamespace other;
  std::atomic<int> asked = 0;
  const auto other_path = "/proc/self/fd/" + std::to_string(other.fd());
  flooder.server->serve(other_path, [&](const dns::Question&) -> boundary::NameVerdict {
    ++asked;
    return {true, {dns::Rcode::no_error, {ip("10.0.0.8")}, ""}, {}};
  });
  ASSERT_TRUE(flooder.is_served());
  Socket asker(flooder.space);
  for (int i = 0; i < 50; ++i) asker.send_to(question("example", std::uint8_t(i)), Socket::address("127.0.0.12", 53));
  int failures = 0;
  while (asker.receive(300ms)) ++failures;
  EXPECT_EQ(failures, 46);
  EXPECT_EQ(outside.seen, 4);
  EXPECT_EQ(flooder.ask("web"), std::pair(0, 7));
  Socket neighbour(other);
  neighbour.send_to(question("web", 1), Socket::address("127.0.0.12", 53));
  EXPECT_TRUE(neighbour.receive(5'000ms));
}

TEST(SandboxNameServer, nonsense_is_refused_or_dropped) {
  Container container;
  ASSERT_TRUE(container.is_served());
  Socket asker(container.space);
  const auto to = Socket::address("127.0.0.12", 53);
  auto answer = question("web", 1);
  answer[2] |= 0x80;
  asker.send_to(answer, to);
  asker.send_to(Message(3), to);
  EXPECT_FALSE(asker.receive(50ms));
  auto cut = question("web", 2);
  cut.pop_back();
  asker.send_to(cut, to);
  const auto refused = asker.receive(5'000ms);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->first[3] & 0x0f, int(dns::Rcode::format_error));
}

TEST(SandboxNameServer, lets_go_of_the_namespace) {
  Container container;
  ASSERT_TRUE(container.is_served());
  container.server->drop(container.path);
  bool free = false;
  for (int i = 0; i < 500 && !free; ++i) {
    Socket own(container.space);
    free = own.bind_to("0.0.0.0", 53);
    if (!free) std::this_thread::sleep_for(2ms);
  }
  EXPECT_TRUE(free);
  container.serve();
  EXPECT_TRUE(container.is_served());
}

}  // namespace
}  // namespace causeway::adapters
