#pragma once

#include <chrono>
#include <memory>

#include "causeway/boundary/kernel/name_server.hpp"

namespace causeway::adapters {

/// The name server of a Linux host.
///
///   container ── 127.0.0.11 (Docker's) ── 127.0.0.12:53 (a socket of ours in the container's namespace)
///                                            │ known: answered at once
///                                            └ else: a new socket for the question, in the container's namespace or the host's,
///                                              with an id that nobody can guess; the first right answer goes back
///
/// Job: one thread, which enters a namespace only to make a socket there. A question that the container's own name servers do not
/// answer within `patience` goes to the next, then fails. A flood of one container's costs it its own questions: it has a
/// share of its own, and is read a few at a time.
/// Lifetime: open() makes the thread, the destructor ends it. Concurrency: thread-safe. Failures: open(), when the host's own
/// namespace cannot be opened.
class SandboxNameServer final : public boundary::NameServer {
 public:
  struct Options {
    std::string resolv_conf = "/etc/resolv.conf";  ///< the host's name servers
    std::chrono::milliseconds patience{1'500};     ///< with each server
    std::size_t max_servers = 3;
    std::size_t max_pending_of_one = 64;
    std::size_t max_pending = 1'024;
    std::chrono::milliseconds sweep{10'000};  ///< looks for namespaces that went away
    std::uint16_t server_port = 53;           ///< of the servers that are asked
  };
  static Result<std::unique_ptr<SandboxNameServer>> open(Options options);
  ~SandboxNameServer() override;
  void serve(const std::string& sandbox, Resolve resolve) override;
  void drop(const std::string& sandbox) override;

 private:
  struct Impl;
  explicit SandboxNameServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::adapters
