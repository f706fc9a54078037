#include <filesystem>

#include "causeway/adapters/region_http/direct_gateways.hpp"
#include "causeway/adapters/region_http/feeds.hpp"
#include "causeway/adapters/region_http/gateways.hpp"
#include "causeway/adapters/region_http/host_data.hpp"
#include "causeway/adapters/region_http/http_peer_feeds.hpp"
#include "causeway/adapters/region_http/http_forwarder.hpp"
#include "causeway/adapters/region_http/http_host_consoles.hpp"
#include "causeway/adapters/region_http/pull_gateway.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/adapters/system/key_file_vault.hpp"
#include "causeway/api/console/console_proxy.hpp"
#include "causeway/api/control/direct_routes.hpp"
#include "causeway/api/control/region_control.hpp"
#include "causeway/api/glance/glance.hpp"
#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/zun/zun_api.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/app/common/token_verification.hpp"
#include "causeway/app/region/region_image_service.hpp"
#include "causeway/base/log.hpp"
#include "causeway/services/common/convergence/region_progress.hpp"
#include "causeway/services/common/facts/network_facts.hpp"
#include "causeway/services/common/housekeeping.hpp"
#include "causeway/services/common/replica.hpp"
#include "causeway/services/common/subscription.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "causeway/services/common/upstream.hpp"
#include "causeway/services/containers/actions/action_history.hpp"
#include "causeway/services/containers/capsules/capsules.hpp"
#include "causeway/services/containers/consoles/consoles.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/data/commits.hpp"
#include "causeway/services/containers/hosts/host_watch.hpp"
#include "causeway/services/containers/hosts.hpp"
#include "causeway/services/containers/networks/announced_networks.hpp"
#include "causeway/services/containers/quotas.hpp"
#include "causeway/services/containers/reports.hpp"
#include "causeway/services/network/local_networks.hpp"
#include "causeway/services/network/peers/region_peers.hpp"

