#include <cstdlib>

#include "causeway/adapters/docker/docker_console.hpp"
#include "causeway/adapters/docker/docker_data.hpp"
#include "causeway/adapters/docker/docker_engine.hpp"
#include "causeway/adapters/docker/docker_networks.hpp"
#include "causeway/adapters/dns/sandbox_name_server.hpp"
#include "causeway/adapters/fast_path/bpf_fast_path.hpp"
#include "causeway/adapters/docker/docker_volumes.hpp"
#include "causeway/adapters/netlink/netlink_links.hpp"
#include "causeway/adapters/netlink/shaping/netlink_shaper.hpp"
#include "causeway/adapters/netlink/vlans/netlink_vlan_splitter.hpp"
#include "causeway/adapters/nftables/nft_firewall.hpp"
#include "causeway/adapters/netlink/routers/netlink_router_links.hpp"
#include "causeway/adapters/region_http/direct_gateways.hpp"
#include "causeway/adapters/region_http/feeds.hpp"
#include "causeway/adapters/region_http/gateways.hpp"
#include "causeway/adapters/region_http/pull_gateway.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/adapters/system/file_host_files.hpp"
#include "causeway/adapters/system/sandbox_image.hpp"
#include "causeway/api/driver/driver_api.hpp"
#include "causeway/api/host/host_api.hpp"
#include "causeway/api/host/host_console_api.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/contract/control.hpp"
#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/services/agent/agent.hpp"
#include "causeway/services/common/replica.hpp"
#include "causeway/services/common/subscription.hpp"

namespace causeway::app {
namespace {

using namespace std::chrono_literals;

/// Logs that are followed at the same time.
constexpr std::size_t max_followers = 128;

/// A host: desired state comes down the region's feed into the replica; the agent makes Docker and the kernel match; what it
/// sees goes up as reports. Docker asks the driver; the region asks the host API.
///
///   region --feed--> Subscription --> Replica --> store --> Agent --> DockerEngine, NetlinkLinks
///   region <-------- HttpRegionGateway <-- reports -----------+ ^
///   dockerd --plugin socket--> driver API --------------------+-+
class AgentRole final : public Role {
 public:
  explicit AgentRole(const Config& config) : process_(config) {}

  Result<void> start() override {
    const Config& config = process_.config();
    TRY_VOID(process_.open_state(1));
    TRY(const auto vtep, domain::IpAddress::parse(config.vtep));
    TRY(const auto uuid, host_uuid());
    TRY(links_, adapters::NetlinkLinks::open());
    TRY(shaper_, adapters::NetlinkShaper::open());
    TRY(vlans_, adapters::NetlinkVlanSplitter::open());
    TRY(firewall_, adapters::NftFirewall::open());
    TRY(router_links_, adapters::NetlinkRouterLinks::open(config.namespaces_dir));
    TRY_VOID(open_fast_path(config));
    engine_ = std::make_unique<adapters::DockerEngine>(config.docker_socket);
    volumes_ = std::make_unique<adapters::DockerVolumes>(config.docker_socket);
    files_ = std::make_unique<adapters::FileHostFiles>(config.state_dir + "/files");
    mounts_ = std::make_unique<services::MountKeeper>(*volumes_, *files_);
    TRY(name_server_, adapters::SandboxNameServer::open({}));
    data_ = std::make_unique<adapters::DockerData>(config.docker_socket);
    console_ = std::make_unique<adapters::DockerConsole>(config.docker_socket);

    TRY(auto endpoint, http::Endpoint::parse(config.region_control_url));
    endpoint.tls = http::ClientTls{config.tls_ca_file, config.tls_certificate_file, config.tls_key_file, ""};
    control_ = std::make_unique<adapters::ControlClient>("region " + config.region, std::move(endpoint));
    region_ = std::make_unique<adapters::HttpRegionGateway>(*control_);
    pull_gateway_ = std::make_unique<adapters::HttpPullGateway>(*control_);
    source_ = std::make_unique<adapters::HttpFeedSource>(*control_, 15s);
    // everything of these kinds here is a copy: a host owns nothing
    replica_ = std::make_unique<services::Replica>(process_.store(), "region", std::vector<std::string>{"container", "host_image", "network", "subnet", "port", "router", "floatingip", "security_group", "qos_policy"},
                                                   [](std::string_view, const Json&) { return true; });

    const std::string api_host = config.host_api_address.empty() ? config.vtep : config.host_api_address;
    services::Agent::Options options;
    options.host = domain::HostName(config.host);
    options.region = domain::RegionName(config.region);
    options.uuid = uuid;
    options.vtep = vtep;
    options.api_address = fmt::format("{}:{}", api_host, config.host_api_port);
    options.cpu_pinning = config.cpu_pinning != 0;
    options.physical_networks = config.physical_bridges();
    options.sandbox_image = adapters::sandbox_image();
    options.synced = [this] { return replica_->synced(); };
    direct_ = std::make_unique<adapters::HttpDirectNetworks>(*control_);
    options.driver.direct = direct_.get();
    options.driver.store = &process_.store();
    networks_ = std::make_unique<adapters::DockerNetworks>(config.docker_socket);
    options.driver.networks = networks_.get();
    options.driver.forgotten_after = std::chrono::seconds(config.forgotten_after_seconds);
    agent_ = std::make_unique<services::Agent>(
        services::Agent::Deps{process_.store(), *engine_, *links_, *region_, digests_, process_.clock(), *mounts_, *data_, *pull_gateway_, *firewall_, *router_links_, *shaper_, *vlans_, name_server_.get(), fast_path_.get()},
        options);
    replica_->on_applied([this](const services::Replica::Position& position) { agent_->replica_at(position.store_id, position.cursor); });
    TRY_VOID(agent_->start());
    TRY_VOID(serve(config, api_host));
    subscription_ = std::make_unique<services::Subscription>(*source_, *replica_, services::Subscription::Options{"feed from region " + config.region},
                                                             [this](bool connected) {
                                                               if (connected) agent_->connected();
                                                             });
    process_.start_housekeeping(0);  // nobody subscribes to a host
    subscription_->start();
    return {};
  }

