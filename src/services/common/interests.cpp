#include "causeway/services/common/interests.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace causeway::services {
namespace {

/// The records of a network, in the order in which a replica wants them.
std::vector<boundary::Select> all_of_network(const std::string& network) {
  return {{"network", "id", network, "", SIZE_MAX}, {"subnet", "network_id", network, "", SIZE_MAX}, {"port", "network_id", network, "", SIZE_MAX}};
}

bool follows_network(const boundary::Record& record, const std::set<std::string>& networks) {
  if (record.kind == "network") return networks.contains(record.id);
  return (record.kind == "subnet" || record.kind == "port") && networks.contains(text_member(record.body, "network_id"));
}

/// Every change after `from`, in order.
Result<void> each_change(boundary::Reader& reader, boundary::Revision from, const std::function<void(const boundary::Change&)>& visit) {
  constexpr std::size_t batch = 256;
  while (true) {
    TRY(const auto changes, reader.changes(from, batch));
    for (const auto& change : changes) visit(change);
    if (changes.size() < batch) return {};
    from = changes.back().record.revision;
  }
}

/// Kinds whose records belong to one host each.
constexpr std::string_view host_kinds[] = {"container", "host_image"};
bool is_of_one_host(std::string_view kind) { return std::ranges::find(host_kinds, kind) != std::end(host_kinds); }

std::set<std::string> groups_of(const boundary::Record& port) {
  std::set<std::string> out;
  const Json* groups = member(port.body, "security_groups");
  if (groups == nullptr || !groups->is_array()) return out;
  for (const auto& group : groups->get_array()) {
    if (group.is_string()) out.insert(to_std(group.get_string()));
  }
  return out;
}

bool is_mine(const boundary::Change& change, const std::string& host) {
  return !change.erased && text_member(change.record.body, "host") == host;
}

}  // namespace

Result<void> RegionInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) return {};
  TRY(const auto records, reader.list({"interest", "region", region_.str(), "", SIZE_MAX}));
  for (const auto& record : records) {
    const std::string network = text_member(record.body, "network_id");
    // one that was touched since `from` may be older, with tombstones of its network between: follow it from here on
    followed_.insert(network);
    if (record.revision <= from) opened_.insert(network);
  }
  return each_change(reader, from, [&](const boundary::Change& change) {
    const std::string network = text_member(change.record.body, "network_id");
    if (ends_interest(change) && !followed_.contains(network)) first_closed_.push_back({"network", network});
  });
}

bool RegionInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == "pod" || record.kind == "signing_key" || record.kind == "revocation" || record.kind == "security_group") return true;
  if (record.kind == "remote_image") return text_member(record.body, "region") != region_.str();
  if (record.kind == "port" && text_member(record.body, "region") == region_.str()) return false;
  return follows_network(record, followed_);
}

std::vector<boundary::Select> RegionInterest::opens(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind != "interest" || change.erased || text_member(record.body, "region") != region_.str()) return {};
  const std::string network = text_member(record.body, "network_id");
  followed_.insert(network);
  return opened_.insert(network).second ? all_of_network(network) : std::vector<boundary::Select>();
}

bool RegionInterest::ends_interest(const boundary::Change& change) const {
  return change.erased && change.record.kind == "interest" && text_member(change.record.body, "region") == region_.str();
}

std::vector<Interest::Closed> RegionInterest::closes(const boundary::Change& change) {
  auto closed = std::exchange(first_closed_, {});
  if (!ends_interest(change)) return closed;
  const std::string network = text_member(change.record.body, "network_id");
  opened_.erase(network);
  if (followed_.erase(network) > 0) closed.push_back({"network", network});
  return closed;
}

Result<void> HostInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) return {};
  TRY(const auto ports, reader.list({"port", "host", host_.str(), "", SIZE_MAX}));
  for (const auto& port : ports) {
    const std::string network = text_member(port.body, "network_id");
    ports_[network].insert(port.id);
    followed_.insert(network);
    if (port.revision <= from) opened_.insert(network);
  }
  TRY_VOID(resume_groups(reader, from, ports));
  for (const auto kind : host_kinds) {
    TRY(const auto records, reader.list({std::string(kind), "host", host_.str(), "", SIZE_MAX}));
    for (const auto& record : records) held_.insert({std::string(kind), record.id});
  }
  std::set<std::string> told;
  return each_change(reader, from, [&](const boundary::Change& change) {
    const auto& record = change.record;
    if (is_mine(change, host_.str())) return;
    if (is_of_one_host(record.kind)) first_closed_.push_back({record.kind, record.id});
    const std::string network = text_member(record.body, "network_id");
    if (record.kind == "port" && !followed_.contains(network) && told.insert(network).second) first_closed_.push_back({"network", network});
  });
}

