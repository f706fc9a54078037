#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"

/// Who sees and who may change what at the centre. What one does not see does not exist; what one only sees cannot be
/// changed.
namespace causeway::services::central {

inline bool visible(const domain::Caller& who, const domain::Network& network) {
  return domain::sees_network(who, network);
}

template <class T>
std::unexpected<Error> absent(std::string_view what, const T& id) {
  return failed(Code::not_found, fmt::format("{}.not_found", what), "{} {} could not be found.", what, id);
}

inline std::unexpected<Error> denied(std::string_view action) {
  return failed(Code::forbidden, "policy.denied", "{} is disallowed by policy", action);
}

inline Result<domain::Network> seen_network(boundary::Reader& reader, const domain::Caller& who,
                                            const domain::NetworkId& id) {
  TRY(auto network, boundary::find<domain::Network>(reader, id));
  if (!network || !visible(who, *network)) return absent("network", id);
  return *std::move(network);
}

inline Result<domain::Subnet> seen_subnet(boundary::Reader& reader, const domain::Caller& who,
                                          const domain::SubnetId& id) {
  TRY(auto subnet, boundary::find<domain::Subnet>(reader, id));
  if (!subnet) return absent("subnet", id);
  const auto network = seen_network(reader, who, subnet->network_id);
  if (!network) return absent("subnet", id);
  return *std::move(subnet);
}

inline Result<domain::Port> seen_port(boundary::Reader& reader, const domain::Caller& who, const domain::PortId& id) {
  TRY(auto port, boundary::find<domain::Port>(reader, id));
  if (!port || !who.sees(port->project_id)) return absent("port", id);
  return *std::move(port);
}

inline Result<domain::SecurityGroup> seen_group(boundary::Reader& reader, const domain::Caller& who,
                                                const domain::SecurityGroupId& id) {
  TRY(auto group, boundary::find<domain::SecurityGroup>(reader, id));
  if (!group || !who.sees(group->project_id)) return absent("security_group", id);
  return *std::move(group);
}

template <class T>
Result<void> check_revision(const T& value, const std::optional<std::int64_t>& expected) {
  if (!expected || *expected == value.revision_number) return {};
  return failed(Code::conflict, "revision.mismatch", "Constrained to revision {}, but the current revision is {}.",
                *expected, value.revision_number);
}

/// Every change of a record of the centre goes through here, so that whoever has a copy can tell which is newer.
template <class T>
Result<void> put_changed(boundary::Writer& writer, T& value, Time now) {
  ++value.revision_number;
  value.updated_at = now;
  TRY_VOID(boundary::put(writer, value));
  return {};
}

/// Records by the most selective of `indexes` that has a value, then filtered by id and by all of them.
template <class T>
Result<std::vector<T>> list_narrowed(boundary::Reader& reader, const std::string& id,
                                     const std::vector<boundary::By>& indexes) {
  if (!id.empty()) {
    TRY(auto found, boundary::find<T>(reader, id));
    return found ? std::vector<T>{*std::move(found)} : std::vector<T>();
  }
  for (const auto& by : indexes) {
    if (!by.value.empty()) return boundary::list<T>(reader, by);
  }
  return boundary::list<T>(reader);
}

template <class T, class Keep>
std::vector<T> kept(std::vector<T> values, Keep keep) {
  std::erase_if(values, [&](const T& value) { return !keep(value); });
  return values;
}

inline bool narrows_to(const std::string& wish, const std::string& value) { return wish.empty() || wish == value; }

}  // namespace causeway::services::central
