#include "causeway/adapters/dns/sandbox_name_server.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include "causeway/adapters/dns/net_space.hpp"
#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"

namespace causeway::adapters {

namespace dns = domain::dns;
using Steady = std::chrono::steady_clock;
using Message = std::vector<std::uint8_t>;

namespace {

constexpr int reads_in_a_row = 8;  ///< of one socket, before the others have their turn
constexpr std::chrono::milliseconds retry_open(200);
constexpr int open_tries = 25;
constexpr std::chrono::seconds host_servers_age(5);

struct Sandbox {
  std::string path;
  boundary::NameServer::Resolve resolve;
  std::optional<NetSpace> space;
  DnsFd socket;
  std::size_t pending = 0;
  int tries = 0;
};

/// A question that others were asked.
struct Pending {
  std::weak_ptr<Sandbox> sandbox;
  sockaddr_storage asker{};
  socklen_t asker_length = 0;
  Message message;
  dns::Query query;
  std::vector<domain::IpAddress> servers;
  bool from_host = false;
  std::size_t next = 0;
  std::uint16_t id = 0;
  DnsFd socket;
  Steady::time_point deadline{};
};

std::uint16_t unguessable() {
  std::uint16_t out = 0;
  while (::getrandom(&out, sizeof out, 0) != sizeof out) {
  }
  return out;
}

std::vector<domain::IpAddress> read_name_servers(const std::string& path) {
  std::vector<domain::IpAddress> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word, address;
    if (!(words >> word >> address) || word != "nameserver") continue;
    if (const auto parsed = domain::IpAddress::parse(address)) out.push_back(*parsed);
  }
  return out;
}

}  // namespace

struct SandboxNameServer::Impl {
  explicit Impl(Options o) : options(std::move(o)) {}

  const Options options;
  std::optional<NetSpace> home;
  DnsFd epoll, wake;
  std::mutex mutex;
  std::deque<std::function<void()>> commands;
  bool stopping = false;
  // of the thread
  std::map<std::string, std::shared_ptr<Sandbox>> sandboxes;
  std::map<int, std::shared_ptr<Sandbox>> by_socket;
  std::map<int, Pending> pending;  ///< by socket
  std::vector<domain::IpAddress> host_servers;
  Steady::time_point host_servers_read{}, swept{};
  metrics::Counter asked = metrics::counter("causeway_dns_questions_total", "DNS questions of containers", {{"by", "container"}});
  metrics::Counter forwarded = metrics::counter("causeway_dns_questions_total", "DNS questions of containers", {{"by", "forwarded"}});
  metrics::Counter dropped = metrics::counter("causeway_dns_dropped_total", "DNS questions over a container's share");
  std::thread thread;

