#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/boundary/host/host_gateway.hpp"
#include "causeway/boundary/host/host_image_search.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/image/pull_progress.hpp"
#include "causeway/domain/network/address.hpp"
#include "causeway/domain/plan/container_plan.hpp"
#include "causeway/domain/registry/registry.hpp"

namespace causeway::boundary {

/// The label by which our containers and networks are known; its value is our id.
inline constexpr const char* container_label = "causeway.container";
inline constexpr const char* network_label = "causeway.network";
/// Of a volume: "<project>/<name>" of one that is shared by name, else the id of the container whose it is.
inline constexpr const char* volume_label = "causeway.volume";
/// Of the record that a container was made from; absent = 0.
inline constexpr const char* generation_label = "causeway.generation";
/// The name of our libnetwork driver, and the options that the Engine hands back to it.
inline constexpr const char* driver_name = "causeway";
inline constexpr const char* network_option = "causeway.network";
inline constexpr const char* subnets_option = "causeway.subnets";
inline constexpr const char* port_option = "causeway.port";

struct EngineInfo {
  double cpus = 0;
  std::int64_t memory_mib = 0;
  std::int64_t disk_gib = 0;  ///< of the file system that holds the Engine's data
  std::string architecture, os_type, os, kernel_version, engine_version;
  std::map<std::string, std::string> labels;
  std::vector<std::string> runtimes;
  bool disk_quota = false;  ///< containers can be given a limit of disk space
  bool operator==(const EngineInfo&) const = default;
};

struct EngineSubnet {
  domain::SubnetId id;
  domain::Cidr cidr;
  auto operator<=>(const EngineSubnet&) const = default;
};
/// The Engine cannot change the subnets of a network, and gives every endpoint an address of each IP version that it has:
/// so it has one of its networks for each set of subnets in which ports of our network have addresses.
struct EngineNetworkSpec {
  domain::NetworkId id;
  std::vector<EngineSubnet> subnets;  ///< in order of id
};

struct EngineAttachment {
  domain::NetworkId network;
  domain::PortId port;
  std::optional<domain::IpAddress> ipv4, ipv6;
  domain::Mac mac;
  std::vector<EngineSubnet> subnets{};  ///< of the port's addresses: as the EngineNetworkSpec that was ensured
};
enum class EngineMountKind { volume, file };
struct EngineMount {
  EngineMountKind kind = EngineMountKind::volume;
  std::string source;  ///< a volume's name, or an absolute path on the host
  std::string target;  ///< absolute path inside the container
  bool read_only = false;
  bool operator==(const EngineMount&) const = default;
};
struct EngineContainerSpec {
  domain::Container container;
  std::string image;                          ///< what to run, a reference that the Engine knows
  std::vector<EngineAttachment> attachments;  ///< the first is eth0 and has the default route; networks differ
  std::vector<EngineMount> mounts{};
  std::vector<domain::IpAddress> name_servers{};  ///< whom its resolver asks; empty: the Engine's own choice
  std::string sandbox{};  ///< the Engine's id of the container whose network and IPC it shares; then no attachments
};

struct EngineImage {
  std::string id;
  std::int64_t size = 0;  ///< bytes on the disk
};
struct PullRequest {
  std::string reference;  ///< as domain::ImageReference writes it
  std::optional<domain::RegistryCredentials> credentials;
};
using PullTold = std::function<void(const domain::PullProgress&)>;

struct EngineEvent {
  domain::ContainerId container;
  std::string action;      ///< "create", "start", "die", "destroy", ...
  std::int64_t nanos = 0;  ///< when, since the epoch
  std::string engine_id{};
};

/// A pulled stream of bytes: fills the span, 0 is the end, an error breaks the transfer off.
using ReadBytes = std::function<Result<std::size_t>(std::span<char>)>;

/// The container engine of a host (Docker), as far as an agent needs it. Containers are addressed by our id; a
/// container that does not carry our label is never touched, shown or counted.
///
/// Concurrency: all functions may be called from any thread. A call that concerns a container may block while the
/// engine waits for our own network driver: the driver must never call here. Failures: unavailable
/// "engine.unreachable"; not_found "engine.no_container" / "engine.no_image" / "engine.no_network"; conflict and
/// invalid with the engine's own words ("engine.refused"); unavailable "engine.error" for its inner trouble (5xx).
class ContainerEngine {
 public:
  virtual ~ContainerEngine() = default;
  virtual Result<EngineInfo> info() = 0;

