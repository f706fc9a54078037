#pragma once

#include <map>
#include <set>
#include <string>

#include "causeway/domain/ids.hpp"
#include "causeway/services/common/feed.hpp"
#include "causeway/services/common/reach/network_scope.hpp"

namespace causeway::services {

/// What the centre's feed carries to a region: pods, keys, revocations, security groups and the
/// images that other regions hold; and the networks that the region hosts
/// (records of kind "interest") or that routers join to those, with their subnets, the ports of other regions, the
/// routers, and the routers' floating IPs. Interests in these networks go along, the region's own and those of
/// others: they say which networks it hosts, and who wants to know its ports there.
class RegionInterest final : public Interest {
 public:
  explicit RegionInterest(domain::RegionName region);
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;
  std::vector<Closed> closes(const boundary::Change& change) override;

 private:
  bool is_interest(const boundary::Change& change) const;

  const domain::RegionName region_;
  NetworkScope scope_;
  bool resumed_ = false;  ///< its interests are told once
};

/// What a region's feed carries to another region, so that the two find each other while the centre is away: its own ports
/// on the networks that are of interest to the other, as far as it was told of those interests; and those networks, so that
/// the other knows on which of them a port that is not told of is none: a network that becomes of interest after the snapshot is left
/// first, and so are all ports that the other has of it from elsewhere.
class PeerInterest final : public Interest {
 public:
  PeerInterest(domain::RegionName own, domain::RegionName peer) : own_(std::move(own)), theirs_(std::move(peer)) {}
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;
  std::vector<Closed> closes(const boundary::Change& change) override;

 private:
  const domain::RegionName own_;
  RegionInterest theirs_;
  boundary::Revision snapshot_end_ = 0;
  std::vector<boundary::Select> opened_;  ///< by the change at hand
};

/// What a region's feed carries to a host: its containers, images and ports; and the networks on which it has ports, or
/// that routers join to those, with their subnets and all their ports, wherever they are (those are the forwarding
/// entries), the routers, and the routers' floating IPs; and all that of the routers whose gateway it is; and the security groups that its
/// ports name (their members are among the ports: one on a network that is not followed has no way here).
class HostInterest final : public Interest {
 public:
  HostInterest(domain::RegionName region, domain::HostName host);
  Result<void> resume(boundary::Reader& reader, boundary::Revision from) override;
  bool wants(const boundary::Change& change) override;
  std::vector<boundary::Select> opens(const boundary::Change& change) override;
  std::vector<Closed> closes(const boundary::Change& change) override;

 private:
  Result<void> resume_groups(boundary::Reader& reader, boundary::Revision from, const std::vector<boundary::Record>& ports);
  std::vector<boundary::Select> open_groups(const boundary::Record& port);
  void close_groups(const std::string& port, const std::set<std::string>& but, std::vector<Closed>& closed);

  const domain::HostName host_;
  NetworkScope scope_;
  std::map<std::string, std::set<std::string>> ports_;  ///< the host's ports by network
  std::vector<Closed> first_closed_;     ///< may be held, was lost while the subscriber was away; told before anything else
  std::map<std::string, std::set<std::string>> groups_of_;    ///< security groups by the host's ports
  std::map<std::string, std::set<std::string>> group_users_;  ///< the other way round
  std::set<std::string> unsent_groups_;  ///< of these, named by ports alone whose change is yet to come: the subscriber may lack them
  std::vector<boundary::Select> opened_groups_;               ///< by the change at hand
  std::set<std::pair<std::string, std::string>> held_;  ///< (kind, id) of records that belong to this host
};

}  // namespace causeway::services
