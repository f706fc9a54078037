#include "causeway/api/zun/views.hpp"

#include <algorithm>
#include <cmath>

#include "causeway/domain/container/container_report.hpp"

namespace causeway::api::zun {
namespace {

using domain::Container;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); }
Json time_or_null(Time time) { return time == Time{} ? Json(nullptr) : Json(std::string_view(plain_time(time))); }
Json iso_or_null(Time time) {
  return time == Time{} ? Json(nullptr) : Json(std::string_view(iso_time(time, true).substr(0, 26)));
}

Json id_list(const std::vector<domain::SecurityGroupId>& ids) { return encode(ids); }

JsonObject restart_policy_view(const domain::RestartPolicy& policy) {
  return {{"Name", policy.name}, {"MaximumRetryCount", std::to_string(policy.maximum_retry_count)}};
}

Json healthcheck_view(const std::optional<domain::Healthcheck>& check) {
  if (!check) return nullptr;
  return JsonObject{
      {"test", check->test}, {"interval", check->interval}, {"retries", check->retries}, {"timeout", check->timeout}};
}

bool is_kept(const Container& container, const domain::PortId& port) {
  return std::find(container.kept_ports.begin(), container.kept_ports.end(), port) != container.kept_ports.end();
}

/// {network: [one entry per address]}
JsonObject addresses_view(const services::ContainerWithPorts& shown) {
  JsonObject out;
  for (const auto& port : shown.ports) {
    Json& network = out[port.network_id.str()];
    if (network.is_null()) network = JsonArray();
    for (const auto& ip : port.fixed_ips) {
      network.get_array().push_back(JsonObject{{"addr", ip.ip_address.to_string()},
                                               {"version", ip.ip_address.version()},
                                               {"port", port.id.str()},
                                               {"subnet_id", ip.subnet_id.str()},
                                               {"preserve_on_delete", is_kept(shown.container, port.id)}});
    }
  }
  return out;
}

template <class T>
const T& chosen_or_seen(const T& chosen, const T& seen) {
  return chosen.empty() ? seen : chosen;
}

void add_admin_fields(const Container& container, JsonObject& out) {
  out["image_pull_policy"] = text_or_null(container.image_ref.pull_policy);
  out["host"] = text_or_null(container.host.str());
  out["runtime"] = text_or_null(container.runtime);
  out["privileged"] = container.privileged;
}

}  // namespace

JsonArray links_of(const std::string& base_url, std::string_view collection, std::string_view uuid) {
  return {JsonObject{{"href", fmt::format("{}/v1/{}/{}", base_url, collection, uuid)}, {"rel", "self"}},
          JsonObject{{"href", fmt::format("{}/{}/{}", base_url, collection, uuid)}, {"rel", "bookmark"}}};
}

JsonObject container_view(const services::ContainerWithPorts& shown, const domain::Caller& who, Time now) {
  const Container& c = shown.container;
  JsonObject out{
      {"uuid", c.id.str()},
      {"user_id", c.user_id.str()},
      {"project_id", c.project_id.str()},
      {"name", c.name},
      {"image", c.image},
      {"command", encode(chosen_or_seen(c.command, c.seen_command))},
      {"status", to_name(c.status)},
      {"status_reason", text_or_null(c.status_reason)},
      {"task_state", text_or_null(c.task_state)},
      {"cpu", c.cpu},
      {"memory", std::to_string(c.memory_mib)},
      {"environment", encode(c.environment)},
      {"workdir", text_or_null(c.workdir)},
      {"ports", encode(c.exposed_ports)},
      {"hostname", text_or_null(chosen_or_seen(c.hostname, c.seen_hostname))},
      {"labels", encode(c.labels)},
      {"addresses", addresses_view(shown)},
      {"restart_policy", restart_policy_view(c.restart_policy)},
      {"status_detail", text_or_null(domain::status_detail_at(c, now))},
      {"interactive", c.interactive},
      {"tty", c.tty},
      {"image_driver", c.image_ref.driver},
      {"security_groups", id_list(c.security_groups)},
      {"auto_remove", c.auto_remove},
      {"disk", encode(c.disk_gib)},
      {"auto_heal", c.auto_heal},
      {"healthcheck", healthcheck_view(c.healthcheck)},
      {"cpu_policy", encode(c.cpu_policy)},
      {"registry_id", text_or_null(c.image_ref.registry_id)},
      {"entrypoint", encode(chosen_or_seen(c.entrypoint, c.seen_entrypoint))},
      {"created_at", time_or_null(c.created_at)},
      {"updated_at", time_or_null(c.updated_at)},
      // beyond Zun
      {"health", text_or_null(c.health)},
      {"restart_count", c.restart_count},
  };
  if (who.is_admin()) add_admin_fields(c, out);
  return out;
}

