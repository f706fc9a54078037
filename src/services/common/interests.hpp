#pragma once

#include <map>
#include <set>
#include <string>

#include "causeway/domain/ids.hpp"
#include "causeway/services/common/feed.hpp"

namespace causeway::services {

/// What the centre's feed carries to a region: pods, keys, revocations and security groups; and the networks that the region hosts
/// (records of kind "interest"), with their subnets and the ports of other regions.
class RegionInterest final : public Interest {
 public:
  explicit RegionInterest(domain::RegionName region) : region_(std::move(region)) {}
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;

 private:
  const domain::RegionName region_;
  std::set<std::string> networks_;
};

/// What a region's feed carries to a host: its containers and ports; and the networks on which it has ports, with their
/// subnets and all their ports, wherever they are (those are the forwarding entries).
class HostInterest final : public Interest {
 public:
  explicit HostInterest(domain::HostName host) : host_(std::move(host)) {}
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;

 private:
  const domain::HostName host_;
  std::set<std::string> networks_;
};

}  // namespace causeway::services
