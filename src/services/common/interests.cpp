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

}  // namespace

Result<void> RegionInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  TRY(const auto records, reader.list({"interest", "region", region_.str(), "", SIZE_MAX}));
  for (const auto& record : records) {
    if (record.revision <= from) networks_.insert(text_member(record.body, "network_id"));
  }
  return {};
}

bool RegionInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == "pod" || record.kind == "signing_key" || record.kind == "revocation" || record.kind == "security_group") return true;
  if (record.kind == "port" && text_member(record.body, "region") == region_.str()) return false;
  return follows_network(record, networks_);
}

std::vector<boundary::Select> RegionInterest::opens(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind != "interest" || text_member(record.body, "region") != region_.str()) return {};
  const std::string network = text_member(record.body, "network_id");
  if (change.erased) {
    networks_.erase(network);
    return {};
  }
  return networks_.insert(network).second ? all_of_network(network) : std::vector<boundary::Select>();
}

Result<void> HostInterest::resume(boundary::Reader& reader, boundary::Revision from) {
  TRY(const auto records, reader.list({"port", "host", host_.str(), "", SIZE_MAX}));
  for (const auto& record : records) {
    if (record.revision <= from) networks_.insert(text_member(record.body, "network_id"));
  }
  return {};
}

bool HostInterest::wants(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == "container") return text_member(record.body, "host") == host_.str();
  return follows_network(record, networks_);
}

std::vector<boundary::Select> HostInterest::opens(const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind != "port" || change.erased || text_member(record.body, "host") != host_.str()) return {};
  const std::string network = text_member(record.body, "network_id");
  return networks_.insert(network).second ? all_of_network(network) : std::vector<boundary::Select>();
}

}  // namespace causeway::services
