#include "causeway/services/common/interests.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "causeway/services/common/reach/feed_changes.hpp"

namespace causeway::services {
namespace {

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

std::string network_of(const boundary::Record& record) { return text_member(record.body, "network_id"); }

void append(std::vector<Interest::Closed>& to, std::vector<Interest::Closed> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

RegionInterest::RegionInterest(domain::RegionName region)
    : region_(std::move(region)),
      scope_([this](const domain::RouterGateway& gateway) { return gateway.region == region_; }) {}

bool RegionInterest::is_interest(const boundary::Change& change) const {
  return change.record.kind == "interest" && text_member(change.record.body, "region") == region_.str();
}

Result<void> RegionInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) return {};
  TRY(const auto records, reader.list({"interest", "region", region_.str(), "", SIZE_MAX}));
  NetworkScope::Own own;
  for (const auto& record : records) {
    own.now.insert(network_of(record));
    // one that was touched since `from` may be older, with tombstones of its network between
    if (record.revision <= from) own.then.insert(network_of(record));
  }
  TRY_VOID(each_change(reader, from, [&](const boundary::Change& change) {
    if (change.erased && is_interest(change)) own.ended.insert(network_of(change.record));
  }));
  resumed_ = true;
  return scope_.resume(reader, from, own);
}

bool RegionInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == "pod" || record.kind == "signing_key" || record.kind == "revocation" || record.kind == "security_group") return true;
  if (record.kind == "qos_policy" || record.kind == "network_quota" || record.kind == "trunk" || record.kind == "subnetpool") return true;
  if (record.kind == "remote_image" || record.kind == "region_contact") return text_member(record.body, "region") != region_.str();
  if (record.kind == "interest") return is_interest(change) || scope_.has_network(network_of(record));
  if (record.kind == "port" && text_member(record.body, "region") == region_.str()) return false;
  return scope_.wants(change);
}

std::vector<boundary::Select> RegionInterest::opens(const boundary::Change&) {
  auto opened = scope_.take_opened();
  std::vector<boundary::Select> interests;
  for (const auto& select : opened) {
    if (select.kind == "network") interests.push_back({"interest", "network_id", select.value, "", SIZE_MAX});
  }
  opened.insert(opened.end(), interests.begin(), interests.end());
  // a replica from before interests were replicated lacks those that do not change any more
  if (std::exchange(resumed_, false)) opened.push_back({"interest", "region", region_.str(), "", SIZE_MAX});
  return opened;
}

std::vector<Interest::Closed> RegionInterest::closes(const boundary::Change& change) {
  if (is_interest(change) && change.erased) scope_.remove_own(network_of(change.record));
  if (is_interest(change) && !change.erased) scope_.add_own(network_of(change.record));
  scope_.see(change);
  return scope_.take_closed();
}

bool PeerInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  const bool carried = record.kind == "network" || (record.kind == "port" && text_member(record.body, "region") == own_.str());
  return carried && theirs_.wants(change);
}

Result<void> PeerInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) {
    TRY(snapshot_end_, reader.revision());
  }
  return theirs_.resume(reader, from);
}

std::vector<boundary::Select> PeerInterest::opens(const boundary::Change&) { return std::exchange(opened_, {}); }

std::vector<Interest::Closed> PeerInterest::closes(const boundary::Change& change) {
  auto closed = theirs_.closes(change);
  std::erase_if(closed, [](const Closed& record) { return record.kind != "network"; });
  opened_ = theirs_.opens(change);
  std::erase_if(opened_, [](const boundary::Select& select) { return select.kind != "port" && select.kind != "network"; });
  if (change.record.revision <= snapshot_end_) return closed;
  for (const auto& select : opened_) {
    if (select.kind == "network") closed.push_back({"network", select.value});
  }
  return closed;
}

HostInterest::HostInterest(domain::RegionName region, domain::HostName host)
    : host_(std::move(host)), scope_([this, region = std::move(region)](const domain::RouterGateway& gateway) {
        return gateway.region == region && gateway.host == host_;
      }) {}

