#pragma once

#include <optional>
#include <string>

#include "causeway/base/json.hpp"
#include "causeway/boundary/container_engine.hpp"

/// The Engine API's JSON (v1.41) to and from our values. Pure.
namespace causeway::adapters {

/// The Engine's name of our container: the one that Zun gives.
std::string container_name(const domain::ContainerId& id);

/// POST /containers/create
Json create_body(const boundary::EngineContainerSpec& spec);
/// POST /networks/{id}/connect, for the attachments behind the first
Json connect_body(const domain::ContainerId& container, const boundary::EngineAttachment& attachment);
/// POST /networks/create
Json network_body(const boundary::EngineNetworkSpec& spec);

/// GET /containers/{id}/json. None when it does not carry our label.
std::optional<domain::SeenContainer> read_container(const Json& json);
/// GET /info, but for the disk. `root` is where the engine keeps its data.
boundary::EngineInfo read_info(const Json& json, std::string& root);
/// One line of GET /events. None for what is not about a container of ours.
std::optional<boundary::EngineEvent> read_event(const Json& json);
/// What the network was made with: the subnets option, and 0 when it is not ours.
std::optional<std::string> subnets_of_network(const Json& json);
std::string subnets_text(const boundary::EngineNetworkSpec& spec);

/// RFC 3339 with nanoseconds, as Go writes it; its zero time is our zero.
Time read_time(std::string_view text);

}  // namespace causeway::adapters
