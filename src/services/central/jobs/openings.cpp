#include "causeway/services/central/jobs/openings.hpp"

#include <algorithm>
#include <array>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/floating_ip.hpp"

namespace causeway::services {

using boundary::By;
using domain::Job;
using domain::NetworkId;
using domain::Port;
using domain::ProjectId;
using domain::RegionName;
using Resource = std::map<std::string, std::string>;

bool Openings::concerns(std::string_view kind) {
  static constexpr std::array kinds{domain::Network::kind,       domain::Subnet::kind, Port::kind, domain::SecurityGroup::kind,
                                    domain::Router::kind,        domain::FloatingIp::kind, domain::QosPolicy::kind};
  return std::ranges::find(kinds, kind) != kinds.end();
}

Result<const std::map<RegionName, domain::PodId>*> Openings::pods() {
  if (!pods_read_) {
    TRY(const auto all, boundary::list<domain::Pod>(reader_));
    for (const auto& pod : all) {
      if (!pod.az_name.empty()) pods_.emplace(pod.region_name, pod.id);  // the centre has nothing to be told
    }
    pods_read_ = true;
  }
  return &pods_;
}

Result<Openings::Regions> Openings::hosting(const NetworkId& network) {
  if (const auto known = hosting_.find(network); known != hosting_.end()) return known->second;
  TRY(const auto interests, boundary::list<domain::Interest>(reader_, By{"network_id", network.str()}));
  Regions out;
  for (const auto& interest : interests) out.insert(interest.region);
  hosting_.emplace(network, out);
  return out;
}

Result<Openings::Regions> Openings::regions_of_project(const ProjectId& project) {
  Regions out;
  TRY(const auto networks, boundary::list<domain::Network>(reader_, By{"project_id", project.str()}));
  for (const auto& network : networks) {
    TRY(const auto regions, hosting(network.id));
    out.insert(regions.begin(), regions.end());
  }
  TRY(const auto known, pods());
  for (const auto& [region, pod] : *known) {
    if (out.contains(region)) continue;
    TRY(const auto ports, reader_.count({std::string(Port::kind), "project_region", Port::at(project.str(), region.str()), "", 1}));
    if (ports > 0) out.insert(region);
  }
  return out;
}

Result<void> Openings::add(std::vector<Job>& out, std::string_view type, const RegionName& region, const ProjectId& project, Resource resource,
                           std::vector<NetworkId> networks) {
  TRY(const auto known, pods());
  const auto pod = known->find(region);
  if (pod == known->end()) return {};
  const auto* job_type = domain::find_job_type(type);
  Job job;
  job.type = type;
  job.region = region;
  job.pod_id = pod->second;
  job.project_id = project;
  job.resource = std::move(resource);
  if (job_type != nullptr && job_type->fields[0] == "pod_id") job.resource["pod_id"] = pod->second.str();
  job.networks = std::move(networks);
  out.push_back(std::move(job));
  return {};
}

Result<void> Openings::add_for(std::vector<Job>& out, std::string_view type, const Regions& regions, const ProjectId& project,
                               const Resource& resource, const std::vector<NetworkId>& networks) {
  for (const auto& region : regions) TRY_VOID(add(out, type, region, project, resource, networks));
  return {};
}

Result<void> Openings::of_router(std::vector<Job>& out, const domain::Router& router) {
  std::map<RegionName, std::vector<NetworkId>> reached;
  for (const auto& leg : router.interfaces) {
    TRY(const auto regions, hosting(leg.network_id));
    TRY_VOID(add_for(out, "router_setup", regions, router.project_id,
                     {{"router_id", router.id.str()}, {"network_id", leg.network_id.str()}}, {leg.network_id}));
    for (const auto& region : regions) reached[region].push_back(leg.network_id);
  }
  for (const auto& gateway : router.gateways) {
    if (gateway.region.empty()) continue;
    TRY_VOID(add(out, "router_setup", gateway.region, router.project_id,
                 {{"router_id", router.id.str()}, {"network_id", gateway.network_id.str()}}, {gateway.network_id}));
  }
  if (router.routes.empty()) return {};
  for (const auto& [region, networks] : reached) {
    TRY_VOID(add(out, "configure_route", region, router.project_id, {{"router_id", router.id.str()}}, networks));
  }
  return {};
}

Result<void> Openings::of_policy(std::vector<Job>& out, const Json& body, bool erased) {
  TRY(const auto policy, decode<domain::QosPolicy>(body));
  Regions regions;
  std::vector<NetworkId> networks;
  TRY(const auto all_networks, boundary::list<domain::Network>(reader_));
  for (const auto& network : all_networks) {
    if (network.qos_policy_id != policy.id) continue;
    networks.push_back(network.id);
    TRY(const auto here, hosting(network.id));
    regions.insert(here.begin(), here.end());
  }
  TRY(const auto ports, boundary::list<Port>(reader_));
  for (const auto& port : ports) {
    if (port.qos_policy_id != policy.id) continue;
    regions.insert(port.region);
    if (std::ranges::find(networks, port.network_id) == networks.end()) networks.push_back(port.network_id);
  }
  return add_for(out, erased ? "qos_delete" : "qos_update", regions, policy.project_id, {{"policy_id", policy.id.str()}}, networks);
}

Result<void> Openings::of_port(std::vector<Job>& out, const boundary::Change& change) {
  const auto& body = change.record.body;
  const NetworkId network(text_member(body, "network_id"));
  const ProjectId project(text_member(body, "project_id"));
  TRY(auto regions, hosting(network));
  regions.erase(RegionName(text_member(body, "region")));  // it told us
  if (change.erased) return add_for(out, "port_delete", regions, project, {{"port_id", change.record.id}}, {network});
  TRY(const auto home, boundary::find<domain::Network>(reader_, network));
  return add_for(out, "shadow_port_setup", regions, home ? home->project_id : project, {{"network_id", network.str()}}, {network});
}

Result<void> Openings::of_floating_ip(std::vector<Job>& out, const Json& body) {
  TRY(const auto address, decode<domain::FloatingIp>(body));
  if (!address.router_id) return {};
  TRY(const auto router, boundary::find<domain::Router>(reader_, *address.router_id));
  return router ? of_router(out, *router) : Result<void>();
}

Result<std::vector<Job>> Openings::of(const boundary::Change& change) {
  std::vector<Job> out;
  const auto& [record, erased] = change;
  const ProjectId project(text_member(record.body, "project_id"));
  if (record.kind == domain::Network::kind && !erased) {
    TRY(const auto regions, hosting(NetworkId(record.id)));
    TRY_VOID(add_for(out, "update_network", regions, project, {{"network_id", record.id}}, {NetworkId(record.id)}));
  } else if (record.kind == domain::Subnet::kind) {
    const NetworkId network(text_member(record.body, "network_id"));
    TRY(const auto regions, hosting(network));
    TRY_VOID(add_for(out, "subnet_update", regions, project, {{"subnet_id", record.id}}, {network}));
  } else if (record.kind == Port::kind) {
    TRY_VOID(of_port(out, change));
  } else if (record.kind == domain::SecurityGroup::kind) {
    TRY(const auto regions, regions_of_project(project));
    TRY_VOID(add_for(out, "seg_rule_setup", regions, project, {{"project_id", project.str()}}, {}));
  } else if (record.kind == domain::Router::kind) {
    TRY(const auto router, decode<domain::Router>(record.body));
    TRY_VOID(of_router(out, router));
  } else if (record.kind == domain::FloatingIp::kind) {
    TRY_VOID(of_floating_ip(out, record.body));
  } else if (record.kind == domain::QosPolicy::kind) {
    TRY_VOID(of_policy(out, record.body, erased));
  }
  return out;
}

Result<std::vector<Job>> Openings::of_object(const domain::JobType& type, const Resource& resource) {
  std::vector<Job> out;
  const auto primary = resource.find(std::string(type.primary));
  if (primary == resource.end()) return out;
  std::vector<boundary::Record> records;
  if (type.name == "seg_rule_setup") {
    TRY(records, reader_.list({std::string(type.object), "project_id", primary->second, "", SIZE_MAX}));
  } else if (type.name == "shadow_port_setup") {
    TRY(records, reader_.list({"port", "network_id", primary->second, "", SIZE_MAX}));
  } else {
    TRY(auto record, reader_.find(type.object, primary->second));
    if (record) records.push_back(*std::move(record));
  }
  std::set<std::string> keys;
  for (auto& record : records) {
    TRY(auto jobs, of(boundary::Change{std::move(record), false}));
    for (auto& job : jobs) {
      const bool asked = job.type == type.name && std::ranges::all_of(resource, [&](const auto& field) {
                           const auto own = job.resource.find(field.first);
                           return own != job.resource.end() && own->second == field.second;
                         });
      if (asked && keys.insert(job.key()).second) out.push_back(std::move(job));
    }
  }
  return out;
}

}  // namespace causeway::services
