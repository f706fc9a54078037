#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/central_control.hpp"
#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/pods.hpp"
#include "causeway/services/common/kinds.hpp"
#include "causeway/services/network/local_networks.hpp"

namespace causeway::services {

/// The way to the centre as a function call that is counted and can be cut.
class DirectGateway final : public boundary::CentralGateway {
 public:
  DirectGateway(CentralControl& control, domain::RegionName region) : control_(control), region_(std::move(region)) {}
  Result<boundary::FetchedNetwork> fetch_network(const boundary::FetchRequest& request) override {
    TRY_VOID(pass());
    return control_.fetch_network(region_, request);
  }
  Result<std::vector<domain::Lease>> lease(const boundary::LeaseRequest& request) override {
    TRY_VOID(pass());
    return control_.lease(region_, request);
  }
  Result<void> return_leases(const std::vector<domain::LeaseId>& leases) override {
    TRY_VOID(pass());
    return control_.return_leases(region_, leases);
  }
  Result<std::vector<domain::Lease>> renew_leases(const std::vector<domain::LeaseId>& leases) override {
    TRY_VOID(pass());
    return control_.renew_leases(region_, leases);
  }
  Result<void> release(std::string_view kind, const std::string& id, bool in_use) override {
    TRY_VOID(pass());
    return control_.release(region_, kind, id, in_use);
  }
  Result<boundary::ClaimedPort> claim_port(const boundary::ClaimRequest& request) override {
    TRY_VOID(pass());
    auto claimed = control_.port_claims().claim(region_, request);
    if (claimed && lose_answers) return failed(Code::unavailable, "central.unreachable", "The answer was lost.");
    return claimed;
  }
  Result<void> return_port(const boundary::PortReturn& message) override {
    TRY_VOID(pass());
    TRY_VOID(control_.port_claims().give_back(region_, message));
    if (lose_answers) return failed(Code::unavailable, "central.unreachable", "The answer was lost.");
    return {};
  }
  Result<std::vector<domain::PortClaim>> claimed_ports() override {
    TRY_VOID(pass());
    return control_.port_claims().claimed_by(region_);
  }
  std::atomic<bool> lose_answers = false;  ///< of claims and returns
  std::atomic<bool> cut = false;
  std::atomic<int> calls = 0;

 private:
  Result<void> pass() {
    if (cut) return failed(Code::unavailable, "central.unreachable", "The centre does not answer.");
    ++calls;
    return {};
  }
  CentralControl& control_;
  const domain::RegionName region_;
};

inline domain::Caller a_caller(std::string project, std::vector<std::string> roles = {"member"}) {
  domain::Caller who;
  who.user_id = domain::UserId("user");
  who.project_id = domain::ProjectId(std::move(project));
  who.roles = std::move(roles);
  return who;
}

struct Centre {
  explicit Centre(CentralOptions options = {})
      : deps{store, clock, ids, domain::RegionName("CentralRegion"), options} {}
  adapters::MemoryStore store;
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  CentralDeps deps;
  CentralNetworks networks{deps};
  CentralControl control{deps};
  Pods pods{deps};

