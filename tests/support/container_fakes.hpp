#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_console.hpp"
#include "causeway/adapters/memory/memory_data.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/memory/memory_vault.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/host/host_data.hpp"
#include "causeway/boundary/host/host_gateway.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/image/image_search.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/services/containers/capsules/capsules.hpp"
#include "causeway/services/containers/consoles/consoles.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/data/commits.hpp"
#include "causeway/services/containers/data/container_data.hpp"
#include "causeway/services/containers/host_images/host_images.hpp"
#include "causeway/services/containers/hosts.hpp"
#include "causeway/services/containers/hosts/host_watch.hpp"
#include "causeway/services/containers/quotas.hpp"
#include "causeway/services/containers/registries/registries.hpp"
#include "causeway/services/containers/reports.hpp"

/// Stateful stand-ins for what the container service asks of others, and a whole region of it over a memory store.
namespace causeway::test {

/// A network service whose ports are records of the store, so that they roll back with the caller's transaction.
class FakeContainerNetwork final : public boundary::ContainerNetwork {
 public:
  std::map<std::string, std::string> networks{{"net1", "net1-id"}, {"net2", "net2-id"}};  ///< name -> id
  std::map<std::string, std::string> port_networks;  ///< of ports that exist, where it is not net1
  std::map<std::string, std::string> groups{{"default", "sg-default"}, {"web", "sg-web"}};
  std::size_t leased = 100;     ///< addresses that the region holds of each network
  std::size_t refill_step = 2;  ///< what the centre gives for one refill; 0 = it has none
  int refills = 0;
  std::optional<Error> attach_fault;
  std::map<domain::PortId, std::pair<bool, bool>> seen;  ///< ready, plugged

  Result<std::vector<boundary::ResolvedNet>> resolve(const domain::Caller&,
                                                     const std::vector<boundary::NetWish>& wishes) override {
    if (wishes.empty()) return std::vector{boundary::ResolvedNet{domain::NetworkId("net1-id"), std::nullopt, {}}};
    std::vector<boundary::ResolvedNet> out;
    for (const auto& wish : wishes) {
      boundary::ResolvedNet net;
      if (!wish.port.empty()) {
        const auto on = port_networks.find(wish.port);
        net = {domain::NetworkId(on == port_networks.end() ? "net1-id" : on->second), domain::PortId(wish.port), {}};
      } else if (const auto known = networks.find(wish.network); known != networks.end()) {
        net.network_id = domain::NetworkId(known->second);
        if (wish.fixed_ip_v4) net.fixed_ips.push_back(*wish.fixed_ip_v4);
      } else {
        return failed(Code::not_found, "network.not_found", "Network {} could not be found.", wish.network);
      }
      out.push_back(std::move(net));
    }
    return out;
  }

  Result<std::vector<domain::SecurityGroupId>> resolve_groups(const domain::Caller&,
                                                              const std::vector<std::string>& names) override {
    std::set<domain::SecurityGroupId> out;
    for (const auto& name : names) {
      if (!groups.contains(name))
        return failed(Code::not_found, "security_group.not_found", "Security group {} could not be found.", name);
      out.emplace(groups.at(name));
    }
    return std::vector(out.begin(), out.end());
  }

  Result<domain::Port> attach(boundary::Writer& writer, const domain::Caller& who, const boundary::ResolvedNet& net,
                              const std::string& container_id, const boundary::Binding& binding,
                              const std::vector<domain::SecurityGroupId>& sgs) override {
    if (attach_fault) return failed(*attach_fault);
    TRY(const auto used, boundary::list<domain::Port>(writer, boundary::By{"network_id", net.network_id.str()}));
    domain::Port port;
    if (net.port_id) {
      TRY(port, boundary::get<domain::Port>(writer, *net.port_id));
      if (!port.device_id.empty()) return failed(Code::invalid, "port.in_use", "Port {} is in use.", port.id);
    } else {
      if (used.size() >= leased)
        return failed(Code::exhausted, "ipam.pool_exhausted", "No address is free in network {}.", net.network_id);
      std::uint32_t number = 0x0a000002;
      const auto taken = [&](std::uint32_t n) {
        return std::any_of(used.begin(), used.end(),
                           [&](const auto& p) { return p.fixed_ips.front().ip_address == domain::IpAddress::v4(n); });
      };
      while (taken(number)) ++number;
      port.id = domain::PortId(fmt::format("port-{}-{}", net.network_id, number));
      port.network_id = net.network_id;
      port.project_id = who.project_id;
      port.mac_address = domain::Mac::from_number(0xfa163e000000 + number);
      port.fixed_ips = {{domain::SubnetId(net.network_id.str() + "-subnet"), domain::IpAddress::v4(number)}};
    }
    port.device_id = container_id;
    port.host = binding.host;
    port.vtep = binding.vtep;
    port.security_groups = sgs;
    port.status = domain::PortStatus::build;
    TRY_VOID(boundary::put(writer, port));
    return port;
  }