bool HostInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (is_of_one_host(record.kind)) return text_member(record.body, "host") == host_.str();
  if (record.kind == "security_group") return group_users_.contains(record.id);
  return follows_network(record, followed_);
}

/// A port that was changed or erased since `from` may have been ours, with other groups of its project: what no port names now is closed.
Result<void> HostInterest::resume_groups(boundary::Reader& reader, boundary::Revision from, const std::vector<boundary::Record>& ports) {
  std::set<std::string> named;
  std::set<std::string> projects;
  std::set<std::string> doubtful;
  for (const auto& port : ports) {
    named.merge(groups_of(port));
    if (port.revision <= from) open_groups(port);
  }
  TRY_VOID(each_change(reader, from, [&](const boundary::Change& change) {
    if (change.record.kind == "port") projects.insert(text_member(change.record.body, "project_id"));
    if (change.record.kind == "security_group" && change.erased) doubtful.insert(change.record.id);
  }));
  for (const auto& project : projects) {
    TRY(const auto groups, reader.list({"security_group", "project_id", project, "", SIZE_MAX}));
    for (const auto& group : groups) doubtful.insert(group.id);
  }
  for (const auto& group : doubtful) {
    if (!named.contains(group)) first_closed_.push_back({"security_group", group});
  }
  return {};
}

std::vector<boundary::Select> HostInterest::open_groups(const boundary::Record& port) {
  std::vector<boundary::Select> out;
  auto& ours = groups_of_[port.id];
  for (const auto& group : groups_of(port)) {
    ours.insert(group);
    auto& users = group_users_[group];
    if (users.empty()) out.push_back({"security_group", "id", group, "", SIZE_MAX});
    users.insert(port.id);
  }
  return out;
}

void HostInterest::close_groups(const std::string& port, const std::set<std::string>& but, std::vector<Closed>& closed) {
  const auto ours = groups_of_.find(port);
  if (ours == groups_of_.end()) return;
  std::erase_if(ours->second, [&](const std::string& group) {
    if (but.contains(group)) return false;
    const auto users = group_users_.find(group);
    users->second.erase(port);
    if (users->second.empty()) {
      group_users_.erase(users);
      closed.push_back({"security_group", group});
    }
    return true;
  });
  if (ours->second.empty()) groups_of_.erase(ours);
}

std::vector<boundary::Select> HostInterest::opens(const boundary::Change& change) {
  const auto& record = change.record;
  if (!is_mine(change, host_.str())) return {};
  if (is_of_one_host(record.kind)) held_.insert({record.kind, record.id});
  if (record.kind != "port") return {};
  const std::string network = text_member(record.body, "network_id");
  ports_[network].insert(record.id);
  followed_.insert(network);
  auto out = open_groups(record);  // before the port, so that it is never without its rules
  if (opened_.insert(network).second) std::ranges::move(all_of_network(network), std::back_inserter(out));
  return out;
}

std::vector<Interest::Closed> HostInterest::closes(const boundary::Change& change) {
  auto closed = std::exchange(first_closed_, {});
  const auto& record = change.record;
  if (record.kind == "port") close_groups(record.id, is_mine(change, host_.str()) ? groups_of(record) : std::set<std::string>(), closed);
  if (is_mine(change, host_.str())) return closed;
  if (held_.erase({record.kind, record.id}) > 0) closed.push_back({record.kind, record.id});
  if (record.kind != "port") return closed;
  const std::string network = text_member(record.body, "network_id");
  const auto ours = ports_.find(network);
  if (ours == ports_.end() || ours->second.erase(record.id) == 0 || !ours->second.empty()) return closed;
  ports_.erase(ours);
  followed_.erase(network);
  opened_.erase(network);
  closed.push_back({"network", network});
  return closed;
}

}  // namespace causeway::services
