#include "causeway/api/zun/container_fields.hpp"

#include <algorithm>
#include <array>

#include "causeway/api/zun/views.hpp"
#include "causeway/domain/container/container_report.hpp"

namespace causeway::api::zun {
namespace {

bool is_kept(const domain::Container& container, const domain::PortId& port) {
  return std::find(container.kept_ports.begin(), container.kept_ports.end(), port) != container.kept_ports.end();
}

}  // namespace

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

namespace {

using domain::Container;
using Shown = services::ContainerWithPorts;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); }
Json time_or_null(Time time) { return time == Time{} ? Json(nullptr) : Json(std::string_view(plain_time(time))); }

Json restart_policy(const Shown& shown, Time) {
  const auto& policy = shown.container.restart_policy;
  return JsonObject{{"Name", policy.name}, {"MaximumRetryCount", std::to_string(policy.maximum_retry_count)}};
}

Json healthcheck(const Shown& shown, Time) {
  const auto& check = shown.container.healthcheck;
  if (!check) return nullptr;
  return JsonObject{
      {"test", check->test}, {"interval", check->interval}, {"retries", check->retries}, {"timeout", check->timeout}};
}

Json addresses(const Shown& shown, Time) { return addresses_view(shown); }

/// A plain member as it is; an id or a value with a name by its text.
template <auto Member>
Json plain(const Shown& shown, Time) {
  return encode(shown.container.*Member);
}
/// A text that is null while it is empty.
template <auto Member>
Json text(const Shown& shown, Time) {
  return text_or_null(shown.container.*Member);
}
template <auto Member>
Json id(const Shown& shown, Time) {
  return Json(std::string_view((shown.container.*Member).str()));
}
template <auto Member>
Json time(const Shown& shown, Time) {
  return time_or_null(shown.container.*Member);
}
/// What the user chose, else what the host saw.
template <auto Chosen, auto Seen>
Json chosen_or_seen(const Shown& shown, Time) {
  const auto& chosen = shown.container.*Chosen;
  return encode(chosen.empty() ? shown.container.*Seen : chosen);
}

using C = Container;
constexpr ContainerField table[] = {
    {"uuid", "uuid", "", id<&C::id>},
    {"user_id", "id", "", id<&C::user_id>},
    {"project_id", "id", "", id<&C::project_id>},
    {"name", "string", "", plain<&C::name>},
    {"image", "string", "", plain<&C::image>},
    {"command", "list of strings", "", chosen_or_seen<&C::command, &C::seen_command>},
    {"status", "string", "", [](const Shown& s, Time) { return Json(to_name(s.container.status)); }},
    {"status_reason", "string or null", "", text<&C::status_reason>},
    {"task_state", "string or null", "", text<&C::task_state>},
    {"cpu", "number", "", plain<&C::cpu>},
    {"memory", "string, MiB", "", [](const Shown& s, Time) { return Json(std::to_string(s.container.memory_mib)); }},
    {"environment", "object of strings", "", plain<&C::environment>},
    {"workdir", "string or null", "", text<&C::workdir>},
    {"ports", "list of integers", "", plain<&C::exposed_ports>},
    {"hostname", "string or null", "",
     [](const Shown& s, Time) {
       return text_or_null(s.container.hostname.empty() ? s.container.seen_hostname : s.container.hostname);
     }},
    {"labels", "object of strings", "", plain<&C::labels>},
    {"addresses", "object: network uuid to a list of addr, version, port, subnet_id, preserve_on_delete", "", addresses},
    {"restart_policy", "object: Name, MaximumRetryCount (string)", "", restart_policy},
    {"status_detail", "string or null", "",
     [](const Shown& s, Time now) { return text_or_null(domain::status_detail_at(s.container, now)); }},
    {"interactive", "boolean", "", plain<&C::interactive>},
    {"tty", "boolean", "", plain<&C::tty>},
    {"image_driver", "string", "", [](const Shown& s, Time) { return Json(std::string_view(s.container.image_ref.driver)); }},
    {"security_groups", "list of uuids", "", plain<&C::security_groups>},
    {"auto_remove", "boolean", "", plain<&C::auto_remove>},
    {"disk", "integer, GiB, or null", "", plain<&C::disk_gib>},
    {"auto_heal", "boolean", "", plain<&C::auto_heal>},
    {"healthcheck", "object: test, interval, retries, timeout; or null", "", healthcheck},
    {"cpu_policy", "string or null", "", plain<&C::cpu_policy>},
    {"health", "string or null; ours, not Zun's", "", text<&C::health>},
    {"restart_count", "integer; ours, not Zun's", "", plain<&C::restart_count>},
    {"registry_id", "uuid or null", "", [](const Shown& s, Time) { return text_or_null(s.container.image_ref.registry_id); }},
    {"entrypoint", "list of strings", "", chosen_or_seen<&C::entrypoint, &C::seen_entrypoint>},
    {"created_at", "time, YYYY-MM-DD HH:MM:SS", "", time<&C::created_at>},
    {"updated_at", "time or null", "", time<&C::updated_at>},
    {"image_pull_policy", "string or null", "container:get_one:image_pull_policy",
     [](const Shown& s, Time) { return text_or_null(s.container.image_ref.pull_policy); }},
    {"host", "string or null", "container:get_one:host", [](const Shown& s, Time) { return text_or_null(s.container.host.str()); }},
    {"runtime", "string or null", "container:get_one:runtime", text<&C::runtime>},
    {"privileged", "boolean", "container:get_one:privileged", plain<&C::privileged>},
};

}  // namespace

std::span<const ContainerField> container_fields() { return table; }

JsonObject container_view(const Shown& shown, const domain::Caller& who, Time now, const domain::Policy& policy) {
  JsonObject out;
  for (const ContainerField& field : table) {
    if (field.rule.empty() || policy.allows(field.rule, who)) out[field.name] = field.value(shown, now);
  }
  return out;
}

}  // namespace causeway::api::zun