  Result<void> detach_all(boundary::Writer& writer, const std::string& container_id,
                          const std::vector<domain::PortId>& kept) override {
    TRY(const auto ports, boundary::list<domain::Port>(writer, boundary::By{"device_id", container_id}));
    for (auto port : ports) {
      if (std::find(kept.begin(), kept.end(), port.id) == kept.end()) {
        TRY_VOID(boundary::erase<domain::Port>(writer, port.id));
      } else {
        port.device_id.clear();
        port.host = {};
        TRY_VOID(boundary::put(writer, port));
      }
    }
    return {};
  }

  Result<void> detach_one(boundary::Writer& writer, const domain::PortId& id, boundary::PortFate fate) override {
    TRY(auto port, boundary::find<domain::Port>(writer, id));
    if (!port) return {};
    if (fate == boundary::PortFate::erased) {
      TRY_VOID(boundary::erase<domain::Port>(writer, id));
      return {};
    }
    port->device_id.clear();
    port->host = {};
    TRY_VOID(boundary::put(writer, *port));
    return {};
  }

  Result<std::optional<domain::PortId>> attached_port(boundary::Reader& reader, const std::string& container_id,
                                                      const boundary::NetWish& wish) override {
    TRY(const auto ports, boundary::list<domain::Port>(reader, boundary::By{"device_id", container_id}));
    for (const auto& port : ports) {
      const auto named = networks.find(wish.network);
      const auto network = named != networks.end() ? named->second : wish.network;
      if (port.id.str() == wish.port || (!network.empty() && port.network_id.str() == network)) return port.id;
    }
    return std::nullopt;
  }

  Result<void> change_group(boundary::Writer& writer, const domain::PortId& id, const domain::SecurityGroupId& group,
                            boundary::GroupChange change) override {
    TRY(auto port, boundary::get<domain::Port>(writer, id));
    std::erase(port.security_groups, group);
    if (change == boundary::GroupChange::add) port.security_groups.push_back(group);
    TRY_VOID(boundary::put(writer, port));
    return {};
  }

  Result<void> refill(const boundary::ResolvedNet& net) override {
    ++refills;
    if (refill_step == 0)
      return failed(Code::exhausted, "ipam.pool_exhausted", "No address is left in network {}.", net.network_id);
    leased += refill_step;
    return {};
  }

