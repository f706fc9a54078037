#pragma once

#include <mutex>
#include <string>

#include "causeway/adapters/docker/engine_client.hpp"
#include "causeway/adapters/docker/known_containers.hpp"
#include "causeway/boundary/engine/container_engine.hpp"

namespace causeway::adapters {

/// A Docker Engine on its unix socket, by the Engine API v1.41.
///
/// Lifetime: nothing is dialled before the first call; an engine that goes away and comes back needs no new object.
/// Concurrency: thread-safe; loads of images are done one at a time, because archives bring names that could meet.
/// Failures: as the boundary says; each call has a deadline.
class DockerEngine final : public boundary::ContainerEngine {
 public:
  explicit DockerEngine(std::string socket_path);

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

 private:
  /// The engine's id of our container: every call is made by it, so that a foreign container of the same name is never
  /// touched.
  Result<std::string> engine_id_of(const domain::ContainerId& id);
  /// By the engine's id if that is known, else by the name that we gave it, else by its label.
  Result<Json> raw_container(const domain::ContainerId& id);
  Result<void> act(const domain::ContainerId& id, const std::string& verb, std::chrono::milliseconds timeout);
  Result<void> tag_image(const std::string& image, const std::string& reference);
  Result<std::map<std::string, std::string>> image_names();
  Result<std::vector<std::string>> load_archive(const boundary::ReadBytes& archive, std::stop_token stop);

  /// Ours that carry the label, "name" or "name=value".
  Result<std::vector<Json>> networks_of(const std::string& label);
  Result<void> delete_network(const Json& network);

  EngineClient client_;
  KnownContainers known_;
  std::mutex loading_;
  std::mutex networks_;  ///< looking for a network and making it are one step
};

}  // namespace causeway::adapters
