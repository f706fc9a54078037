#include "causeway/services/common/projects/project_move.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/capsule/capsule.hpp"
#include "causeway/domain/container/action_record.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/container/network_record.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/domain/image/image.hpp"
#include "causeway/domain/image/remote_image.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/pools/address_scope.hpp"
#include "causeway/domain/network/pools/block_hold.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"
#include "causeway/domain/network/quota/rule_usage.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/sharing/rbac_policy.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/domain/registry/registry.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/common/stored_kind.hpp"

namespace causeway::services {
namespace {

using boundary::Record;
using boundary::Writer;
using domain::SecurityGroup;

/// What belongs to projects, or says for which ones it is.
constexpr auto moved_kinds =
    stored_kinds<domain::Network, domain::Subnet, domain::Port, domain::SecurityGroup, domain::Router, domain::FloatingIp, domain::Trunk, domain::QosPolicy,
             domain::SubnetPool, domain::AddressScope, domain::RbacPolicy, domain::BlockHold, domain::NetworkQuota, domain::Container, domain::Capsule,
             domain::NetworkRecord, domain::ActionRecord, domain::ContainerQuota, domain::Registry, domain::Image, domain::RemoteImage,
             domain::HostImage>();

/// What is the identity service's, or tells what was done at the time.
constexpr std::string_view kept_kinds[] = {"project", "role_assignment", "application_credential", "user", "group", "revocation", "job"};

/// The same with another project in it; none when the first is not in it. Ids are unique, so that they mean the project wherever they stand.
std::optional<Json> renamed(const Json& value, const ProjectMove& move) {
  bool found = false;
  Json out = value;
  if (value.is_string()) {
    found = value.get_string() == move.from.str();
    if (found) out = move.to.str();
  } else if (value.is_array()) {
    JsonArray items;
    for (const auto& item : value.get_array()) {
      auto changed = renamed(item, move);
      found = found || changed;
      // shared with both is shared with one
      const bool twice = changed && changed->is_string() && std::ranges::find(value.get_array(), *changed) != value.get_array().end();
      if (!twice) items.push_back(changed ? *std::move(changed) : item);
    }
    out = std::move(items);
  } else if (value.is_object()) {
    for (auto& [name, inner] : out.get_object()) {
      if (auto changed = renamed(inner, move)) {
        inner = *std::move(changed);
        found = true;
      }
    }
  }
  return found ? std::optional(std::move(out)) : std::nullopt;
}

Result<void> check_ids(const ProjectMove& move) {
  const auto is_id = [](const std::string& text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '-'; });
  };
  for (const auto* id : {&move.from, &move.to}) {
    if (!is_id(id->str())) return failed(Code::invalid, "project.move", "'{}' is not the id of a project.", *id);
  }
  if (move.from == move.to) return failed(Code::invalid, "project.move", "{} is both who gives and who gets.", move.from);
  return {};
}

Result<void> check_volumes(Writer& writer, const domain::ProjectId& project) {
  TRY(const auto containers, boundary::list<domain::Container>(writer, boundary::By{"project_id", project.str()}));
  for (const auto& container : containers) {
    for (const auto& mount : container.mounts) {
      if (mount.type == "bind" || mount.source.empty()) continue;
      return failed(Code::conflict, "project.volumes", "Container {} has the volume '{}', which its host keeps under the id of project {}: delete it first.",
                    container.id, mount.source, project);
    }
  }
  return {};
}

Result<std::optional<SecurityGroup>> default_group(Writer& writer, const domain::ProjectId& project) {
  TRY(const auto groups, boundary::list<SecurityGroup>(writer, boundary::By{"project_id", project.str()}));
  const auto found = std::ranges::find(groups, "default", &SecurityGroup::name);
  return found == groups.end() ? std::nullopt : std::optional(*found);
}

/// A project has one default group. The one of who gives comes along, so that the other must go; it may while nothing is in it.
Result<void> make_way_for_default_group(Writer& writer, const ProjectMove& move) {
  TRY(const auto comes, default_group(writer, move.from));
  TRY(const auto goes, default_group(writer, move.to));
  if (!comes || !goes) return {};
  const auto names_it = [&](const domain::SecurityGroupId& id) { return id == goes->id; };
  TRY(const auto ports, boundary::list<domain::Port>(writer));
  const bool has_ports = std::ranges::any_of(ports, [&](const auto& port) { return std::ranges::any_of(port.security_groups, names_it); });
  TRY(const auto groups, boundary::list<SecurityGroup>(writer));
  const bool is_meant = std::ranges::any_of(groups, [&](const auto& group) {
    return group.id != goes->id && std::ranges::any_of(group.rules, [&](const auto& rule) { return rule.remote_group_id == goes->id.str(); });
  });
  if (has_ports || is_meant) {
    return failed(Code::conflict, "project.default_group",
                  "Project {} uses its own default security group {}: a project has one, and that of {} comes along. Give its ports another group first.", move.to,
                  goes->id, move.from);
  }
  TRY_VOID(writer.erase(SecurityGroup::kind, goes->id.str()));
  return {};
}

Result<void> put_moved(Writer& writer, const StoredKind& kind, const Record& record) {
  TRY(const auto indexes, kind.indexes(record.body));
  TRY_VOID(writer.put(record.kind, record.id, record.body, indexes));
  return {};
}

Result<void> move_record(Writer& writer, const StoredKind& kind, Record record, const ProjectMove& move) {
  if (record.id != move.from.str()) return put_moved(writer, kind, record);
  // what is kept under the project's id is about the project itself: what is said of the other one already counts
  TRY_VOID(writer.erase(record.kind, record.id));
  TRY(const auto present, writer.find(record.kind, move.to.str()));
  if (present) return {};
  record.id = move.to.str();
  return put_moved(writer, kind, record);
}

Result<MovedRecords> move_all(Writer& writer, const ProjectMove& move) {
  MovedRecords out;
  // what both have is counted anew when it is asked for
  for (const auto* project : {&move.from, &move.to}) TRY_VOID(writer.erase(domain::RuleUsage::kind, project->str()));
  TRY(auto changes, writer.changes(0, SIZE_MAX));
  for (auto& [record, erased] : changes) {
    if (erased || std::ranges::find(kept_kinds, record.kind) != std::end(kept_kinds)) continue;
    auto body = renamed(record.body, move);
    if (!body) continue;
    const auto kind = std::ranges::find(moved_kinds, record.kind, &StoredKind::name);
    if (kind == moved_kinds.end()) {
      return failed(Code::internal, "project.unknown_kind", "Record {} {} names project {}, and nothing is known of such records.", record.kind, record.id, move.from);
    }
    record.body = *std::move(body);
    ++out[record.kind];
    TRY_VOID(move_record(writer, *kind, std::move(record), move));
  }
  return out;
}

}  // namespace

Result<MovedRecords> move_project(boundary::Store& store, const ProjectMove& move, MoveMode mode) {
  TRY_VOID(check_ids(move));
  MovedRecords moved;
  auto done = store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(check_volumes(writer, move.from));
    TRY_VOID(make_way_for_default_group(writer, move));
    TRY(moved, move_all(writer, move));
    // an error leaves no trace
    if (mode == MoveMode::dry_run) return failed(Code::cancelled, "project.dry_run", "nothing was changed");
    return {};
  });
  if (!done && done.error().reason != "project.dry_run") return failed(std::move(done).error());
  return moved;
}

}  // namespace causeway::services