  Result<void> observed(boundary::Writer&, const domain::PortId& port, bool ready, bool plugged) override {
    seen[port] = {ready, plugged};
    return {};
  }
};

class FakeImageCatalog final : public boundary::ImageCatalog, public boundary::ImageSearch {
 public:
  std::set<std::string> images{"nginx"};
  Result<domain::ImageRef> resolve(const domain::Caller&, const std::string& name) override {
    if (!images.contains(name)) return failed(Code::not_found, "image.not_found", "Image {} could not be found.", name);
    return domain::ImageRef{"glance", name + "-id", "md5", ""};
  }
  /// Images made of containers: name:tag by id; those that got their data.
  std::map<domain::ImageId, std::string> committed;
  std::set<domain::ImageId> filled;
  std::optional<Error> commit_trouble;  ///< of the next begin_commit
  Result<boundary::CommitImage> prepare_commit(const domain::Caller& who, const std::string& name, const std::string& tag) override {
    const domain::ImageId id(fmt::format("image-{}", ++prepared));
    committed[id] = fmt::format("{}:{} of {}", name, tag, who.project_id);
    return boundary::CommitImage{id, name, tag};
  }
  Result<void> begin_commit(boundary::Writer&, const domain::Caller&, const boundary::CommitImage&) override {
    if (auto trouble = std::exchange(commit_trouble, std::nullopt)) return failed(*std::move(trouble));
    return {};
  }
  int prepared = 0;
  Result<void> end_commit(boundary::Writer&, const domain::ImageId& id) override {
    if (!filled.contains(id)) committed.erase(id);
    return {};
  }
  Result<std::vector<domain::Image>> search(const domain::Caller&, const std::string& name,
                                            boundary::NameMatch match) override {
    std::vector<domain::Image> out;
    for (const auto& each : images) {
      if (match == boundary::NameMatch::exact ? each != name : each.find(name) == std::string::npos) continue;
      domain::Image image;
      image.id = domain::ImageId(each + "-id");
      image.name = each;
      out.push_back(std::move(image));
    }
    return out;
  }
};

/// Hosts that answer out of a text per container, and can be told to fail.
class FakeHostGateway final : public boundary::HostGateway {
 public:
  std::optional<Error> fault;
  std::vector<std::string> last_command;
  Result<boundary::ExecResult> execute(const domain::Host&, const domain::ContainerId&,
                                       const std::vector<std::string>& command, std::chrono::seconds) override {
    if (fault) return failed(*fault);
    last_command = command;
    return boundary::ExecResult{"ran", 3};
  }
};

/// The inside of containers, the same on every host; can be told to fail, and how a source breaks off.
class FakeHostData final : public boundary::HostData {
 public:
  std::optional<Error> fault;
  std::string log, tar;                  ///< what there is
  std::size_t breaks_at = SIZE_MAX;      ///< of every source
  std::size_t piece = SIZE_MAX;          ///< how it comes
  boundary::ContainerStats values{1'000'000, 8'000'000, 3 << 19, 6 << 20, 10, 20, 30, 40};
  boundary::LogQuery last_query;
  std::string last_path, last_ps_args, last_host, unpacked;
  std::optional<std::uint64_t> announced;  ///< length of the last upload
  int puts = 0;
  std::function<void()> meanwhile;  ///< called in the middle of an upload

  Result<std::unique_ptr<boundary::ByteSource>> logs(const domain::Host& host, const domain::ContainerId&,
                                                     const boundary::LogQuery& query, std::stop_token) override {
    if (fault) return failed(*fault);
    last_host = host.id.str();
    last_query = query;
    return std::make_unique<adapters::TextSource>(log, piece, breaks_at);
  }
  Result<boundary::ContainerStats> stats(const domain::Host&, const domain::ContainerId&) override {
    if (fault) return failed(*fault);
    return values;
  }
  Result<boundary::ProcessTable> top(const domain::Host&, const domain::ContainerId&,
                                     const std::string& ps_args) override {
    if (fault) return failed(*fault);
    last_ps_args = ps_args;
    return boundary::ProcessTable{{"PID", "CMD"}, {{"1", "sleep 100"}}};
  }
  Result<boundary::PathArchive> get_archive(const domain::Host&, const domain::ContainerId&,
                                            const std::string& path) override {
    if (fault) return failed(*fault);
    last_path = path;
    return boundary::PathArchive{{"f", 5, 420, "2026-01-02T03:04:05Z", ""},
                                 std::make_unique<adapters::TextSource>(tar, piece, breaks_at)};
  }
  Result<void> put_archive(const domain::Host&, const domain::ContainerId&, const std::string& path,
                           boundary::ByteSource& data) override {
    ++puts;
    if (meanwhile) meanwhile();
    if (fault) return failed(*fault);
    last_path = path;
    announced = data.length();
    unpacked.clear();
    std::string buffer(4096, '\0');
    while (true) {
      TRY(const auto count, data.read(buffer));
      if (count == 0) return {};
      unpacked.append(buffer, 0, count);
    }
  }
};

/// Consoles of all hosts in one, reached without a wire.
class DirectHostConsoles final : public boundary::HostConsoles {
 public:
  adapters::MemoryConsole console;
  std::optional<Error> fault;
  Result<std::unique_ptr<async::Duplex>> attach(const domain::Host&, const domain::ContainerId& id) override {
    if (fault) return failed(*fault);
    return console.attach(id);
  }
  Result<std::string> create_exec(const domain::Host&, const domain::ContainerId& id,
                                  const domain::ExecSpec& spec) override {
    if (fault) return failed(*fault);
    return console.create_exec(id, spec);
  }
  Result<std::unique_ptr<async::Duplex>> start_exec(const domain::Host&, const domain::ContainerId& id,
                                                    const std::string& exec) override {
    if (fault) return failed(*fault);
    return console.start_exec(id, exec);
  }
  Result<void> resize(const domain::Host&, const domain::ContainerId& id, const domain::TerminalSize& size) override {
    if (fault) return failed(*fault);
    return console.resize(id, size);
  }
  Result<void> resize_exec(const domain::Host&, const domain::ContainerId& id, const std::string& exec,
                           const domain::TerminalSize& size) override {
    if (fault) return failed(*fault);
    return console.resize_exec(id, exec, size);
  }
};

/// Hosts that found what a test says.
class FakeHostSearch final : public boundary::HostImageSearch {
 public:
  std::vector<boundary::FoundImage> found;
  std::optional<Error> fault;
  std::string last_term, last_host;
  Result<std::vector<boundary::FoundImage>> search(const domain::Host& host, const std::string& term) override {
    if (fault) return failed(*fault);
    last_host = host.id.str();
    last_term = term;
    return found;
  }
};

inline domain::Caller a_caller(std::string project, std::vector<std::string> roles = {"member"}) {
  domain::Caller caller;
  caller.user_id = domain::UserId("user-of-" + project);
  caller.project_id = domain::ProjectId(std::move(project));
  caller.roles = std::move(roles);
  return caller;
}

/// A region: the service on memory adapters, and shorthands for what its hosts would do.
struct ContainerRegion {
  static services::ContainersOptions with_names(std::string scope) {
    services::ContainersOptions options;
    options.unique_name_scope = std::move(scope);
    return options;
  }
  explicit ContainerRegion(std::string unique_name_scope = "") : options(with_names(std::move(unique_name_scope))) {}

