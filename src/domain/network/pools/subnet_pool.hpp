#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"
#include "causeway/domain/network/subnet.hpp"

namespace causeway::domain {

/// Prefixes out of which subnets are cut without overlap (Neutron "subnet pool"). Owned by the centre. Which parts are
/// taken is what the subnets say that name the pool: there is no second book.
struct SubnetPool {
  static constexpr std::string_view kind = "subnetpool";
  SubnetPoolId id;
  ProjectId project_id;
  std::string name;
  std::string description;
  int ip_version = 4;  ///< of all prefixes
  std::vector<Cidr> prefixes;
  int default_prefixlen = 0;  ///< 0 in a draft: as min_prefixlen
  int min_prefixlen = 0;      ///< 0 in a draft: 8 (IPv4) or 64
  int max_prefixlen = 0;      ///< 0 in a draft: 32 or 128
  std::optional<std::int64_t> default_quota;  ///< what one project may take: addresses of IPv4, /64 blocks of IPv6
  std::optional<AddressScopeId> address_scope_id;
  bool is_default = false;  ///< at most one of each IP version
  bool shared = false;
  std::vector<ProjectId> shared_with;  ///< as Network::shared_with
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using P = SubnetPool;
    return std::tuple{field("id", &P::id), field("project_id", &P::project_id), field("name", &P::name),
                      field("description", &P::description), field("ip_version", &P::ip_version),
                      field("prefixes", &P::prefixes), field("default_prefixlen", &P::default_prefixlen),
                      field("min_prefixlen", &P::min_prefixlen), field("max_prefixlen", &P::max_prefixlen),
                      field("default_quota", &P::default_quota), field("address_scope_id", &P::address_scope_id),
                      field("is_default", &P::is_default), field("shared", &P::shared),
                      field("shared_with", &P::shared_with), field("tags", &P::tags),
                      field("revision_number", &P::revision_number), field("created_at", &P::created_at),
                      field("updated_at", &P::updated_at)};
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"project_id", project_id.str()}};
    if (address_scope_id) out.push_back({"address_scope_id", address_scope_id->str()});
    if (is_default) out.push_back({"default_of", std::to_string(ip_version), true});
    return out;
  }
};

/// Fills in what a draft leaves open, sorts the prefixes and joins those that are next to each other. invalid
/// "subnetpool.mixed_versions", "subnetpool.no_prefix", "subnetpool.bad_bounds" (the lengths do not fit each other, the IP
/// version or the prefixes).
Result<SubnetPool> completed_pool(SubnetPool draft);

/// The lowest free block of this length that no subnet overlaps.
std::optional<Cidr> free_block(const SubnetPool& pool, const std::vector<Subnet>& subnets, int prefixlen);

/// May this very block be taken: of an allowed length (invalid "subnetpool.bad_length"), in the pool's prefixes and free
/// (conflict "subnetpool.not_available").
Result<void> check_block(const SubnetPool& pool, const std::vector<Subnet>& subnets, const Cidr& block);
Result<void> check_length(const SubnetPool& pool, int prefixlen);

/// What the subnets take of a quota, in its unit.
std::uint64_t quota_use(const std::vector<Cidr>& blocks);

}  // namespace causeway::domain
