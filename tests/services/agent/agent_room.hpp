#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_data.hpp"
#include "causeway/adapters/memory/memory_engine.hpp"
#include "causeway/adapters/memory/memory_fast_path.hpp"
#include "causeway/adapters/memory/memory_firewall.hpp"
#include "causeway/adapters/memory/memory_links.hpp"
#include "causeway/adapters/memory/memory_shaper.hpp"
#include "causeway/adapters/memory/memory_vlan_splitter.hpp"
#include "causeway/adapters/memory/memory_mounts.hpp"
#include "causeway/adapters/memory/memory_router_links.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/services/agent/agent.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::testing {

inline const domain::NetworkId net_a("aaaaaaaa-0000-4000-8000-000000000001");
inline const domain::SubnetId subnet_a("aaaaaaaa-0000-4000-8000-000000000002");
inline const domain::SubnetId subnet_b("bbbbbbbb-0000-4000-8000-00000000000b");
inline const domain::PortId port_1("11111111-0000-4000-8000-000000000001");
inline const domain::PortId port_far("22222222-0000-4000-8000-000000000002");
inline const domain::ContainerId box("cccccccc-0000-4000-8000-000000000001");
inline const std::string image_id = "dddddddd-0000-4000-8000-000000000001";

inline domain::IpAddress ip(std::string_view text) { return *domain::IpAddress::parse(text); }

/// Looks until it is so; false when the time is over.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds limit = std::chrono::milliseconds(5'000)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return condition();
}

