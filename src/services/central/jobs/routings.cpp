#include "causeway/services/central/jobs/routings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/router.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;

namespace {

/// FNV-1a, cut to what every JSON reader holds exactly.
std::int64_t number_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ std::uint8_t(c)) * 0x100000001b3;
  return std::int64_t((hash ^ (hash >> 53)) & ((1ULL << 53) - 1)) | 1;
}

class Table {
 public:
  explicit Table(Reader& reader) : reader_(reader) {}

  Result<std::vector<Routing>> rows() {
    TRY(const auto pods, boundary::list<domain::Pod>(reader_));
    for (const auto& pod : pods) pods_[pod.region_name] = pod.id;
    TRY(const auto interests, boundary::list<domain::Interest>(reader_));
    for (const auto& interest : interests) TRY_VOID(add_network(interest));
    TRY(const auto ports, boundary::list<domain::Port>(reader_));
    for (const auto& port : ports) TRY_VOID(add_port(port));
    std::ranges::sort(rows_, std::ranges::greater(), &Routing::id);
    return std::move(rows_);
  }

 private:
  template <class T>
  void add(const domain::RegionName& region, const T& object) {
    const auto pod = pods_.find(region);
    if (pod == pods_.end()) return;
    const auto key = fmt::format("{}/{}/{}", T::kind, object.id, pod->second);
    if (!seen_.insert(key).second) return;
    rows_.push_back({number_of(key), object.id.str(), object.id.str(), pod->second, object.project_id, std::string(T::kind),
                     object.created_at, object.updated_at});
  }

  Result<void> add_policy(const domain::RegionName& region, const std::optional<domain::QosPolicyId>& id) {
    if (!id) return {};
    TRY(const auto policy, boundary::find<domain::QosPolicy>(reader_, *id));
    if (policy) add(region, *policy);
    return {};
  }

  Result<void> add_network(const domain::Interest& interest) {
    TRY(const auto network, boundary::find<domain::Network>(reader_, interest.network_id));
    if (!network) return {};
    add(interest.region, *network);
    const By on_network{"network_id", network->id.str()};
    TRY(const auto subnets, boundary::list<domain::Subnet>(reader_, on_network));
    for (const auto& subnet : subnets) add(interest.region, subnet);
    TRY(const auto routers, boundary::list<domain::Router>(reader_, on_network));
    for (const auto& router : routers) add(interest.region, router);
    return add_policy(interest.region, network->qos_policy_id);
  }

  Result<void> add_port(const domain::Port& port) {
    add(port.region, port);
    for (const auto& id : port.security_groups) {
      TRY(const auto group, boundary::find<domain::SecurityGroup>(reader_, id));
      if (group) add(port.region, *group);
    }
    return add_policy(port.region, port.qos_policy_id);
  }

  Reader& reader_;
  std::map<domain::RegionName, domain::PodId> pods_;
  std::set<std::string> seen_;
  std::vector<Routing> rows_;
};

}  // namespace

Result<std::vector<Routing>> Routings::list() {
  return boundary::view(store_, [](Reader& reader) { return Table(reader).rows(); });
}

Result<Routing> Routings::get(std::int64_t id) {
  TRY(const auto rows, list());
  const auto found = std::ranges::find(rows, id, &Routing::id);
  if (found == rows.end()) return failed(Code::not_found, "routing.not_found", "Resource Routing not found");
  return *found;
}

}  // namespace causeway::services