JsonArray networks_view(const services::ContainerWithPorts& shown, int minor) {
  constexpr int grouped_since = 18;
  JsonArray out;
  for (const auto& port : shown.ports) {
    JsonArray fixed_ips;
    for (const auto& ip : port.fixed_ips) {
      JsonObject address{{"subnet_id", ip.subnet_id.str()},
                         {"version", ip.ip_address.version()},
                         {"ip_address", ip.ip_address.to_string()}};
      if (minor < grouped_since) {
        address["net_id"] = port.network_id.str();
        address["port_id"] = port.id.str();
        out.push_back(std::move(address));
      } else {
        fixed_ips.push_back(std::move(address));
      }
    }
    if (minor >= grouped_since) {
      out.push_back(JsonObject{
          {"net_id", port.network_id.str()}, {"port_id", port.id.str()}, {"fixed_ips", std::move(fixed_ips)}});
    }
  }
  return out;
}

JsonObject host_view(const domain::HostCandidate& candidate, const std::string& base_url) {
  const auto& [host, usage] = candidate;
  return {{"uuid", host.uuid},
          {"links", links_of(base_url, "hosts", host.uuid)},
          {"hostname", host.id.str()},
          {"mem_total", host.memory_mib},
          {"mem_used", usage.memory_mib},
          {"cpus", host.cpus},
          {"cpu_used", usage.cpu},
          {"disk_total", host.disk_gib},
          {"disk_used", usage.disk_gib},
          {"total_containers", usage.containers},
          {"architecture", host.architecture},
          {"os_type", host.os_type},
          {"os", host.os},
          {"kernel_version", host.kernel_version},
          {"labels", encode(host.labels)},
          {"disk_quota_supported", host.disk_quota},
          {"runtimes", encode(host.runtimes)},
          {"enable_cpu_pinning", host.cpu_pinning}};
}

JsonObject service_view(const domain::Host& host, const services::Hosts& hosts) {
  return {{"id", host.uuid},
          {"host", host.id.str()},
          {"binary", "zun-compute"},
          {"state", domain::is_up(host) ? "up" : "down"},
          {"disabled", host.disabled},
          {"disabled_reason", text_or_null(host.disabled_reason)},
          {"forced_down", host.forced_down},
          {"last_seen_up", iso_or_null(host.last_seen)},
          {"report_count", host.report_count},
          {"availability_zone", hosts.zone_of(host)},
          {"created_at", iso_or_null(host.created_at)},
          {"updated_at", iso_or_null(host.updated_at)}};
}

JsonObject quota_view(const domain::QuotaLimits& limits) {
  return {{"containers", limits.containers}, {"memory", limits.memory}, {"disk", limits.disk}, {"cpu", limits.cpu}};
}

JsonObject quota_usage_view(const domain::QuotaLimits& limits, const domain::QuotaUsage& held) {
  const auto item = [](std::int64_t limit, Json in_use) {
    return JsonObject{{"limit", limit}, {"in_use", std::move(in_use)}};
  };
  return {{"containers", item(limits.containers, held.containers)},
          {"memory", item(limits.memory, held.memory)},
          {"disk", item(limits.disk, held.disk)},
          {"cpu", item(limits.cpu, std::round(held.cpu * 1000) / 1000)}};
}

}  // namespace causeway::api::zun