Result<void> HostInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) return {};
  NetworkScope::Own own;
  TRY(const auto ports, reader.list({"port", "host", host_.str(), "", SIZE_MAX}));
  for (const auto& port : ports) {
    ports_[network_of(port)].insert(port.id);
    own.now.insert(network_of(port));
    if (port.revision <= from) own.then.insert(network_of(port));
  }
  TRY_VOID(resume_groups(reader, from, ports));
  for (const auto kind : host_kinds) {
    TRY(const auto records, reader.list({std::string(kind), "host", host_.str(), "", SIZE_MAX}));
    for (const auto& record : records) held_.insert({std::string(kind), record.id});
  }
  TRY_VOID(each_change(reader, from, [&](const boundary::Change& change) {
    const auto& record = change.record;
    if (is_mine(change, host_.str())) return;
    if (is_of_one_host(record.kind)) first_closed_.push_back({record.kind, record.id});
    if (record.kind == "port") own.ended.insert(network_of(record));
  }));
  return scope_.resume(reader, from, own);
}

bool HostInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (is_of_one_host(record.kind)) return text_member(record.body, "host") == host_.str();
  if (record.kind == "qos_policy") return true;
  if (record.kind == "security_group") return group_users_.contains(record.id);
  return scope_.wants(change);
}

/// A port that was changed or erased since `from` may have been ours, with other groups of its project: what no port names now is closed.
Result<void> HostInterest::resume_groups(boundary::Reader& reader, boundary::Revision from, const std::vector<boundary::Record>& ports) {
  std::set<std::string> projects;
  std::set<std::string> doubtful;
  for (const auto& port : ports) {
    if (port.revision <= from) open_groups(port);
  }
  for (const auto& port : ports) {  // may name others again before its change comes
    if (port.revision <= from) continue;
    for (const auto& group : open_groups(port)) unsent_groups_.insert(group.value);
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
    if (!group_users_.contains(group)) first_closed_.push_back({"security_group", group});
  }
  return {};
}

std::vector<boundary::Select> HostInterest::open_groups(const boundary::Record& port) {
  std::vector<boundary::Select> out;
  auto& ours = groups_of_[port.id];
  for (const auto& group : groups_of(port)) {
    ours.insert(group);
    auto& users = group_users_[group];
    if (users.empty() || unsent_groups_.erase(group) > 0) out.push_back({"security_group", "id", group, "", SIZE_MAX});
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
      unsent_groups_.erase(group);
      closed.push_back({"security_group", group});
    }
    return true;
  });
  if (ours->second.empty()) groups_of_.erase(ours);
}

std::vector<boundary::Select> HostInterest::opens(const boundary::Change&) {
  auto out = std::exchange(opened_groups_, {});  // before the port, so that it is never without its rules
  std::ranges::move(scope_.take_opened(), std::back_inserter(out));
  return out;
}

std::vector<Interest::Closed> HostInterest::closes(const boundary::Change& change) {
  auto closed = std::exchange(first_closed_, {});
  const auto& record = change.record;
  const bool mine = is_mine(change, host_.str());
  if (is_of_one_host(record.kind)) {
    if (mine) {
      held_.insert({record.kind, record.id});
    } else if (held_.erase({record.kind, record.id}) > 0) {
      closed.push_back({record.kind, record.id});
    }
  } else if (record.kind == "port") {
    const std::string network = network_of(record);
    auto& ours = ports_[network];
    close_groups(record.id, mine ? groups_of(record) : std::set<std::string>(), closed);
    if (mine) {
      opened_groups_ = open_groups(record);
      ours.insert(record.id);
      scope_.add_own(network);
    } else if (ours.erase(record.id), ours.empty()) {
      ports_.erase(network);
      scope_.remove_own(network);
    }
  } else {
    scope_.see(change);
  }
  append(closed, scope_.take_closed());
  return closed;
}

}  // namespace causeway::services