  domain::Network a_network(const domain::Caller& who, const std::string& name = "net") {
    boundary::NetworkDraft draft;
    draft.project_id = who.project_id;
    draft.name = name;
    auto made = networks.create_networks(who, {draft});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  domain::Subnet a_subnet(const domain::Caller& who, const domain::Network& network, const std::string& cidr) {
    auto made = networks.create_subnets(who, {subnet_draft(who, network, cidr)});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  static boundary::SubnetDraft subnet_draft(const domain::Caller& who, const domain::Network& network,
                                            const std::string& cidr) {
    boundary::SubnetDraft draft;
    draft.network_id = network.id;
    draft.project_id = who.project_id;
    draft.cidr = *domain::Cidr::parse(cidr);
    draft.ip_version = draft.cidr.version();
    return draft;
  }
  void a_pod(const std::string& region) {
    domain::Pod pod;
    pod.region_name = domain::RegionName(region);
    pod.az_name = "az-" + region;
    const auto made = pods.create(pod);
    EXPECT_TRUE(made) << made.error().describe();
  }
};

struct Region {
  Region(Centre& centre_of_it, const std::string& name, NetworkOptions options = {})
      : centre(centre_of_it),
        region(name),
        gateway(centre.control, region),
        networks(NetworkDeps{store, centre.clock, centre.ids, gateway, region, options, [this](auto) { return has_told(); }}) {
    centre.a_pod(name);
  }
  Centre& centre;
  domain::RegionName region;
  adapters::MemoryStore store;
  DirectGateway gateway;
  std::mutex reporting;
  bool told = true;  ///< the centre has taken what this region had to tell
  LocalNetworks networks;

  static boundary::PortDraft draft(const domain::Caller& who, const domain::NetworkId& network,
                                   const std::string& address = "") {
    boundary::PortDraft out;
    out.network_id = network;
    out.project_id = who.project_id;
    if (!address.empty())
      out.fixed_ips = std::vector<boundary::FixedIpWish>{{std::nullopt, *domain::IpAddress::parse(address)}};
    return out;
  }
  Result<domain::Port> port(const domain::Caller& who, const domain::NetworkId& network,
                            const std::string& address = "") {
    TRY(auto made, networks.create_ports(who, {draft(who, network, address)}));
    return made.front();
  }
  template <class T>
  std::vector<T> all() {
    return *boundary::view(store, [](boundary::Reader& reader) { return boundary::list<T>(reader); });
  }

  /// What the feeds do: copies what this region hosts down, and its ports up. One pass.
  void sync() {
    const auto changes =
        boundary::view(centre.store, [&](boundary::Reader& reader) -> Result<std::vector<boundary::Record>> {
          std::vector<boundary::Record> out;
          TRY(const auto interests, boundary::list<domain::Interest>(reader, boundary::By{"region", region.str()}));
          for (const auto& interest : interests) {
            for (const auto& [kind, index] :
                 {std::pair{"network", "id"}, {"subnet", "network_id"}, {"port", "network_id"}}) {
              TRY(auto records, reader.list({kind, index, interest.network_id.str(), "", SIZE_MAX}));
              for (auto& record : records) {
                if (kind != std::string("port") || text_member(record.body, "region") != region.str())
                  out.push_back(std::move(record));
              }
            }
          }
          TRY(auto groups, reader.list({"security_group", "", "", "", SIZE_MAX}));
          for (auto& group : groups) out.push_back(std::move(group));
          for (const char* kind : {"qos_policy", "network_quota"}) {
            TRY(auto others, reader.list({kind, "", "", "", SIZE_MAX}));
            for (auto& other : others) out.push_back(std::move(other));
          }
          return out;
        });
    ASSERT_TRUE(changes);
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      std::set<std::pair<std::string, std::string>> seen;
      for (const auto& record : *changes) seen.emplace(record.kind, record.id);
      for (const char* kind : {"network", "subnet", "port"}) {
        TRY(const auto mine, writer.list({kind, "", "", "", SIZE_MAX}));
        for (const auto& record : mine) {
          if (text_member(record.body, "region") == region.str() || seen.contains({record.kind, record.id})) continue;
          TRY_VOID(writer.erase(record.kind, record.id));
        }
      }
      for (const auto& record : *changes) {
        TRY(const auto known, writer.find(record.kind, record.id));
        if (!known || to_text(known->body) != to_text(record.body))
          TRY_VOID(put_replicated(writer, record.kind, record.id, record.body));
      }
      return {};
    }));
    report();
  }
  bool has_told() {
    const std::lock_guard lock(reporting);
    return told;
  }
  void set_told(bool value) {
    const std::lock_guard lock(reporting);
    told = value;
  }
  void report() {
    const std::lock_guard lock(reporting);
    const auto mine = all<domain::Port>();
    ASSERT_TRUE(centre.store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY(const auto known, boundary::list<domain::Port>(writer));
      for (const auto& port : known) {
        const bool here = std::any_of(mine.begin(), mine.end(), [&](const auto& own) { return own.id == port.id; });
        if (port.region == region && !here) TRY_VOID(boundary::erase<domain::Port>(writer, port.id));
      }
      for (const auto& port : mine) {
        if (port.region == region) TRY_VOID(boundary::put(writer, port));
      }
      return {};
    }));
  }
};

/// Runs `work` while the feeds of `regions` flow.
template <class Work>
auto with_feeds(const std::vector<Region*>& regions, Work work) {
  std::atomic<bool> done = false;
  std::thread feeds([&] {
    while (!done) {
      for (Region* region : regions) region->sync();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  auto outcome = work();
  done = true;
  feeds.join();
  return outcome;
}

template <class T>
std::string reason_of(const Result<T>& result) {
  return result ? "ok" : result.error().reason;
}

}  // namespace causeway::services