  void stop() override {
    if (subscription_) subscription_->stop();
    followers_.stop();
    process_.stop_serving();
    if (agent_) agent_->stop();
    name_server_.reset();  // its thread asks the agent
  }

 private:
  /// A host that cannot works all the same.
  Result<void> open_fast_path(const Config& config) {
    const auto in_use = metrics::gauge("causeway_fast_path", "1 while established flows take the short cut on this host");
    in_use.set(0);
    if (config.fast_path == 0) return adapters::BpfFastPath::take_off_all();
    auto opened = adapters::BpfFastPath::open({});
    if (opened) {
      fast_path_ = *std::move(opened);
      in_use.set(1);
    } else {
      log::warn("every packet goes the slow path: {}", opened.error().describe());
    }
    return {};
  }

  Result<void> serve(const Config& config, const std::string& api_host) {
    http::Listen plugin;
    // the socket outlives this process: systemd, or the dev supervisor, holds it and hands it over as descriptor 3
    if (std::getenv("LISTEN_FDS") != nullptr) {
      plugin.inherited_fd = 3;
    } else {
      plugin.unix_path = config.driver_socket;
    }
    std::vector<api::Mount> driver;
    driver.push_back(api::driver_mount(agent_->driver()));
    TRY_VOID(process_.serve_unix(std::move(plugin), std::move(driver)));
    host_api_ = std::make_unique<api::HostApi>(api::HostApi{*agent_, *data_, followers_, contract::region_common_name(config.region)});
    console_api_ = std::make_unique<api::HostConsoleApi>(api::HostConsoleApi{*console_, host_api_->region_name});
    api::Mount mount = api::host_mount(*host_api_);
    api::bind_host_console_routes(mount.routes, *console_api_);
    std::vector<Listener> listeners;
    listeners.push_back({api_host, std::uint16_t(config.host_api_port), {std::move(mount)}, nullptr, true});
    return process_.serve(std::move(listeners), {});
  }

  /// Made once, kept in the agent's state.
  Result<std::string> host_uuid() {
    return boundary::transact(process_.store(), [&](boundary::Writer& writer) -> Result<std::string> {
      TRY(const auto known, writer.find("agent_identity", "host"));
      if (known) return text_member(known->body, "uuid");
      const std::string uuid = process_.ids().uuid();
      TRY_VOID(writer.put("agent_identity", "host", JsonObject{{"uuid", uuid}}, {}));
      return uuid;
    });
  }

  ServiceProcess process_;
  adapters::SystemDigests digests_;
  std::unique_ptr<adapters::NetlinkLinks> links_;
  std::unique_ptr<adapters::NetlinkShaper> shaper_;
  std::unique_ptr<adapters::NetlinkVlanSplitter> vlans_;
  std::unique_ptr<adapters::NftFirewall> firewall_;
  std::unique_ptr<adapters::BpfFastPath> fast_path_;
  std::unique_ptr<adapters::NetlinkRouterLinks> router_links_;
  std::unique_ptr<adapters::DockerEngine> engine_;
  std::unique_ptr<adapters::DockerVolumes> volumes_;
  std::unique_ptr<adapters::FileHostFiles> files_;
  std::unique_ptr<services::MountKeeper> mounts_;
  std::unique_ptr<adapters::DockerData> data_;
  std::unique_ptr<adapters::ControlClient> control_;
  std::unique_ptr<adapters::HttpRegionGateway> region_;
  std::unique_ptr<adapters::HttpPullGateway> pull_gateway_;
  std::unique_ptr<adapters::HttpFeedSource> source_;
  std::unique_ptr<services::Replica> replica_;
  std::unique_ptr<adapters::HttpDirectNetworks> direct_;
  std::unique_ptr<adapters::DockerNetworks> networks_;
  std::unique_ptr<services::Agent> agent_;
  std::unique_ptr<adapters::SandboxNameServer> name_server_;
  api::StreamPumps followers_{max_followers, max_followers};
  std::unique_ptr<adapters::DockerConsole> console_;
  std::unique_ptr<api::HostApi> host_api_;
  std::unique_ptr<api::HostConsoleApi> console_api_;
  std::unique_ptr<services::Subscription> subscription_;
};

}  // namespace

std::unique_ptr<Role> make_agent(const Config& config) { return std::make_unique<AgentRole>(config); }

}  // namespace causeway::app
