#include "causeway/adapters/region_http/http_host_consoles.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/contract/console.hpp"

namespace causeway::adapters {
namespace {

std::string path_of(std::string path, const domain::ContainerId& id, const std::string& exec = "") {
  const auto fill = [&path](std::string_view name, const std::string& value) {
    const auto at = path.find(name);
    if (at != std::string::npos) path.replace(at, name.size(), percent_encode(value));
  };
  fill("{id}", id.str());
  fill("{exec}", exec);
  return path;
}

}  // namespace

Result<std::unique_ptr<async::Duplex>> HttpHostConsoles::attach(const domain::Host& host,
                                                                const domain::ContainerId& id) {
  TRY(const auto client, clients_.of(host));
  return client->open_stream("GET", path_of(contract::host_attach_path, id));
}

Result<std::string> HttpHostConsoles::create_exec(const domain::Host& host, const domain::ContainerId& id,
                                                  const domain::ExecSpec& spec) {
  TRY(const auto client, clients_.of(host));
  TRY(auto made, client->call_for<contract::ExecCreated>("POST", path_of(contract::host_execs_path, id), encode(spec)));
  return std::move(made.exec_id);
}

Result<std::unique_ptr<async::Duplex>> HttpHostConsoles::start_exec(const domain::Host& host,
                                                                    const domain::ContainerId& id,
                                                                    const std::string& exec) {
  TRY(const auto client, clients_.of(host));
  return client->open_stream("POST", path_of(contract::host_exec_start_path, id, exec));
}

Result<void> HttpHostConsoles::resize(const domain::Host& host, const domain::ContainerId& id,
                                      const domain::TerminalSize& size) {
  TRY(const auto client, clients_.of(host));
  TRY_VOID(client->call("POST", path_of(contract::host_resize_path, id), encode(size)));
  return {};
}

Result<void> HttpHostConsoles::resize_exec(const domain::Host& host, const domain::ContainerId& id,
                                           const std::string& exec, const domain::TerminalSize& size) {
  TRY(const auto client, clients_.of(host));
  TRY_VOID(client->call("POST", path_of(contract::host_exec_resize_path, id, exec), encode(size)));
  return {};
}

}  // namespace causeway::adapters
