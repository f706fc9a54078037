#include <algorithm>

#include "causeway/api/zun/views.hpp"

namespace causeway::api::zun {
namespace {

using services::CapsuleWithMembers;

constexpr int new_view_since = 32;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); }
Json time_or_null(Time time) { return time == Time{} ? Json(nullptr) : Json(std::string_view(plain_time(time))); }

JsonArray uuids_of(const std::vector<domain::Container>& members) {
  JsonArray out;
  for (const auto& member : members) out.push_back(Json(std::string_view(member.id.str())));
  return out;
}

/// As containers, with the addresses of the capsule and the ports that the template names.
JsonArray members_view(const std::vector<domain::Container>& members, const CapsuleWithMembers& shown,
                       const domain::Caller& who, Time now) {
  JsonArray out;
  for (auto member : members) {
    member.kept_ports = shown.sandbox.container.kept_ports;
    for (const auto& wanted : member.wanted_ports) {
      if (std::ranges::find(member.exposed_ports, wanted.port) == member.exposed_ports.end()) {
        member.exposed_ports.push_back(wanted.port);
      }
    }
    out.push_back(container_view({std::move(member), shown.sandbox.ports}, who, now));
  }
  return out;
}

JsonObject policy_view(const domain::RestartPolicy& policy) {
  return {{"Name", policy.name}, {"MaximumRetryCount", std::to_string(policy.maximum_retry_count)}};
}

void add_names(const CapsuleWithMembers& shown, JsonObject& out) {
  const auto& capsule = shown.capsule;
  out["name"] = text_or_null(capsule.name);
  out["labels"] = encode(capsule.labels);
  out["restart_policy"] = policy_view(capsule.restart_policy);
}

void add_legacy_names(const CapsuleWithMembers& shown, JsonObject& out) {
  const auto& capsule = shown.capsule;
  out["meta_name"] = text_or_null(capsule.name);
  out["meta_labels"] = encode(capsule.labels);
  out["restart_policy"] = capsule.restart_policy.name;
  out["volumes_info"] = JsonObject();
  out["containers_uuids"] = uuids_of(shown.containers);
  out["init_containers_uuids"] = uuids_of(shown.init_containers);
  out["capsule_version"] = "";
}

}  // namespace

JsonObject capsule_view(const CapsuleWithMembers& shown, const domain::Caller& who, Time now, int minor,
                        const domain::Policy& policy) {
  const auto& capsule = shown.capsule;
  JsonObject out{
      {"uuid", capsule.id},
      {"user_id", capsule.user_id.str()},
      {"project_id", capsule.project_id.str()},
      {"created_at", time_or_null(capsule.created_at)},
      {"updated_at", time_or_null(capsule.updated_at)},
      {"addresses", addresses_view(shown.sandbox)},
      {"status", to_name(shown.state.status)},
      {"status_reason", text_or_null(shown.state.reason)},
      {"annotations", encode(capsule.annotations)},
      {"cpu", capsule.cpu},
      {"memory", std::to_string(capsule.memory_mib)},
      {"containers", members_view(shown.containers, shown, who, now)},
      {"init_containers", members_view(shown.init_containers, shown, who, now)},
  };
  if (minor >= new_view_since) {
    add_names(shown, out);
  } else {
    add_legacy_names(shown, out);
  }
  if (policy.allows("capsule:get:host", who)) out["host"] = text_or_null(capsule.host.str());
  return out;
}

}  // namespace causeway::api::zun
