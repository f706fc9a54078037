#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "causeway/boundary/engine/container_engine.hpp"

namespace causeway::adapters {

/// A container engine without containers: keeps state, behaves as the contract says, fails, hangs or is slow when told
/// to.
///
/// Thread-safe. An archive is text here, "image <id> <name>": what it holds. A command "fail" is refused when started;
/// of a network driver only `on_start` and `on_stop` are known: called, outside of the lock, where Docker would call
/// its driver.
class MemoryEngine final : public boundary::ContainerEngine {
 public:
  Result<boundary::EngineInfo> info() override;
  Result<void> ensure_network(const boundary::EngineNetworkSpec& spec) override;
  Result<void> remove_network(const domain::NetworkId& id) override;
  Result<std::vector<domain::NetworkId>> list_networks() override;
  Result<std::string> create(const boundary::EngineContainerSpec& spec) override;
  Result<std::optional<domain::SeenContainer>> inspect(const domain::ContainerId& id) override;
  Result<std::vector<domain::ContainerId>> list() override;
  Result<void> start(const domain::ContainerId& id) override;
  Result<void> stop(const domain::ContainerId& id, std::optional<std::chrono::seconds> timeout) override;
  Result<void> restart(const domain::ContainerId& id, std::optional<std::chrono::seconds> timeout) override;
  Result<void> kill(const domain::ContainerId& id, const std::string& signal) override;
  Result<void> pause(const domain::ContainerId& id) override;
  Result<void> unpause(const domain::ContainerId& id) override;
  Result<void> update(const domain::ContainerId& id, std::int64_t cpu_shares, std::int64_t memory_mib) override;
  Result<void> connect(const domain::ContainerId& id, const boundary::EngineAttachment& attachment) override;
  Result<void> disconnect(const domain::ContainerId& id, const domain::NetworkId& network) override;
  Result<void> remove(const domain::ContainerId& id) override;
  Result<boundary::ExecResult> execute(const domain::ContainerId& id, const std::vector<std::string>& command,
                                       std::chrono::seconds timeout, std::size_t cap) override;
  Result<std::optional<std::string>> find_image(const std::string& reference) override;
  Result<void> load_image(const std::string& reference, const boundary::ReadBytes& archive,
                          std::stop_token stop) override;
  Result<std::optional<boundary::EngineImage>> describe_image(const std::string& reference) override;
  Result<void> pull_image(const boundary::PullRequest& request, const boundary::PullTold& told,
                          std::stop_token stop) override;
  Result<std::vector<boundary::FoundImage>> search_images(const std::string& term) override;
  Result<void> remove_image(const std::string& reference) override;
  Result<std::vector<std::string>> list_images() override;
  Result<void> watch(std::int64_t since, const std::function<void()>& open,
                     const std::function<void(const boundary::EngineEvent&)>& seen, std::stop_token stop) override;

  // what a test does to it
  using Hook = std::function<Result<void>(const boundary::EngineContainerSpec&)>;
  void on_start(Hook hook);
  void on_stop(Hook hook);
  /// The next call of `operation` ("create", "start", ...) changes nothing and returns the error. Several queue up.
  void fail_next(const std::string& operation, Error error);
  /// Calls of `operation` wait until `release`.
  void hold(const std::string& operation);
  void release(const std::string& operation);
  /// A registry has it; with a password, only for who knows it.
  void publish(const std::string& reference, const std::string& password = "");
  /// How often an image was asked for.
  int pulls() const;
  /// The container's process ends by itself.
  void exit(const domain::ContainerId& id, int code);
  /// Somebody removes it behind our back.
  void vanish(const domain::ContainerId& id);
  /// Streams of events break.
  void break_watches();
  /// How often a container was really started.
  int starts(const domain::ContainerId& id) const;
  int kills(const domain::ContainerId& id) const;

 private:
  struct Container {
    boundary::EngineContainerSpec spec;
    domain::SeenContainer seen;
    int starts = 0, kills = 0;
  };
  Result<void> enter(std::unique_lock<std::mutex>& lock, const std::string& operation);
  Result<Container*> find(const domain::ContainerId& id);
  bool has_network(const boundary::EngineAttachment& attachment) const;
  Container* by_engine_id(const std::string& engine_id);
  Result<void> run(std::unique_lock<std::mutex>& lock, const domain::ContainerId& id);
  Result<void> halt(std::unique_lock<std::mutex>& lock, const domain::ContainerId& id, int code);
  void tell(const domain::ContainerId& id, const std::string& action);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<domain::NetworkId, std::set<std::vector<boundary::EngineSubnet>>> networks_;  ///< the subnets of each
  std::map<domain::ContainerId, Container> containers_;
  std::map<std::string, std::string> images_;  ///< id by name
  std::map<std::string, std::string> registry_;  ///< password by reference
  std::set<std::string> held_;
  std::multimap<std::string, Error> failures_;
  std::vector<boundary::EngineEvent> events_;
  Hook on_start_, on_stop_;
  std::int64_t tick_ = 1;
  int broken_ = 0;
  int pulls_ = 0;
};

}  // namespace causeway::adapters
