#pragma once

#include <string>

#include "causeway/adapters/docker/engine_client.hpp"
#include "causeway/boundary/engine/engine_data.hpp"
#include "causeway/domain/plan/container_plan.hpp"

namespace causeway::adapters {

/// The inside of a Docker Engine's containers, by the Engine API v1.41; a client of its own beside DockerEngine's.
///
/// Concurrency: thread-safe. Failures: as the boundary says. Every wait for the Engine ends when it is silent for a
/// minute (ten while it unpacks or copies layers); a followed log may be silent for a day.
class DockerData final : public boundary::EngineData {
 public:
  explicit DockerData(std::string socket_path);

  Result<std::unique_ptr<boundary::ByteSource>> logs(const domain::ContainerId& id, const boundary::LogQuery& query,
                                                     std::stop_token stop) override;
  Result<boundary::ContainerStats> stats(const domain::ContainerId& id) override;
  Result<boundary::ProcessTable> top(const domain::ContainerId& id, const std::string& ps_args) override;
  Result<boundary::PathArchive> get_archive(const domain::ContainerId& id, const std::string& path) override;
  Result<void> put_archive(const domain::ContainerId& id, const std::string& path, boundary::ByteSource& tar) override;
  Result<void> commit(const domain::ContainerId& id, const std::string& reference) override;
  Result<std::unique_ptr<boundary::ByteSource>> save_image(const std::string& reference, std::stop_token stop) override;

 private:
  struct Found {
    domain::SeenContainer seen;
    bool terminal = false;
  };
  /// Ours: calls are made by the Engine's id, so that a foreign container of the same name is never touched.
  Result<Found> find(const domain::ContainerId& id);

  EngineClient client_;
};

}  // namespace causeway::adapters