  adapters::MemoryStore store;
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  FakeContainerNetwork network;
  FakeImageCatalog images;
  FakeHostGateway gateway;
  services::ContainersOptions options;
  services::Containers containers{
      {store, clock, ids, network, images, gateway, domain::RegionName("RegionOne"), options}};
  FakeHostData host_data;
  services::ContainerData data{store, host_data};
  services::Commits commits{{store, clock, images}};
  services::Capsules capsules{{store, clock, ids, network, images, options}};
  services::HostLiveness liveness{clock};
  services::Hosts hosts{{store, clock, network, liveness, options}};
  services::Reports reports{{store, clock, ids, network, images, liveness, domain::RegionName("RegionOne"), options}};
  services::HostWatch watch{{store, clock, network, liveness}, {options.down_after}};
  services::Quotas quotas{store, options};
  adapters::SystemDigests digests;
  DirectHostConsoles host_consoles;
  services::Consoles consoles{
      {store, clock, ids, digests, host_consoles, {.base_url = "ws://region-one:6784/", .max_grants = 3}}};
  adapters::MemoryVault vault;
  services::Registries registries{store, vault, clock, ids};
  FakeHostSearch host_search;
  services::HostImages host_images{{store, images, host_search, clock, ids, options}};
  domain::Caller alice = a_caller("p1"), bob = a_caller("p2"), admin = a_caller("p0", {"admin"});

  boundary::HostReport report_of(const std::string& host) {
    boundary::HostReport report;
    report.host.id = domain::HostName(host);
    report.host.vtep = domain::IpAddress::v4(0xc0a80001);
    report.host.cpus = 4;
    report.host.memory_mib = 8192;
    report.host.disk_gib = 100;
    report.host.runtimes = {"runc"};
    return report;
  }
  Result<void> heartbeat(const std::string& host) {
    TRY_VOID(reports.apply(domain::HostName(host), report_of(host)));
    return {};
  }
  Result<void> report(const std::string& host, domain::ContainerReport seen) {
    auto report = report_of(host);
    report.containers.push_back(std::move(seen));
    TRY_VOID(reports.apply(domain::HostName(host), report));
    return {};
  }
  /// The container's own host says that it is in `status`, all tasks done.
  Result<void> becomes(const domain::ContainerId& id, domain::ContainerStatus status, bool gone = false) {
    TRY(const auto container,
        boundary::view(store, [&](boundary::Reader& r) { return boundary::get<domain::Container>(r, id); }));
    domain::ContainerReport seen;
    seen.id = id;
    seen.status = status;
    seen.gone = gone;
    seen.task_done = container.task_seq;
    seen.engine_id = "engine";
    seen.started_at = clock.now();
    return report(container.host.str(), seen);
  }
  std::vector<domain::Port> ports() {
    return boundary::view(store, [](boundary::Reader& r) { return boundary::list<domain::Port>(r); }).value();
  }
};

}  // namespace causeway::test
