#pragma once

#include <map>
#include <set>
#include <string>

#include "causeway/domain/ids.hpp"
#include "causeway/services/common/feed.hpp"

namespace causeway::services {

/// What the centre's feed carries to a region: pods, keys, revocations, security groups and the
/// images that other regions hold; and the networks that the region hosts
/// (records of kind "interest"), with their subnets and the ports of other regions.
class RegionInterest final : public Interest {
 public:
  explicit RegionInterest(domain::RegionName region) : region_(std::move(region)) {}
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;
  std::vector<Closed> closes(const boundary::Change& change) override;

 private:
  bool ends_interest(const boundary::Change& change) const;

  const domain::RegionName region_;
  std::set<std::string> followed_;       ///< networks whose changes are sent
  std::set<std::string> opened_;         ///< of them, those that the subscriber has been given whole
  std::vector<Closed> first_closed_;     ///< may be held, was lost while the subscriber was away; told before anything else
};

/// What a region's feed carries to a host: its containers, images and ports; and the networks on which it has ports, with their
/// subnets and all their ports, wherever they are (those are the forwarding entries, and the members of remote groups: a member
/// on a network that is not followed has no way here); and the security groups that its ports name.
class HostInterest final : public Interest {
 public:
  explicit HostInterest(domain::HostName host) : host_(std::move(host)) {}
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;
  std::vector<Closed> closes(const boundary::Change& change) override;

 private:
  const domain::HostName host_;
  Result<void> resume_groups(boundary::Reader& reader, boundary::Revision from, const std::vector<boundary::Record>& ports);
  std::vector<boundary::Select> open_groups(const boundary::Record& port);
  void close_groups(const std::string& port, const std::set<std::string>& but, std::vector<Closed>& closed);

  std::map<std::string, std::set<std::string>> ports_;  ///< the host's ports by network
  std::set<std::string> followed_;                     ///< the networks of ports_
  std::set<std::string> opened_;                       ///< as in RegionInterest
  std::vector<Closed> first_closed_;                   ///< as in RegionInterest
  std::map<std::string, std::set<std::string>> groups_of_;    ///< security groups by the host's ports
  std::map<std::string, std::set<std::string>> group_users_;  ///< the other way round
  std::set<std::pair<std::string, std::string>> held_;  ///< (kind, id) of records that belong to this host
};

}  // namespace causeway::services