  void post(std::function<void()> command) {
    {
      std::lock_guard lock(mutex);
      commands.push_back(std::move(command));
    }
    nudge();
  }
  void nudge() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
  }

  bool watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    return ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  }

  void loop() {
    std::array<epoll_event, 64> events{};
    while (true) {
      const int ready = ::epoll_wait(epoll.get(), events.data(), int(events.size()), patience_left());
      if (!run_commands()) return;
      for (int i = 0; i < ready; ++i) {
        const int fd = events[std::size_t(i)].data.fd;
        if (const auto at = by_socket.find(fd); at != by_socket.end()) {
          const auto sandbox = at->second;
          read_questions(*sandbox, sandbox);
        } else if (pending.contains(fd)) {
          read_answers(fd);
        }
      }
      look_at_time();
    }
  }

  int patience_left() const {
    auto until = swept + options.sweep;
    for (const auto& [fd, question] : pending) until = std::min<Steady::time_point>(until, question.deadline);
    for (const auto& [path, sandbox] : sandboxes) {
      if (!sandbox->socket && sandbox->tries < open_tries) until = std::min<Steady::time_point>(until, Steady::now() + retry_open);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
    return int(std::max<std::int64_t>(left.count(), 0));
  }

  bool run_commands() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(wake.get(), &count, sizeof count);
    std::deque<std::function<void()>> taken;
    {
      std::lock_guard lock(mutex);
      if (stopping) return false;
      taken.swap(commands);
    }
    for (const auto& command : taken) command();
    return true;
  }

  void serve(const std::string& path, Resolve resolve) {
    auto& sandbox = sandboxes[path];
    if (sandbox && sandbox->space && !sandbox->space->is_at(path)) drop(path);
    auto& entry = sandboxes[path];
    if (!entry) entry = std::make_shared<Sandbox>();
    entry->path = path;
    entry->resolve = std::move(resolve);
    entry->tries = 0;
    if (!entry->socket) open_sandbox(entry);
  }

  void open_sandbox(const std::shared_ptr<Sandbox>& sandbox) {
    const auto opened = [&]() -> Result<void> {
      if (!sandbox->space) {
        TRY(sandbox->space, NetSpace::open(sandbox->path));
      }
      TRY(const auto address, domain::IpAddress::parse(NameServer::address));
      TRY(sandbox->socket, sandbox->space->udp_socket(*home, NetSpace::Use::serve, address, 53));
      return {};
    }();
    ++sandbox->tries;
    if (!opened) {
      if (sandbox->tries == open_tries) log::warn("no name server in {}: {}", sandbox->path, opened.error().describe());
      sandbox->space.reset();
      return;
    }
    by_socket[sandbox->socket.get()] = sandbox;
    watch(sandbox->socket.get());
  }

  void drop(const std::string& path) {
    const auto found = sandboxes.find(path);
    if (found == sandboxes.end()) return;
    if (found->second && found->second->socket) by_socket.erase(found->second->socket.get());
    const std::weak_ptr<Sandbox> gone = found->second;
    sandboxes.erase(found);
    // their sockets would keep the namespace alive
    std::erase_if(pending, [&](const auto& entry) { return entry.second.sandbox.expired() || entry.second.sandbox.lock() == gone.lock(); });
  }

  void look_at_time() {
    const auto now = Steady::now();
    std::vector<int> late;
    for (const auto& [fd, question] : pending) {
      if (question.deadline <= now) late.push_back(fd);
    }
    for (const int fd : late) ask_next(fd);
    for (const auto& [path, sandbox] : sandboxes) {
      if (!sandbox->socket && sandbox->tries < open_tries) open_sandbox(sandbox);
    }
    if (now - swept < options.sweep) return;
    swept = now;
    std::vector<std::string> gone;
    for (const auto& [path, sandbox] : sandboxes) {
      if (sandbox->space ? !sandbox->space->is_at(path) : sandbox->tries >= open_tries) gone.push_back(path);
    }
    for (const auto& path : gone) drop(path);
  }

  void read_questions(Sandbox& sandbox, const std::shared_ptr<Sandbox>& owner) {
    std::array<std::uint8_t, dns::message_limit + 1> buffer{};
    for (int i = 0; i < reads_in_a_row; ++i) {
      sockaddr_storage from{};
      socklen_t length = sizeof from;
      const auto size = ::recvfrom(sandbox.socket.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (size < 0) return;
      asked.add();
      take_question(owner, dns::Bytes(buffer.data(), std::size_t(size)), from, length);
    }
  }

  void reply(const Sandbox& sandbox, const Message& message, const sockaddr_storage& to, socklen_t length) {
    [[maybe_unused]] const auto sent =
        ::sendto(sandbox.socket.get(), message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), length);
  }

  void take_question(const std::shared_ptr<Sandbox>& sandbox, dns::Bytes message, const sockaddr_storage& from, socklen_t length) {
    auto query = dns::read_query(message);
    if (!query) {
      const auto& reason = query.error().reason;
      if (reason == "dns.not_a_query") return;
      return reply(*sandbox, dns::write_refusal(message, reason == "dns.opcode" ? dns::Rcode::not_implemented : dns::Rcode::format_error), from, length);
    }
    const auto verdict = sandbox->resolve(query->question);
    if (verdict.known) return reply(*sandbox, dns::write_answer(message, *query, verdict.answer), from, length);
    if (sandbox->pending >= options.max_pending_of_one || pending.size() >= options.max_pending) {
      dropped.add();
      return reply(*sandbox, dns::write_answer(message, *query, {dns::Rcode::server_failure, {}, ""}), from, length);
    }
    Pending question;
    question.sandbox = sandbox;
    question.asker = from;
    question.asker_length = length;
    question.message.assign(message.begin(), message.end());
    question.query = *std::move(query);
    question.servers = verdict.name_servers;
    // one that is the asker's own loopback would be ourselves
    std::erase_if(question.servers, [](const auto& server) { return server.is_loopback(); });
    question.from_host = verdict.name_servers.empty();
    if (question.from_host) question.servers = servers_of_host();
    if (question.servers.size() > options.max_servers) question.servers.resize(options.max_servers);
    forwarded.add();
    ++sandbox->pending;
    ask(std::move(question));
  }

  const std::vector<domain::IpAddress>& servers_of_host() {
    const auto now = Steady::now();
    if (host_servers_read == Steady::time_point{} || now - host_servers_read >= host_servers_age) {
      host_servers = read_name_servers(options.resolv_conf);
      host_servers_read = now;
    }
    return host_servers;
  }

  /// Asks the next server that can be asked at all; answers with a failure when there is none left.
  void ask(Pending question) {
    const auto sandbox = question.sandbox.lock();
    if (!sandbox) return;
    while (question.next < question.servers.size()) {
      const auto& server = question.servers[question.next++];
      const auto& space = question.from_host ? *home : *sandbox->space;
      auto socket = space.udp_socket(*home, NetSpace::Use::ask, server, options.server_port);
      if (!socket) continue;
      question.id = unguessable();
      auto message = question.message;
      dns::set_id(message, question.id);
      if (::send(socket->get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) continue;
      question.socket = *std::move(socket);
      question.deadline = Steady::now() + options.patience;
      const int fd = question.socket.get();
      if (!watch(fd)) continue;
      pending.insert_or_assign(fd, std::move(question));
      return;
    }
    --sandbox->pending;
    reply(*sandbox, dns::write_answer(question.message, question.query, {dns::Rcode::server_failure, {}, ""}), question.asker, question.asker_length);
  }

  void ask_next(int fd) {
    auto entry = pending.extract(fd);
    auto question = std::move(entry.mapped());
    question.socket = DnsFd();
    ask(std::move(question));
  }

  void read_answers(int fd) {
    auto& question = pending.at(fd);
    std::array<std::uint8_t, dns::message_limit + 1> buffer{};
    for (int i = 0; i < reads_in_a_row; ++i) {
      const auto size = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (size < 0) return ask_next(fd);  // refused, or no way
      const dns::Bytes bytes(buffer.data(), std::size_t(size));
      if (bytes.size() > dns::message_limit || !dns::answers(bytes, question.id, question.query.question)) continue;
      if (const auto sandbox = question.sandbox.lock()) {
        --sandbox->pending;
        Message message(bytes.begin(), bytes.end());
        dns::set_id(message, question.query.id);
        reply(*sandbox, message, question.asker, question.asker_length);
      }
      pending.erase(fd);
      return;
    }
  }
};

SandboxNameServer::SandboxNameServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
}

Result<std::unique_ptr<SandboxNameServer>> SandboxNameServer::open(Options options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  TRY(impl->home, NetSpace::open("/proc/thread-self/ns/net"));
  impl->epoll = DnsFd(::epoll_create1(EPOLL_CLOEXEC));
  impl->wake = DnsFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!impl->epoll || !impl->wake || !impl->watch(impl->wake.get())) {
    return failed(Code::internal, "dns.no_epoll", "The name server cannot be started: {}", std::strerror(errno));
  }
  impl->swept = Steady::now();
  return std::unique_ptr<SandboxNameServer>(new SandboxNameServer(std::move(impl)));
}

SandboxNameServer::~SandboxNameServer() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->nudge();
  impl_->thread.join();
}

void SandboxNameServer::serve(const std::string& sandbox, Resolve resolve) {
  impl_->post([impl = impl_.get(), sandbox, resolve = std::move(resolve)]() mutable { impl->serve(sandbox, std::move(resolve)); });
}

void SandboxNameServer::drop(const std::string& sandbox) {
  impl_->post([impl = impl_.get(), sandbox] { impl->drop(sandbox); });
}

}  // namespace causeway::adapters