namespace causeway::app {
namespace {

using namespace std::chrono_literals;

/// Logs that are followed at the same time.
constexpr std::size_t max_followers = 512;
constexpr std::size_t max_followers_of_project = 64;
/// Revisions for which deletes are remembered.
constexpr boundary::Revision feed_history = 100'000;

/// Of the feed to hosts: so soon do they know that nothing more was for them, and say how far they are.
constexpr std::chrono::milliseconds host_heartbeat{1'000};

/// Open at once. An idle one costs two descriptors and about 100 KiB.
constexpr std::size_t max_consoles = 20'000;

const std::vector<std::string> central_kinds{"network", "subnet", "port", "security_group", "pod", "signing_key", "revocation", "remote_image", "interest", "router", "floatingip", "region_contact", "qos_policy", "network_quota", "trunk", "subnetpool"};

services::ContainersOptions containers_options(const Config& config) {
  services::ContainersOptions out;
  out.default_image_driver = config.default_image_driver;
  out.default_pull_policy = config.image_pull_policy;
  out.default_registry = config.default_registry;
  out.cpu_ratio = config.cpu_ratio;
  out.memory_ratio = config.memory_ratio;
  out.disk_ratio = config.disk_ratio;
  out.down_after = std::chrono::seconds(config.down_after_seconds);
  return out;
}

/// A region: networks, images and containers over one store, which is also the replica of what the centre says.
///
///   centre --feed--> Subscription --> Replica --+--> store <-- LocalNetworks, Images, Containers <-- Neutron, Glance, Zun APIs
///   centre <-- Upstream (our ports, hosts and images) --+      |
///   centre <-- HttpCentralGateway (fetch, lease) <-----+--> FeedServer --> hosts (control API) --> reports
class RegionRole final : public Role {
 public:
  explicit RegionRole(const Config& config) : process_(config), region_(config.region) {}

  Result<void> start() override {
    const Config& config = process_.config();
    TRY_VOID(process_.open_state(4));
    TRY(tokens_, TokenVerification::open(process_));
    TRY_VOID(connect_to_centre(config));
    TRY_VOID(make_services(config));
    networks_->start();
    process_.start_housekeeping(feed_history);
    feeds_->start();
    upstream_->start();
    progress_->start();
    subscription_->start();
    peers_->start();
    images_->start();
    direct_sweep_->start();
    tokens_->start();
    TRY_VOID(host_watch_->start());
    TRY_VOID(process_.serve(listeners(config), {}));
    if (config.has_role("containers")) TRY_VOID(serve_consoles(config));
    return {};
  }

  void stop() override {
    if (host_watch_) host_watch_->stop();
    if (peers_) peers_->stop();
    if (subscription_) subscription_->stop();
    if (progress_) progress_->stop();
    if (upstream_) upstream_->stop();
    if (feeds_) feeds_->stop();
    if (images_) images_->stop();
    if (direct_sweep_) direct_sweep_->stop();
    followers_.stop();
    if (tokens_) tokens_->stop();
    process_.stop_serving();
    console_sweep_.reset();
    if (networks_) networks_->stop();
  }

 private:
  Result<void> connect_to_centre(const Config& config) {
    TRY(auto control, http::Endpoint::parse(config.central_control_url));
    tls_ = http::ClientTls{config.tls_ca_file, config.tls_certificate_file, config.tls_key_file, ""};
    control.tls = tls_;
    central_ = std::make_unique<adapters::ControlClient>("central", std::move(control));
    gateway_ = std::make_unique<adapters::HttpCentralGateway>(*central_);
    source_ = std::make_unique<adapters::HttpFeedSource>(*central_, 15s);
    receiver_ = std::make_unique<adapters::HttpFeedReceiver>(*central_);
    TRY(auto network_api, http::Endpoint::parse(config.central_network_url));
    forwarder_ = std::make_unique<adapters::HttpForwarder>(std::move(network_api));
    peer_feeds_ = std::make_unique<adapters::HttpPeerFeeds>(tls_, 15s);
    peers_ = std::make_unique<services::RegionPeers>(services::RegionPeers::Deps{process_.store(), *peer_feeds_, region_});
    TRY_VOID(peers_->announce(config.own_control_url()));
    // the ports and images of this region are ours, whatever the centre's copy of them says
    replica_ = std::make_unique<services::Replica>(process_.store(), "central", central_kinds, [this](std::string_view kind, const Json& body) {
      return !services::is_of_region(kind, body, region_.str());
    }, peers_->shared_with_centre());
    progress_receiver_ = std::make_unique<adapters::HttpProgressReceiver>(*central_);
    progress_ = std::make_unique<services::RegionProgress>(process_.store(), *progress_receiver_, services::RegionProgress::Options{});
    replica_->on_applied([this](const services::Replica::Position& position) { progress_->applied(position.store_id, position.cursor); });
    subscription_ = std::make_unique<services::Subscription>(*source_, *replica_, services::Subscription::Options{"feed from the centre"},
                                                             std::function<void(bool)>());
    upstream_ = std::make_unique<services::Upstream>(
        process_.store(), *receiver_,
        [this](const boundary::Change& change) {
          return services::is_of_region(change.record.kind, change.record.body, region_.str());
        },
        services::Upstream::Options{"reports to the centre"});
    return {};
  }

  Result<void> make_services(const Config& config) {
    services::NetworkOptions options;
    options.quarantine = std::chrono::seconds(config.quarantine_seconds);
    options.port_quota = std::size_t(config.port_quota);
    networks_ = std::make_unique<services::LocalNetworks>(
        services::LocalNetworks::Deps{process_.store(), process_.clock(), process_.ids(), *gateway_, region_, options,
                                     [this](boundary::Revision revision) { return upstream_->wait_until_passed(revision, 1s); }});

    network_maker_ = std::make_unique<adapters::HttpNetworkMaker>(*central_);
    direct_ports_ = std::make_unique<services::DirectPorts>(services::DirectPorts::Deps{
        process_.store(), process_.clock(), *networks_, *network_maker_, region_, domain::ProjectId(config.docker_project)});
    direct_sweep_ = std::make_unique<services::Housekeeping>("reservations of Docker", 60s, [this] { return direct_ports_->sweep(); });
    TRY(images_, RegionImageService::open({process_, tls_, tokens_->verifier(), tokens_->service_identity()}));

    TRY(vault_, adapters::KeyFileVault::open_file(config.state_dir + "/secrets.key"));
    auto container_options = containers_options(config);
    TRY(container_options.policy, domain::Policy::with(config.policy));
    registries_ = std::make_unique<services::Registries>(process_.store(), *vault_, process_.clock(), process_.ids(), container_options.policy);
    host_clients_ = std::make_unique<adapters::HostClients>(tls_);
    host_gateway_ = std::make_unique<adapters::HttpHostGateway>(*host_clients_);
    host_data_ = std::make_unique<adapters::HttpHostData>(*host_clients_);
    data_ = std::make_unique<services::ContainerData>(process_.store(), *host_data_);
    commits_ = std::make_unique<services::Commits>(services::Commits::Deps{process_.store(), process_.clock(), images_->catalog()});
    liveness_ = std::make_unique<services::HostLiveness>(process_.clock());
    if (config.unique_container_names != "none") container_options.unique_name_scope = config.unique_container_names;
    containers_ = std::make_unique<services::Containers>(services::Containers::Deps{
        process_.store(), process_.clock(), process_.ids(), *networks_, images_->catalog(), *host_gateway_, region_, container_options});
    capsules_ = std::make_unique<services::Capsules>(
        services::Capsules::Deps{process_.store(), process_.clock(), process_.ids(), *networks_, images_->catalog(), container_options});
    hosts_ = std::make_unique<services::Hosts>(
        services::Hosts::Deps{process_.store(), process_.clock(), *networks_, *liveness_, container_options});
    reports_ = std::make_unique<services::Reports>(services::Reports::Deps{
        process_.store(), process_.clock(), process_.ids(), *networks_, images_->catalog(), *liveness_, region_, container_options,
        [this](const domain::HostName& host, const domain::HostApplied& applied) { progress_->host_applied(host, applied); }});
    host_watch_ = std::make_unique<services::HostWatch>(
        services::HostWatch::Deps{process_.store(), process_.clock(), *networks_, *liveness_},
        services::HostWatch::Options{container_options.down_after});
    quotas_ = std::make_unique<services::Quotas>(process_.store(), container_options);
    announced_networks_ = std::make_unique<services::AnnouncedNetworks>(process_.store(), process_.ids(), *networks_,
                                                                        container_options.policy);
    actions_ = std::make_unique<services::ActionHistory>(process_.store());
    make_consoles(config);
    host_search_ = std::make_unique<adapters::HttpHostImageSearch>(tls_);
    host_images_ = std::make_unique<services::HostImages>(services::HostImages::Deps{
        process_.store(), images_->catalog(), *host_search_, process_.clock(), process_.ids(), container_options});
    feeds_ = std::make_unique<services::FeedServer>(process_.store(), services::FeedServer::Options{host_heartbeat});
    return {};
  }

  void make_consoles(const Config& config) {
    host_consoles_ = std::make_unique<adapters::HttpHostConsoles>(*host_clients_);
    services::ConsolesOptions options;
    options.base_url = config.console_url();
    options.token_time = std::chrono::seconds(config.console_token_seconds);
    consoles_ = std::make_unique<services::Consoles>(
        services::Consoles::Deps{process_.store(), process_.clock(), process_.ids(), digests_, *host_consoles_, options});
    console_sweep_ = std::make_unique<services::Housekeeping>("expired consoles", 1min, [this] { return consoles_->sweep(); });
    api::ConsoleProxyOptions proxy;
    proxy.base_url = options.base_url;
    proxy.allowed_origins = config.console_allowed_origins;
    proxy.ping_after = std::chrono::seconds(config.console_ping_seconds);
    console_proxy_ = std::make_unique<api::ConsoleProxy>(*consoles_, std::move(proxy));
  }

  Result<void> serve_consoles(const Config& config) {
    console_sweep_->start();
    return process_.serve_handler("console", config.listen_address, std::uint16_t(config.console_port), max_consoles, *console_proxy_);
  }

  std::vector<Listener> listeners(const Config& config) {
    trunk_facts_ = std::make_unique<services::TrunkFacts>(process_.store());
    network_facts_ = std::make_unique<services::NetworkFactsOfStore>(process_.store());
    neutron_ = std::make_unique<api::NeutronApi>(api::NeutronApi{*networks_, nullptr, forwarder_.get(), config.region, nullptr, nullptr, nullptr, trunk_facts_.get(), network_facts_.get()});
    glance_ = std::make_unique<api::GlanceApi>(api::GlanceApi{images_->own()});
    zun_ = std::make_unique<api::ZunApi>(api::ZunApi{.containers = *containers_,
                                                     .hosts = *hosts_,
                                                     .quotas = *quotas_,
                                                     .networks = *announced_networks_,
                                                     .actions = *actions_,
                                                     .registries = *registries_,
                                                     .data = *data_,
                                                     .followers = followers_,
                                                     .commits = *commits_,
                                                     .consoles = *consoles_,
                                                     .host_images = *host_images_,
                                                     .image_search = images_->search(),
                                                     .capsules = *capsules_});
    control_api_ = std::make_unique<api::RegionControlApi>(
        api::RegionControlApi{*feeds_, *reports_, images_->data(), *registries_, *host_images_, region_, *commits_});
    std::vector<Listener> out;
    const auto add = [&](std::int64_t port, api::Style style, std::vector<api::BoundRoute> routes) {
      out.push_back({config.listen_address, std::uint16_t(port), {{std::move(style), std::move(routes)}}, &images_->verifier(), false});
    };
    if (config.has_role("local-network")) add(config.network_port, api::neutron_style(config.identity_url), api::neutron_routes(*neutron_));
    if (config.has_role("images") && !config.external_images()) add(config.images_port, api::glance_style(), api::glance_routes(*glance_));
    if (config.has_role("containers")) add(config.containers_port, api::zun_style(config.identity_url), api::zun_routes(*zun_, containers_->policy()));
    direct_api_ = std::make_unique<api::RegionDirectApi>(api::RegionDirectApi{*direct_ports_, region_});
    auto control_routes = api::region_control_routes(*control_api_);
    api::bind_region_direct_routes(control_routes, *direct_api_);
    out.push_back({config.control_address, std::uint16_t(config.control_port),
                   {{api::control_style("control"), std::move(control_routes)}}, nullptr, true});
    return out;
  }

  ServiceProcess process_;
  const domain::RegionName region_;
  std::optional<http::ClientTls> tls_;
  adapters::SystemDigests digests_;
  std::unique_ptr<TokenVerification> tokens_;
  std::unique_ptr<adapters::ControlClient> central_;
  std::unique_ptr<adapters::HttpCentralGateway> gateway_;
  std::unique_ptr<adapters::HttpFeedSource> source_;
  std::unique_ptr<adapters::HttpFeedReceiver> receiver_;
  std::unique_ptr<adapters::HttpForwarder> forwarder_;
  std::unique_ptr<adapters::HttpPeerFeeds> peer_feeds_;
  std::unique_ptr<services::RegionPeers> peers_;
  std::unique_ptr<services::Replica> replica_;
  std::unique_ptr<adapters::HttpProgressReceiver> progress_receiver_;
  std::unique_ptr<services::RegionProgress> progress_;
  std::unique_ptr<services::Subscription> subscription_;
  std::unique_ptr<services::Upstream> upstream_;
  std::unique_ptr<services::LocalNetworks> networks_;
  std::unique_ptr<adapters::HttpNetworkMaker> network_maker_;
  std::unique_ptr<services::DirectPorts> direct_ports_;
  std::unique_ptr<services::Housekeeping> direct_sweep_;
  std::unique_ptr<api::RegionDirectApi> direct_api_;
  std::unique_ptr<RegionImageService> images_;
  std::unique_ptr<services::Commits> commits_;
  std::unique_ptr<adapters::HostClients> host_clients_;
  std::unique_ptr<adapters::HttpHostGateway> host_gateway_;
  std::unique_ptr<adapters::KeyFileVault> vault_;
  std::unique_ptr<services::Registries> registries_;
  std::unique_ptr<adapters::HttpHostData> host_data_;
  std::unique_ptr<services::ContainerData> data_;
  std::unique_ptr<adapters::HttpHostImageSearch> host_search_;
  std::unique_ptr<services::HostImages> host_images_;
  std::unique_ptr<services::Containers> containers_;
  std::unique_ptr<services::Capsules> capsules_;
  std::unique_ptr<services::HostLiveness> liveness_;
  std::unique_ptr<services::Hosts> hosts_;
  std::unique_ptr<services::Reports> reports_;
  std::unique_ptr<services::HostWatch> host_watch_;
  std::unique_ptr<services::Quotas> quotas_;
  std::unique_ptr<services::AnnouncedNetworks> announced_networks_;
  std::unique_ptr<services::ActionHistory> actions_;
  std::unique_ptr<adapters::HttpHostConsoles> host_consoles_;
  std::unique_ptr<services::Consoles> consoles_;
  std::unique_ptr<services::Housekeeping> console_sweep_;
  std::unique_ptr<api::ConsoleProxy> console_proxy_;
  std::unique_ptr<services::FeedServer> feeds_;
  std::unique_ptr<services::TrunkFacts> trunk_facts_;
  std::unique_ptr<services::NetworkFactsOfStore> network_facts_;
  std::unique_ptr<api::NeutronApi> neutron_;
  std::unique_ptr<api::GlanceApi> glance_;
  api::StreamPumps followers_{max_followers, max_followers_of_project};
  std::unique_ptr<api::ZunApi> zun_;
  std::unique_ptr<api::RegionControlApi> control_api_;
};

}  // namespace

std::unique_ptr<Role> make_region(const Config& config) { return std::make_unique<RegionRole>(config); }

}  // namespace causeway::app
