#pragma once

#include "causeway/adapters/region_http/host_clients.hpp"
#include "causeway/boundary/host/host_consoles.hpp"

namespace causeway::adapters {

/// Consoles over the hosts' own API (contract/console.hpp). Each stream has a connection of its own. Thread-safe.
class HttpHostConsoles final : public boundary::HostConsoles {
 public:
  explicit HttpHostConsoles(HostClients& clients) : clients_(clients) {}
  Result<std::unique_ptr<async::Duplex>> attach(const domain::Host& host, const domain::ContainerId& id) override;
  Result<std::string> create_exec(const domain::Host& host, const domain::ContainerId& id,
                                  const domain::ExecSpec& spec) override;
  Result<std::unique_ptr<async::Duplex>> start_exec(const domain::Host& host, const domain::ContainerId& id,
                                                    const std::string& exec) override;
  Result<void> resize(const domain::Host& host, const domain::ContainerId& id,
                      const domain::TerminalSize& size) override;
  Result<void> resize_exec(const domain::Host& host, const domain::ContainerId& id, const std::string& exec,
                           const domain::TerminalSize& size) override;

 private:
  HostClients& clients_;
};

}  // namespace causeway::adapters