/// A region that remembers what it was told.
class FakeRegion final : public boundary::RegionGateway {
 public:
  Result<boundary::ReportAnswer> report(const boundary::HostReport& report) override {
    std::lock_guard lock(mutex_);
    if (down_) return failed(Code::unavailable, "http.connect", "The region is away.");
    ++reports_;
    fulls_ += report.full;
    if (report.full) containers_.clear();
    host_ = report.host;
    for (const auto& container : report.containers) containers_[container.id] = container;
    for (const auto& port : report.ports) ports_[port.id] = port;
    if (report.routing) routing_ = report.routing;
    if (report.full) doubts_ = false;
    return boundary::ReportAnswer{doubts_};
  }
  /// Asks for everything until it gets it.
  void doubt() {
    std::lock_guard lock(mutex_);
    doubts_ = true;
  }
  Result<void> fetch_image(const domain::ImageId& image, std::uint64_t from, const std::function<Result<void>(std::string_view)>& piece,
                           std::stop_token) override {
    std::string data;
    std::optional<Error> breaks;
    {
      std::lock_guard lock(mutex_);
      ++fetches_;
      if (fetch_refusal_) return failed(*fetch_refusal_);
      data = image_data_.empty() ? "image sha256:" + image.str() + " archive:latest" : image_data_;
      data = data.substr(std::min<std::size_t>(from, data.size()));
      if (!fetch_breaks_.empty()) {
        data = data.substr(0, fetch_breaks_.front().first);
        breaks = fetch_breaks_.front().second;
        fetch_breaks_.pop_front();
      }
    }
    if (!data.empty()) TRY_VOID(piece(data));
    if (breaks) return failed(*std::move(breaks));
    return {};
  }
  /// The next fetches give so many bytes each, and then this.
  void break_fetches(std::deque<std::pair<std::size_t, Error>> breaks) {
    std::lock_guard lock(mutex_);
    fetch_breaks_ = std::move(breaks);
  }
  Result<void> store_image(const domain::ImageId& image, boundary::ByteSource& data, std::stop_token) override {
    {
      std::lock_guard lock(mutex_);
      ++stores_;
      if (down_) return failed(Code::unavailable, "region.unreachable", "The region is away.");
      if (refusal_) return failed(*refusal_);
      if (stored_.contains(image.str())) return {};
    }
    std::string bytes, piece(10, '\0');
    while (true) {
      TRY(const auto count, data.read(piece));
      if (count == 0) break;
      bytes.append(piece, 0, count);
    }
    std::lock_guard lock(mutex_);
    stored_[image.str()] = bytes;
    return {};
  }
  std::string stored(const std::string& image) {
    std::lock_guard lock(mutex_);
    return stored_.contains(image) ? stored_[image] : "";
  }
  int stores() {
    std::lock_guard lock(mutex_);
    return stores_;
  }
  void refuse_images(std::optional<Error> refusal) {
    std::lock_guard lock(mutex_);
    refusal_ = std::move(refusal);
  }
  void refuse_fetches(std::optional<Error> refusal) {
    std::lock_guard lock(mutex_);
    fetch_refusal_ = std::move(refusal);
  }
  std::optional<domain::ContainerReport> seen(const domain::ContainerId& id) {
    std::lock_guard lock(mutex_);
    const auto found = containers_.find(id);
    return found == containers_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<domain::PortReport> seen(const domain::PortId& id) {
    std::lock_guard lock(mutex_);
    const auto found = ports_.find(id);
    return found == ports_.end() ? std::nullopt : std::optional(found->second);
  }
  bool is(const domain::ContainerId& id, domain::ContainerStatus status) {
    const auto found = seen(id);
    return found && found->status == status && !found->gone;
  }
  void set_down(bool down) {
    std::lock_guard lock(mutex_);
    down_ = down;
  }
  void set_image_data(std::string data) {
    std::lock_guard lock(mutex_);
    image_data_ = std::move(data);
  }
  int fulls() {
    std::lock_guard lock(mutex_);
    return fulls_;
  }
  int fetches() {
    std::lock_guard lock(mutex_);
    return fetches_;
  }
  std::optional<domain::HostRouting> routing() {
    std::lock_guard lock(mutex_);
    return routing_;
  }
  domain::Host host() {
    std::lock_guard lock(mutex_);
    return host_;
  }

 private:
  std::mutex mutex_;
  bool down_ = false, doubts_ = false;
  int reports_ = 0, fulls_ = 0, fetches_ = 0;
  std::string image_data_;
  std::map<std::string, std::string> stored_;  ///< archives by image
  std::optional<Error> refusal_, fetch_refusal_;
  std::deque<std::pair<std::size_t, Error>> fetch_breaks_;
  int stores_ = 0;
  domain::Host host_;
  std::optional<domain::HostRouting> routing_;
  std::map<domain::ContainerId, domain::ContainerReport> containers_;
  std::map<domain::PortId, domain::PortReport> ports_;
};

/// A region that gives credentials of containers, and remembers what it was told of images.
class FakePulls final : public boundary::PullGateway {
 public:
  Result<domain::RegistryCredentials> credentials_for(const domain::ContainerId& container) override {
    std::lock_guard lock(mutex_);
    const auto found = passwords_.find(container);
    if (found == passwords_.end()) return failed(Code::not_found, "registry.no_credentials", "There are no credentials.");
    return domain::RegistryCredentials{"host:5000", "user", found->second};
  }
  Result<void> report_image(const domain::HostImageReport& report) override {
    std::lock_guard lock(mutex_);
    reports_[report.id] = report;
    return {};
  }
  void set_password(const domain::ContainerId& container, const std::string& password) {
    std::lock_guard lock(mutex_);
    passwords_[container] = password;
  }
  std::optional<domain::HostImageReport> seen(const domain::HostImageId& id) {
    std::lock_guard lock(mutex_);
    const auto found = reports_.find(id);
    return found == reports_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::mutex mutex_;
  std::map<domain::ContainerId, std::string> passwords_;
  std::map<domain::HostImageId, domain::HostImageReport> reports_;
};

/// A host in memory: the agent under test, an Engine that asks its driver as Docker does, and the records of one
/// network.
class AgentRoom : public ::testing::Test {
 protected:
  void SetUp() override {
    engine.on_start([this](const boundary::EngineContainerSpec& spec) { return docker_starts(spec); });
    engine.on_stop([this](const boundary::EngineContainerSpec& spec) { return docker_stops(spec); });
    start_agent();
  }
  void TearDown() override { stop_agent(); }

  /// What runs may still ask the driver, as long as it runs.
  void stop_agent() {
    if (agent) agent->stop();
    agent.reset();
  }
  void start_agent() {
    stop_agent();
    services::Agent::Options options;
    options.host = domain::HostName("h1");
    options.vtep = ip("10.200.0.1");
    options.region = domain::RegionName("R1");
    options.physical_networks = {{"external", "br-ex"}};
    options.sandbox_image = {"causeway/pause:test", "image sha256:pause archive:latest"};
    options.synced = [this] { return synced.load(); };
    options.workers = 2;
    options.resync = resync;
    options.orphan_grace = std::chrono::seconds(60);
    options.first_backoff = std::chrono::milliseconds(5);
    options.images.first_pause = std::chrono::milliseconds(5);
    options.images.from_region.first_pause = std::chrono::milliseconds(1);
    options.engine_redial = std::chrono::milliseconds(5);
    options.reports.heartbeat = std::chrono::milliseconds(50);
    options.reports.first_backoff = std::chrono::milliseconds(5);
    agent =
        std::make_unique<services::Agent>(services::Agent::Deps{store, engine, links, region, digests, clock, mounts, data, pulls, firewall, routers, shaper, vlans, nullptr, &fast_path}, options);
    ASSERT_TRUE(agent->start());
  }

