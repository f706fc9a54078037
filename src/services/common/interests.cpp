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
  if (record.kind == "qos_policy" || record.kind == "network_quota") return true;
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
  if (record.kind == "qos_policy") return true;
  return follows_network(record, followed_);
}

std::vector<boundary::Select> HostInterest::opens(const boundary::Change& change) {
  const auto& record = change.record;
  if (!is_mine(change, host_.str())) return {};
  if (is_of_one_host(record.kind)) held_.insert({record.kind, record.id});
  if (record.kind != "port") return {};
  const std::string network = text_member(record.body, "network_id");
  ports_[network].insert(record.id);
  followed_.insert(network);
  return opened_.insert(network).second ? all_of_network(network) : std::vector<boundary::Select>();
}

std::vector<Interest::Closed> HostInterest::closes(const boundary::Change& change) {
  auto closed = std::exchange(first_closed_, {});
  const auto& record = change.record;
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
