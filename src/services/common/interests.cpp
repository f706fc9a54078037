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
  if (record.kind == "remote_image") return text_member(record.body, "region") != region_.str();
  if (record.kind == "interest") return is_interest(change);
  if (record.kind == "port" && text_member(record.body, "region") == region_.str()) return false;
  return scope_.wants(change);
}

std::vector<boundary::Select> RegionInterest::opens(const boundary::Change&) {
  auto opened = scope_.take_opened();
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
  return scope_.wants(change);
}

std::vector<boundary::Select> HostInterest::opens(const boundary::Change&) { return scope_.take_opened(); }

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
    if (mine) {
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
