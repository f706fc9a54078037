#include "causeway/services/common/interests.hpp"

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

bool is_mine(const boundary::Change& change, const std::string& host) {
  return !change.erased && text_member(change.record.body, "host") == host;
}

}  // namespace

Result<void> RegionInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) return {};
  TRY(caught_up_at_, reader.revision());
  TRY(const auto records, reader.list({"interest", "region", region_.str(), "", SIZE_MAX}));
  for (const auto& record : records) {
    const std::string network = text_member(record.body, "network_id");
    // one that was touched since `from` may be older, with tombstones of its network between: follow it from here on
    followed_.insert(network);
    if (record.revision <= from) opened_.insert(network);
  }
  return {};
}

bool RegionInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == "pod" || record.kind == "signing_key" || record.kind == "revocation" || record.kind == "security_group") return true;
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

std::vector<Interest::Closed> RegionInterest::closes(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind != "interest" || !change.erased || text_member(record.body, "region") != region_.str()) return {};
  const std::string network = text_member(record.body, "network_id");
  opened_.erase(network);
  if (followed_.erase(network) == 0 && record.revision > caught_up_at_) return {};
  return {{"network", network}};
}

Result<void> HostInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  if (from == 0) return {};
  TRY(caught_up_at_, reader.revision());
  TRY(const auto ports, reader.list({"port", "host", host_.str(), "", SIZE_MAX}));
  for (const auto& port : ports) {
    const std::string network = text_member(port.body, "network_id");
    ports_[network].insert(port.id);
    followed_.insert(network);
    if (port.revision <= from) opened_.insert(network);
  }
  TRY(const auto containers, reader.list({"container", "host", host_.str(), "", SIZE_MAX}));
  for (const auto& container : containers) containers_.insert(container.id);
  return {};
}

bool HostInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == "container") return text_member(record.body, "host") == host_.str();
  return follows_network(record, followed_);
}

std::vector<boundary::Select> HostInterest::opens(const boundary::Change& change) {
  const auto& record = change.record;
  if (!is_mine(change, host_.str())) return {};
  if (record.kind == "container") containers_.insert(record.id);
  if (record.kind != "port") return {};
  const std::string network = text_member(record.body, "network_id");
  ports_[network].insert(record.id);
  followed_.insert(network);
  return opened_.insert(network).second ? all_of_network(network) : std::vector<boundary::Select>();
}

std::vector<Interest::Closed> HostInterest::closes(const boundary::Change& change) {
  if (is_mine(change, host_.str())) return {};
  if (change.record.kind == "container") return close_container(change);
  if (change.record.kind == "port") return close_network(change);
  return {};
}

std::vector<Interest::Closed> HostInterest::close_container(const boundary::Change& change) {
  const bool held = containers_.erase(change.record.id) > 0;
  if (!held && change.record.revision > caught_up_at_) return {};
  return {{"container", change.record.id}};
}

/// A port that is not, or no longer, ours: was it our last one on its network?
std::vector<Interest::Closed> HostInterest::close_network(const boundary::Change& change) {
  const std::string network = text_member(change.record.body, "network_id");
  if (const auto ours = ports_.find(network); ours != ports_.end()) {
    ours->second.erase(change.record.id);
    if (!ours->second.empty()) return {};
    ports_.erase(ours);
    followed_.erase(network);
    opened_.erase(network);
    return {{"network", network}};
  }
  // before the subscriber dialled it may have been ours: say so once
  const bool may_be_held = change.record.revision <= caught_up_at_ && told_.insert(network).second;
  return may_be_held ? std::vector<Closed>{{"network", network}} : std::vector<Closed>();
}

}  // namespace causeway::services
