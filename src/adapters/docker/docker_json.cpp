#include "causeway/adapters/docker/docker_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

constexpr std::int64_t nanos_per_second = 1'000'000'000;
constexpr std::int64_t mib = std::int64_t{1} << 20;

const Json& at(const Json& json, std::string_view key) {
  static const Json none;
  const Json* found = member(json, key);
  return found != nullptr ? *found : none;
}

std::int64_t number_at(const Json& json, std::string_view key) {
  const Json& value = at(json, key);
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return std::int64_t(value.get_uint64());
  return 0;
}

/// 0 for what is no number.
std::int64_t digits_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// A list of strings; Docker writes null for an empty one.
std::vector<std::string> texts_at(const Json& json, std::string_view key) {
  std::vector<std::string> out;
  if (const Json& value = at(json, key); value.is_array()) {
    for (const auto& item : value.get_array()) {
      if (item.is_string()) out.push_back(to_std(item.get_string()));
    }
  }
  return out;
}

JsonArray array_of(const std::vector<std::string>& texts) {
  JsonArray out;
  for (const auto& text : texts) out.push_back(Json(text));
  return out;
}

JsonObject endpoint_config(const boundary::EngineAttachment& attachment) {
  JsonObject ipam;
  if (attachment.ipv4) ipam["IPv4Address"] = attachment.ipv4->to_string();
  if (attachment.ipv6) ipam["IPv6Address"] = attachment.ipv6->to_string();
  return {{"IPAMConfig", ipam}, {"DriverOpts", JsonObject{{boundary::port_option, attachment.port.str()}}}};
}

JsonArray mounts_of(const std::vector<boundary::EngineMount>& mounts) {
  JsonArray out;
  for (const auto& mount : mounts) {
    const bool file = mount.kind == boundary::EngineMountKind::file;
    out.push_back(JsonObject{{"Type", file ? "bind" : "volume"}, {"Source", mount.source}, {"Target", mount.target},
                             {"ReadOnly", mount.read_only}});
  }
  return out;
}

/// {"80/tcp": {}}: what Docker calls a set.
JsonObject ports_of(const std::vector<domain::ExposedPort>& ports) {
  JsonObject out;
  for (const auto& port : ports) out[fmt::format("{}/{}", port.port, port.protocol)] = JsonObject();
  return out;
}

std::string name_of(const boundary::EngineAttachment& attachment) {
  return network_name(attachment.network, attachment.subnets);
}

/// The Engine's form of a network (or IPC) that is another container's.
constexpr const char* joins = "container:";

JsonObject host_config(const boundary::EngineContainerSpec& spec) {
  const auto& c = spec.container;
  JsonObject out;
  if (!spec.sandbox.empty()) {
    out["NetworkMode"] = joins + spec.sandbox;
    out["IpcMode"] = joins + spec.sandbox;
  } else {
    out["NetworkMode"] = spec.attachments.empty() ? std::string("none") : name_of(spec.attachments.front());
  }
  if (c.capsule_role == domain::CapsuleRole::sandbox) out["IpcMode"] = "shareable";
  out["Memory"] = c.memory_mib * mib;
  out["CpuShares"] = domain::cpu_shares_of(c.cpu);
  out["RestartPolicy"] = JsonObject{{"Name", c.restart_policy.name == "no" ? "" : c.restart_policy.name},
                                    {"MaximumRetryCount", c.restart_policy.maximum_retry_count}};
  out["Privileged"] = c.privileged;
  out["AutoRemove"] = c.auto_remove;
  if (!spec.name_servers.empty()) {
    JsonArray servers;
    for (const auto& server : spec.name_servers) servers.push_back(Json(server.to_string()));
    out["Dns"] = std::move(servers);
  }
  if (!c.runtime.empty()) out["Runtime"] = c.runtime;
  if (!c.cpuset.empty()) out["CpusetCpus"] = c.cpuset;
  if (c.disk_gib) out["StorageOpt"] = JsonObject{{"size", fmt::format("{}G", *c.disk_gib)}};
  if (!spec.mounts.empty()) out["Mounts"] = mounts_of(spec.mounts);
  return out;
}

/// Others only say that somebody looked: a health check makes three of these every few seconds.
bool changes_state(std::string_view action) {
  constexpr std::array<std::string_view, 12> kinds{"create", "start",   "restart", "stop",   "die", "kill",
                                                   "pause",  "unpause", "rename",  "update", "oom", "destroy"};
  return std::ranges::find(kinds, action) != kinds.end() || action.starts_with("health_status");
}

JsonObject health_config(const domain::Healthcheck& check) {
  return {{"Test", JsonArray{"CMD-SHELL", Json(check.test)}},
          {"Interval", check.interval * nanos_per_second},
          {"Timeout", check.timeout * nanos_per_second},
          {"Retries", check.retries}};
}

}  // namespace

std::string container_name(const domain::ContainerId& id) { return "zun-" + id.str(); }

std::string network_name(const domain::NetworkId& id, const std::vector<boundary::EngineSubnet>& subnets) {
  constexpr std::size_t enough = 8;  // of an id, to tell the subnets of one network apart
  std::string out = id.str();
  for (const auto& subnet : subnets) out += "." + subnet.id.str().substr(0, enough);
  return out;
}

