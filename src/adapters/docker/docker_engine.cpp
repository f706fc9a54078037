#include "causeway/adapters/docker/docker_engine.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "causeway/adapters/docker/docker_json.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/base/log.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// A start waits for our own driver, image layers and the runtime; measured 0.3 s, minutes on a host that thrashes.
constexpr std::chrono::milliseconds act_timeout = 120s;
constexpr std::chrono::seconds default_stop = 10s;  ///< the engine's own

std::string filter(const char* kind, std::string_view value) {
  return percent_encode(to_text(JsonObject{{kind, JsonArray{Json(value)}}}));
}

std::string label_of(const domain::NetworkId& id) { return std::string(boundary::network_label) + "=" + id.str(); }

std::string connect_target(const boundary::EngineAttachment& attachment) {
  return "/networks/" + percent_encode(network_name(attachment.network, attachment.subnets)) + "/connect";
}

std::int64_t disk_gib_of(const std::string& root) {
  struct statvfs found{};
  if (root.empty() || ::statvfs(root.c_str(), &found) != 0) return 0;
  return std::int64_t((std::uint64_t(found.f_blocks) * found.f_frsize) >> 30);
}

std::string read_mountinfo() {
  std::ifstream file("/proc/self/mountinfo");
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has_name(const Json& listed, const std::string& name) {
  const Json* names = member(listed, "Names");
  if (names == nullptr || !names->is_array()) return false;
  for (const auto& item : names->get_array()) {
    if (item.is_string() && item.get_string() == "/" + name) return true;
  }
  return false;
}

std::string grace(std::optional<std::chrono::seconds> timeout) {
  return timeout ? fmt::format("?t={}", timeout->count()) : "";
}

}  // namespace

DockerEngine::DockerEngine(std::string socket_path) : client_(std::move(socket_path)) {}

Result<boundary::EngineInfo> DockerEngine::info() {
  TRY(const Json json, client_.call("GET", "/info"));
  EngineStorage storage;
  auto out = read_info(json, storage);
  out.disk_gib = disk_gib_of(storage.root);
  out.disk_quota = supports_disk_quota(storage.driver, storage.backing, mount_options_of(read_mountinfo(), storage.root));
  return out;
}

Result<std::vector<Json>> DockerEngine::networks_of(const std::string& label) {
  TRY(const Json json, client_.call("GET", "/networks?filters=" + filter("label", label)));
  std::vector<Json> out;
  if (!json.is_array()) return out;
  for (const auto& network : json.get_array()) {
    if (subnets_of_network(network)) out.push_back(network);
  }
  return out;
}

Result<void> DockerEngine::delete_network(const Json& network) {
  const auto gone = client_.call("DELETE", "/networks/" + percent_encode(text_member(network, "Id")));
  if (gone || gone.error().code == Code::not_found) return {};
  // the Engine says "has active endpoints" with 403
  if (gone.error().code == Code::invalid || gone.error().code == Code::conflict || gone.error().code == Code::forbidden) {
    return failed(Code::conflict, "engine.network_in_use", "Network {} is in use on this host.", text_member(network, "Name"));
  }
  return failed(gone.error());
}

Result<void> DockerEngine::ensure_network(const boundary::EngineNetworkSpec& spec) {
  const std::lock_guard lock(networks_);
  TRY(const auto found, networks_of(label_of(spec.id)));
  const auto name = network_name(spec.id, spec.subnets);
  bool there = false;
  for (const auto& network : found) {
    if (text_member(network, "Name") != name) continue;
    // the Engine's names are not unique: a former life of the agent may have made one while we looked
    if (there) TRY_VOID(delete_network(network));
    there = true;
  }
  if (there) return {};
  TRY_VOID(client_.call("POST", "/networks/create", network_body(spec)));
  return {};
}

Result<void> DockerEngine::remove_network(const domain::NetworkId& id) {
  const std::lock_guard lock(networks_);
  TRY(const auto found, networks_of(label_of(id)));
  for (const auto& network : found) TRY_VOID(delete_network(network));
  return {};
}

Result<std::vector<domain::NetworkId>> DockerEngine::list_networks() {
  TRY(const auto found, networks_of(boundary::network_label));
  std::set<domain::NetworkId> out;
  for (const auto& network : found) out.insert(network_of_name(text_member(network, "Name")));
  return std::vector<domain::NetworkId>(out.begin(), out.end());
}

Result<std::string> DockerEngine::create(const boundary::EngineContainerSpec& spec) {
  EngineClient::Wait wait;
  wait.timeout = act_timeout;
  auto made = client_.call("POST", "/containers/create?name=" + percent_encode(container_name(spec.container.id)),
                           create_body(spec), wait);
  if (!made) {
    auto error = std::move(made).error();
    if (error.code == Code::conflict) error.reason = "engine.name_taken";
    if (error.code == Code::not_found) error.reason = "engine.no_image";
    return failed(std::move(error));
  }
  const auto engine_id = text_member(*made, "Id");
  known_.learn(spec.container.id, engine_id);
  for (std::size_t i = 1; i < spec.attachments.size(); ++i) {
    const auto& attachment = spec.attachments[i];
    const auto connected = client_.call("POST", connect_target(attachment), connect_body(spec.container.id, attachment));
    if (connected) continue;
    ignore(client_.call("DELETE", "/containers/" + engine_id + "?force=1&v=1"),
           "the first failure is the one to tell; what stays is found half made");
    return failed(connected.error());
  }
  return engine_id;
}

