#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/host/host_consoles.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/console/console.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::services {

struct ConsolesOptions {
  std::string base_url;                  ///< public, of the region's proxy: "ws://region-one:6784/"
  std::chrono::seconds token_time{600};  ///< how long a token opens its console, again and again
  std::size_t max_grants = 64;           ///< of one container; the oldest goes first
};

/// What a client is told of a console that it may open.
struct ConsoleTicket {
  std::string url;      ///< with the token, which is shown nowhere else
  std::string exec_id;  ///< "" = the container's own terminal
};

/// Terminals of a region's containers, on whichever host they are.
///
/// Job: gives out tickets, opens the streams of those who show them, passes on the sizes of terminals. A token is bound
/// to one container and, for an exec, to that; only its digest is stored. Lifetime: everything in Deps outlives it.
/// Concurrency: no state of its own; callable from many threads; all but `sweep` may wait for a host. Fails:
/// "container.not_found", "container.invalid_state", invalid "container.no_interactive_flag" for an attach to a
/// container without input, invalid "exec.not_running" for the size of an exec that is not there or does not run,
/// forbidden "console.bad_token", and what hosts say.
class Consoles {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    boundary::Digests& digests;
    boundary::HostConsoles& hosts;
    ConsolesOptions options;
  };
  explicit Consoles(Deps deps) : deps_(std::move(deps)) {}

  Result<ConsoleTicket> attach(const domain::Caller& who, const std::string& ident);
  /// Prepares the command, which runs once the console is opened. `command` is split as a shell would.
  Result<ConsoleTicket> create_exec(const domain::Caller& who, const std::string& ident, const std::string& command,
                                    bool interactive);
  Result<void> resize(const domain::Caller& who, const std::string& ident, const domain::TerminalSize& size);
  Result<void> resize_exec(const domain::Caller& who, const std::string& ident, const std::string& exec,
                           const domain::TerminalSize& size);

  /// The stream of the console that `token` opens.
  Result<std::unique_ptr<async::Duplex>> open(const std::string& token, const std::string& container,
                                              const std::string& exec);
  /// Forgets tokens that are over.
  Result<void> sweep();

 private:
  Result<std::string> digest_of(const std::string& token);
  Result<ConsoleTicket> grant(const domain::Container& container, const std::string& exec);
  Result<domain::ConsoleGrant> check(const std::string& token, const std::string& container, const std::string& exec);

  Deps deps_;
};

/// Within the transaction that erases the container.
Result<void> forget_consoles(boundary::Writer& writer, const domain::ContainerId& container);

}  // namespace causeway::services