domain::NetworkId network_of_name(std::string_view name) {
  return domain::NetworkId(std::string(name.substr(0, name.find('.'))));
}

Json create_body(const boundary::EngineContainerSpec& spec) {
  const auto& c = spec.container;
  JsonObject labels;
  for (const auto& [key, value] : c.labels) labels[key] = value;
  labels[boundary::container_label] = c.id.str();
  labels[boundary::generation_label] = std::to_string(c.generation);
  JsonArray environment;
  for (const auto& [key, value] : c.environment) environment.push_back(Json(key + "=" + value));

  JsonObject body;
  body["Image"] = spec.image;
  body["Env"] = environment;
  body["Labels"] = labels;
  // absent means the image's own: an empty list would mean "nothing"
  if (!c.command.empty()) body["Cmd"] = array_of(c.command);
  if (!c.entrypoint.empty()) body["Entrypoint"] = array_of(c.entrypoint);
  if (!c.workdir.empty()) body["WorkingDir"] = c.workdir;
  if (!c.hostname.empty()) body["Hostname"] = c.hostname;
  body["Tty"] = c.tty;
  body["OpenStdin"] = c.interactive;
  body["AttachStdin"] = c.interactive;
  body["StdinOnce"] = c.interactive;
  body["AttachStdout"] = true;
  body["AttachStderr"] = true;
  // a member's ports are those of its sandbox: the Engine would refuse them
  if (!c.wanted_ports.empty() && spec.sandbox.empty()) body["ExposedPorts"] = ports_of(c.wanted_ports);
  if (c.healthcheck) body["Healthcheck"] = health_config(*c.healthcheck);
  body["HostConfig"] = host_config(spec);
  if (!spec.attachments.empty()) {
    const auto& first = spec.attachments.front();
    // up to API 1.43 the address of the first network's interface stands here; those of others come from our driver
    body["MacAddress"] = first.mac.to_string();
    body["NetworkingConfig"] =
        JsonObject{{"EndpointsConfig", JsonObject{{name_of(first), endpoint_config(first)}}}};
  }
  return body;
}

Json connect_body(const domain::ContainerId& container, const boundary::EngineAttachment& attachment) {
  return JsonObject{{"Container", container_name(container)}, {"EndpointConfig", endpoint_config(attachment)}};
}

Json update_body(std::int64_t cpu_shares, std::int64_t memory_mib) {
  return JsonObject{{"CpuShares", cpu_shares}, {"Memory", memory_mib * mib}, {"MemorySwap", -1}};
}

std::string subnets_text(const boundary::EngineNetworkSpec& spec) {
  auto subnets = spec.subnets;
  std::ranges::sort(subnets);
  std::string out;
  for (const auto& subnet : subnets) out += fmt::format("{}{}={}", out.empty() ? "" : ",", subnet.id, subnet.cidr);
  return out;
}

Json network_body(const boundary::EngineNetworkSpec& spec) {
  JsonArray pools;
  bool ipv6 = false;
  for (const auto& subnet : spec.subnets) {
    pools.push_back(JsonObject{{"Subnet", subnet.cidr.to_string()}});
    ipv6 = ipv6 || subnet.cidr.is_v6();
  }
  const JsonObject options{{boundary::network_option, spec.id.str()}, {boundary::subnets_option, subnets_text(spec)}};
  return JsonObject{{"Name", network_name(spec.id, spec.subnets)},
                    {"CheckDuplicate", true},
                    {"Driver", boundary::driver_name},
                    {"EnableIPv6", ipv6},
                    {"Options", options},
                    {"Labels", JsonObject{{boundary::network_label, spec.id.str()}}},
                    {"IPAM", JsonObject{{"Driver", boundary::driver_name}, {"Options", options}, {"Config", pools}}}};
}

Time read_time(std::string_view text) {
  if (text.starts_with("0001-")) return {};
  return parse_time(text).value_or(Time{});
}

std::vector<std::string> networks_of_container(const Json& json) {
  std::vector<std::string> out;
  const Json& networks = at(at(json, "NetworkSettings"), "Networks");
  if (!networks.is_object()) return out;
  for (const auto& [name, value] : networks.get_object()) {
    if (name != "none") out.emplace_back(name);
  }
  return out;
}