Result<Json> DockerEngine::raw_container(const domain::ContainerId& id) {
  const auto look = [&](const std::string& ident) {
    return client_.call("GET", "/containers/" + percent_encode(ident) + "/json");
  };
  if (const auto known = known_.find(id)) {
    auto json = look(*known);
    if (json || json.error().code != Code::not_found) return json;
    known_.forget(id, *known);
  }
  auto json = look(container_name(id));
  const auto seen = json ? read_container(*json) : std::nullopt;
  if (seen && seen->id == id) known_.learn(id, seen->engine_id);
  if ((seen && seen->id == id) || (!json && json.error().code != Code::not_found) || known_.complete()) return json;
  TRY_VOID(list());  // it may have another name by now
  const auto renamed = known_.find(id);
  return renamed ? look(*renamed) : json;
}

Result<std::optional<domain::SeenContainer>> DockerEngine::inspect(const domain::ContainerId& id) {
  const auto json = raw_container(id);
  if (!json && json.error().code == Code::not_found) return std::nullopt;
  if (!json) return failed(json.error());
  auto seen = read_container(*json);
  if (seen && seen->id != id) seen.reset();
  return seen;
}

Result<std::string> DockerEngine::engine_id_of(const domain::ContainerId& id) {
  TRY(const auto seen, inspect(id));
  if (!seen) return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  return seen->engine_id;
}

Result<std::vector<domain::ContainerId>> DockerEngine::list() {
  TRY(const Json json,
      client_.call("GET", "/containers/json?all=1&filters=" + filter("label", boundary::container_label)));
  std::map<domain::ContainerId, std::string> found;
  if (json.is_array()) {
    for (const auto& container : json.get_array()) {
      const Json* labels = member(container, "Labels");
      const domain::ContainerId id(labels != nullptr ? text_member(*labels, boundary::container_label) : "");
      if (id.empty()) continue;
      const auto engine_id = text_member(container, "Id");
      // somebody may have made another of the same label: ours is the one that was known, or has the name
      const bool first = found.try_emplace(id, engine_id).second;
      if (!first && (known_.find(id) == engine_id || has_name(container, container_name(id)))) found[id] = engine_id;
    }
  }
  std::vector<domain::ContainerId> out;
  for (const auto& [id, engine_id] : found) out.push_back(id);
  known_.replace(std::move(found));
  return out;
}

Result<void> DockerEngine::act(const domain::ContainerId& id, const std::string& verb,
                               std::chrono::milliseconds timeout) {
  TRY(const auto engine_id, engine_id_of(id));
  EngineClient::Wait wait;
  wait.timeout = timeout;
  TRY_VOID(client_.call("POST", "/containers/" + engine_id + verb, std::nullopt, wait));
  return {};
}

Result<void> DockerEngine::start(const domain::ContainerId& id) { return act(id, "/start", act_timeout); }

Result<void> DockerEngine::stop(const domain::ContainerId& id, std::optional<std::chrono::seconds> timeout) {
  return act(id, "/stop" + grace(timeout), act_timeout + timeout.value_or(default_stop));
}

Result<void> DockerEngine::restart(const domain::ContainerId& id, std::optional<std::chrono::seconds> timeout) {
  return act(id, "/restart" + grace(timeout), act_timeout + timeout.value_or(default_stop));
}

Result<void> DockerEngine::kill(const domain::ContainerId& id, const std::string& signal) {
  return act(id, "/kill?signal=" + (signal.empty() ? std::string("SIGKILL") : percent_encode(signal)), act_timeout);
}

Result<void> DockerEngine::pause(const domain::ContainerId& id) { return act(id, "/pause", act_timeout); }
Result<void> DockerEngine::unpause(const domain::ContainerId& id) { return act(id, "/unpause", act_timeout); }

Result<void> DockerEngine::update(const domain::ContainerId& id, std::int64_t cpu_shares, std::int64_t memory_mib) {
  TRY(const auto engine_id, engine_id_of(id));
  EngineClient::Wait wait;
  wait.timeout = act_timeout;
  TRY_VOID(client_.call("POST", "/containers/" + engine_id + "/update", update_body(cpu_shares, memory_mib), wait));
  return {};
}

Result<void> DockerEngine::connect(const domain::ContainerId& id, const boundary::EngineAttachment& attachment) {
  TRY(const auto seen, inspect(id));
  if (!seen) return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  if (std::ranges::find(seen->networks, attachment.network) != seen->networks.end()) return {};
  EngineClient::Wait wait;
  wait.timeout = act_timeout;
  TRY_VOID(client_.call("POST", connect_target(attachment), connect_body(id, attachment), wait));
  return {};
}

Result<void> DockerEngine::disconnect(const domain::ContainerId& id, const domain::NetworkId& network) {
  const auto json = raw_container(id);
  if (!json && json.error().code == Code::not_found) return {};
  if (!json) return failed(json.error());
  const auto seen = read_container(*json);
  if (!seen || seen->id != id) return {};
  EngineClient::Wait wait;
  wait.timeout = act_timeout;
  for (const auto& name : networks_of_container(*json)) {
    if (network_of_name(name) != network) continue;
    TRY_VOID(client_.call("POST", "/networks/" + percent_encode(name) + "/disconnect",
                          JsonObject{{"Container", seen->engine_id}}, wait));
  }
  return {};
}

Result<void> DockerEngine::remove(const domain::ContainerId& id) {
  TRY(const auto seen, inspect(id));
  if (!seen) return {};
  EngineClient::Wait wait;
  wait.timeout = act_timeout;
  const auto gone = client_.call("DELETE", "/containers/" + seen->engine_id + "?force=1&v=1", std::nullopt, wait);
  if (gone || gone.error().code == Code::not_found) return {};
  return failed(gone.error());
}

}  // namespace causeway::adapters