  template <class T>
  void put(const T& value) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, value));
      return {};
    }));
  }
  template <class T, class Key>
  void erase(const Key& id) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::erase<T>(writer, id));
      return {};
    }));
  }

  static domain::Network a_network() {
    domain::Network network;
    network.id = net_a;
    network.vni = 1001;
    network.mtu = 1450;
    return network;
  }
  static domain::Subnet a_subnet() {
    domain::Subnet subnet;
    subnet.id = subnet_a;
    subnet.network_id = net_a;
    subnet.cidr = *domain::Cidr::parse("10.11.0.0/24");
    subnet.gateway_ip = ip("10.11.0.1");
    subnet.host_routes = {{*domain::Cidr::parse("10.77.0.0/16"), ip("10.11.0.9")},
                          {*domain::Cidr::parse("10.78.0.0/16"), ip("192.168.0.1")}};
    return subnet;
  }
  static domain::Port a_port(const domain::PortId& id, const char* host, const char* address, std::uint64_t mac) {
    domain::Port port;
    port.id = id;
    port.network_id = net_a;
    port.host = domain::HostName(host);
    port.mac_address = domain::Mac::from_number(0xfa163e000000 + mac);
    port.fixed_ips = {{subnet_a, ip(address)}};
    port.vtep = ip(std::string_view(host) == "h1" ? "10.200.0.1" : "10.200.0.2");
    if (std::string_view(host) == "h1") port.device_id = box.str();
    return port;
  }
  static domain::Container a_container() {
    domain::Container container;
    container.id = box;
    container.host = domain::HostName("h1");
    container.image_ref = {"glance", image_id, "", ""};
    container.ports = {port_1};
    container.command = {"sleep", "1000"};
    container.run = true;
    return container;
  }
  void put_records(const domain::Container& container) {
    put(a_network());
    put(a_subnet());
    put(a_port(port_1, "h1", "10.11.0.10", 0x10));
    put(container);
  }
  void put_running_container() {
    put_records(a_container());
    ASSERT_TRUE(eventually([&] { return region.is(box, domain::ContainerStatus::running); }));
  }
  domain::Container with_task(domain::Container container, domain::TaskAction action, std::string signal = "") {
    container.tasks.push_back({++container.task_seq, action, {}, std::move(signal), ""});
    return container;
  }
  bool has_link(const std::string& name) {
    const auto seen = links.observe(name);
    return seen && !seen->empty();
  }

  /// The calls that Docker makes, in its order.
  Result<void> docker_starts(const boundary::EngineContainerSpec& spec) {
    auto& driver = agent->driver();
    for (const auto& attachment : spec.attachments) {
      const std::string endpoint = "ep-" + attachment.port.str();
      const auto& subnet = attachment.network == net_a ? subnet_a : subnet_b;
      TRY(const auto address, driver.request_address(subnet.str(), attachment.ipv4->to_string(), false));
      TRY_VOID(driver.create_endpoint({endpoint, attachment.port, address, "", attachment.mac.to_string()}));
      TRY(const auto joined, driver.join(endpoint, "/run/docker/netns/" + endpoint));
      links.move_peer_away(joined.interface);
    }
    return {};
  }
  Result<void> docker_stops(const boundary::EngineContainerSpec& spec) {
    for (const auto& attachment : spec.attachments) {
      const std::string endpoint = "ep-" + attachment.port.str();
      agent->driver().leave(endpoint);
      links.return_peer(services::container_end_name(attachment.port));
      agent->driver().delete_endpoint(endpoint);
    }
    return {};
  }

  adapters::MemoryStore store;
  adapters::MemoryEngine engine;
  adapters::MemoryData data{engine};
  adapters::MemoryLinks links;
  adapters::MemoryShaper shaper;
  adapters::MemoryVlanSplitter vlans;
  adapters::MemoryFastPath fast_path;
  adapters::MemoryRouterLinks routers{links};
  adapters::ManualClock clock;
  adapters::SystemDigests digests;
  FakeRegion region;
  FakePulls pulls;
  std::atomic<bool> synced = true;
  std::chrono::milliseconds resync{50};
  adapters::MemoryVolumes volumes;
  adapters::MemoryHostFiles files;
  services::MountKeeper mounts{volumes, files};
  adapters::MemoryFirewall firewall;
  std::unique_ptr<services::Agent> agent;
};

}  // namespace causeway::testing