std::optional<domain::SeenContainer> read_container(const Json& json) {
  const Json& config = at(json, "Config");
  const Json& state = at(json, "State");
  domain::SeenContainer out;
  out.id = domain::ContainerId(text_member(at(config, "Labels"), boundary::container_label));
  if (out.id.empty()) return std::nullopt;
  out.generation = digits_of(text_member(at(config, "Labels"), boundary::generation_label));
  out.cpu_shares = number_at(at(json, "HostConfig"), "CpuShares");
  out.memory_mib = number_at(at(json, "HostConfig"), "Memory") / mib;
  out.restart_count = int(number_at(json, "RestartCount"));
  out.engine_id = text_member(json, "Id");
  out.state = from_name<domain::EngineState>(text_member(state, "Status")).value_or(domain::EngineState::dead);
  out.pid = number_at(state, "Pid");
  out.exit_code = int(number_at(state, "ExitCode"));
  out.error = text_member(state, "Error");
  const Json& out_of_memory = at(state, "OOMKilled");
  if (out.error.empty() && out.state == domain::EngineState::exited && out_of_memory.is_bool() && out_of_memory.get_bool())
    out.error = "The container used more memory than it has, and was killed.";
  out.started_at = read_time(text_member(state, "StartedAt"));
  out.finished_at = read_time(text_member(state, "FinishedAt"));
  out.health = text_member(at(state, "Health"), "Status");
  if (out.health == "none") out.health.clear();
  out.restart_count = int(number_at(json, "RestartCount"));
  out.command = texts_at(config, "Cmd");
  out.entrypoint = texts_at(config, "Entrypoint");
  out.hostname = text_member(config, "Hostname");
  if (const Json& ports = at(config, "ExposedPorts"); ports.is_object()) {
    for (const auto& [key, value] : ports.get_object()) {
      int port = 0;
      if (std::from_chars(key.data(), key.data() + key.size(), port).ec == std::errc{})
        out.exposed_ports.push_back(port);
    }
    std::ranges::sort(out.exposed_ports);
  }
  const std::string mode = text_member(at(json, "HostConfig"), "NetworkMode");
  if (mode.starts_with(joins)) out.joined = mode.substr(std::string_view(joins).size());
  out.sandbox = text_member(at(json, "NetworkSettings"), "SandboxKey");
  if (out.joined.empty()) {
    for (const auto& name : networks_of_container(json)) out.networks.push_back(network_of_name(name));
  }
  return out;
}

bool supports_disk_quota(std::string_view driver, std::string_view backing, std::string_view mount_options) {
  constexpr std::array always{"btrfs", "zfs", "devicemapper", "windowsfilter"};
  if (std::ranges::find(always, driver) != always.end()) return true;
  if (driver != "overlay2" || backing != "xfs") return false;
  const auto options = split(mount_options, ',');
  return std::ranges::any_of(options, [](auto option) { return option == "pquota" || option == "prjquota"; });
}

std::string mount_options_of(std::string_view mountinfo, std::string_view path) {
  constexpr std::size_t mount_point = 4;
  std::string_view best_point;
  std::string best;
  for (const auto line : split(mountinfo, '\n')) {
    const auto words = split(line, ' ');
    const auto dash = std::ranges::find(words, std::string_view("-"));
    if (words.size() <= mount_point || words.end() - dash < 4) continue;
    const auto point = words[mount_point];
    const bool holds = point == "/" || path == point || (path.starts_with(point) && path.substr(point.size()).starts_with('/'));
    if (!holds || point.size() < best_point.size()) continue;
    best_point = point;
    best = *(dash + 3);  // of the file system: the ones before are of the mount
  }
  return best;
}

boundary::EngineInfo read_info(const Json& json, EngineStorage& storage) {
  boundary::EngineInfo out;
  out.cpus = double(number_at(json, "NCPU"));
  out.memory_mib = number_at(json, "MemTotal") / mib;
  out.architecture = text_member(json, "Architecture");
  out.os_type = text_member(json, "OSType");
  out.os = text_member(json, "OperatingSystem");
  out.kernel_version = text_member(json, "KernelVersion");
  out.engine_version = text_member(json, "ServerVersion");
  for (const auto& label : texts_at(json, "Labels")) {
    const auto equals = label.find('=');
    out.labels[label.substr(0, equals)] = equals == std::string::npos ? "" : label.substr(equals + 1);
  }
  if (const Json& runtimes = at(json, "Runtimes"); runtimes.is_object()) {
    for (const auto& [name, value] : runtimes.get_object()) out.runtimes.emplace_back(name);
  }
  storage.root = text_member(json, "DockerRootDir");
  storage.driver = text_member(json, "Driver");
  if (const Json& status = at(json, "DriverStatus"); status.is_array()) {
    for (const auto& pair : status.get_array()) {
      if (!pair.is_array() || pair.get_array().size() != 2 || pair.get_array()[0] != "Backing Filesystem") continue;
      if (const Json& value = pair.get_array()[1]; value.is_string()) storage.backing = to_std(value.get_string());
    }
  }
  return out;
}

std::optional<boundary::EngineEvent> read_event(const Json& json) {
  if (text_member(json, "Type") != "container") return std::nullopt;
  const auto id = text_member(at(at(json, "Actor"), "Attributes"), boundary::container_label);
  if (id.empty()) return std::nullopt;
  const auto action = text_member(json, "Action");
  if (!changes_state(action)) return std::nullopt;
  return boundary::EngineEvent{domain::ContainerId(id), action, number_at(json, "timeNano"),
                               text_member(at(json, "Actor"), "ID")};
}

std::optional<std::string> subnets_of_network(const Json& json) {
  const Json& options = at(json, "Options");
  if (text_member(json, "Driver") != boundary::driver_name || text_member(options, boundary::network_option).empty())
    return std::nullopt;
  return text_member(options, boundary::subnets_option);
}

}  // namespace causeway::adapters