  /// Idempotent. Those of the same network with other subnets stay as they are.
  virtual Result<void> ensure_network(const EngineNetworkSpec& spec) = 0;
  /// Whatever its subnets. Idempotent. conflict "engine.network_in_use" while containers run on one.
  virtual Result<void> remove_network(const domain::NetworkId& id) = 0;
  virtual Result<std::vector<domain::NetworkId>> list_networks() = 0;

  /// Makes it with all its attachments, or leaves nothing. conflict "engine.name_taken" when it exists already.
  /// Returns the engine's id of it.
  virtual Result<std::string> create(const EngineContainerSpec& spec) = 0;
  virtual Result<std::optional<domain::SeenContainer>> inspect(const domain::ContainerId& id) = 0;
  virtual Result<std::vector<domain::ContainerId>> list() = 0;
  virtual Result<void> start(const domain::ContainerId& id) = 0;  ///< one that runs already is a success
  /// Asks the process to end and kills it after `timeout` (none: the engine's default). One that does not run is a
  /// success.
  virtual Result<void> stop(const domain::ContainerId& id, std::optional<std::chrono::seconds> timeout) = 0;
  virtual Result<void> restart(const domain::ContainerId& id, std::optional<std::chrono::seconds> timeout) = 0;
  virtual Result<void> kill(const domain::ContainerId& id, const std::string& signal) = 0;  ///< "" = SIGKILL
  virtual Result<void> pause(const domain::ContainerId& id) = 0;
  virtual Result<void> unpause(const domain::ContainerId& id) = 0;
  /// Sets the limits of a container, running or not; swap is not limited. The engine's refusal (a limit below what is in
  /// use) is invalid, conflict or "engine.error", and leaves the old limits.
  virtual Result<void> update(const domain::ContainerId& id, std::int64_t cpu_shares, std::int64_t memory_mib) = 0;
  /// Connects it, running or not, to one more of our networks, which exists. One that is connected is a success.
  virtual Result<void> connect(const domain::ContainerId& id, const EngineAttachment& attachment) = 0;
  /// One that is not connected, or absent, is a success.
  virtual Result<void> disconnect(const domain::ContainerId& id, const domain::NetworkId& network) = 0;
  /// Kills it if it runs. One that is absent is a success.
  virtual Result<void> remove(const domain::ContainerId& id) = 0;

  /// Runs a command to its end; output beyond `cap` bytes is dropped. conflict "container.not_running"; timeout
  /// "exec.timeout" (the command may go on).
  virtual Result<ExecResult> execute(const domain::ContainerId& id, const std::vector<std::string>& command,
                                     std::chrono::seconds timeout, std::size_t cap) = 0;

  /// The image's id; none when `reference` is not here.
  virtual Result<std::optional<std::string>> find_image(const std::string& reference) = 0;
  virtual Result<std::optional<EngineImage>> describe_image(const std::string& reference) = 0;
  /// Loads a `docker save` archive as exactly `reference`. Names inside the archive have no effect: those that were
  /// here before still mean what they meant, and others are not left behind. invalid "image.bad_archive".
  virtual Result<void> load_image(const std::string& reference, const ReadBytes& archive, std::stop_token stop) = 0;
  /// Fetches from a registry, and tells how far it is. not_found "engine.no_image", forbidden "engine.pull_denied",
  /// invalid "engine.registry_tls", unavailable "engine.registry_unreachable".
  virtual Result<void> pull_image(const PullRequest& request, const PullTold& told, std::stop_token stop) = 0;
  /// Asks Docker Hub, or the registry that `term` begins with. Failures as pull_image.
  virtual Result<std::vector<FoundImage>> search_images(const std::string& term) = 0;
  /// Removes the name, and the image with its last name. Absent, or in use: a success.
  virtual Result<void> remove_image(const std::string& reference) = 0;
  virtual Result<std::vector<std::string>> list_images() = 0;  ///< all names

  /// Calls `seen` with what happens to our containers, from `since` (nanoseconds; 0 = from now), after `open` was
  /// called once the stream stands. Blocks until the stream breaks or `stop`: always an Error, that says which.
  virtual Result<void> watch(std::int64_t since, const std::function<void()>& open,
                             const std::function<void(const EngineEvent&)>& seen, std::stop_token stop) = 0;
};

}  // namespace causeway::boundary
