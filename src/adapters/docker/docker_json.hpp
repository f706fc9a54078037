#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/boundary/engine/container_engine.hpp"

/// The Engine API's JSON (v1.41) to and from our values. Pure.
namespace causeway::adapters {

/// The Engine's name of our container: the one that Zun gives.
std::string container_name(const domain::ContainerId& id);

/// The Engine's name of the network that has these subnets: our id, and the beginnings of theirs.
std::string network_name(const domain::NetworkId& id, const std::vector<boundary::EngineSubnet>& subnets);
/// Ours, out of such a name.
domain::NetworkId network_of_name(std::string_view name);

/// POST /containers/create
Json create_body(const boundary::EngineContainerSpec& spec);
/// POST /containers/{id}/update; swap is unlimited, because the Engine refuses a memory above the old swap limit
Json update_body(std::int64_t cpu_shares, std::int64_t memory_mib);
/// POST /networks/{id}/connect, for the attachments behind the first
Json connect_body(const domain::ContainerId& container, const boundary::EngineAttachment& attachment);
/// POST /networks/create
Json network_body(const boundary::EngineNetworkSpec& spec);

/// GET /containers/{id}/json. None when it does not carry our label.
std::optional<domain::SeenContainer> read_container(const Json& json);
/// The Engine's names of the networks to which a container of the same JSON is connected.
std::vector<std::string> networks_of_container(const Json& json);
/// What GET /info says of where the engine keeps its data.
struct EngineStorage {
  std::string root, driver, backing;
};
/// GET /info, but for the disk.
boundary::EngineInfo read_info(const Json& json, EngineStorage& storage);
/// Whether a storage driver limits the disk space of a container, on a file system mounted with these options.
bool supports_disk_quota(std::string_view driver, std::string_view backing, std::string_view mount_options);
/// The file system's options of the mount that holds `path`, out of /proc/self/mountinfo.
std::string mount_options_of(std::string_view mountinfo, std::string_view path);
/// One line of GET /events. None for what is not about a container of ours, or changes nothing of it.
std::optional<boundary::EngineEvent> read_event(const Json& json);
/// What the network was made with: the subnets option, and 0 when it is not ours.
std::optional<std::string> subnets_of_network(const Json& json);
std::string subnets_text(const boundary::EngineNetworkSpec& spec);

/// RFC 3339 with nanoseconds, as Go writes it; its zero time is our zero.
Time read_time(std::string_view text);

}  // namespace causeway::adapters
