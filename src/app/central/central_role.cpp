#include "causeway/adapters/system/ed25519.hpp"
#include "causeway/adapters/system/password_hash.hpp"
#include "causeway/api/control/central_control_api.hpp"
#include "causeway/api/control/direct_routes.hpp"
#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/tricircle/tricircle_api.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/app/common/token_verification.hpp"
#include "causeway/base/log.hpp"
#include "causeway/services/central/central_control.hpp"
#include "causeway/services/central/central_families.hpp"
#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/direct/direct_maker.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/central/jobs/jobs.hpp"
#include "causeway/services/central/jobs/routings.hpp"
#include "causeway/services/central/pods.hpp"
#include "causeway/services/central/routers/gateway_keeper.hpp"
#include "causeway/services/central/routers/routers.hpp"
#include "causeway/services/common/facts/network_facts.hpp"
#include "causeway/services/common/housekeeping.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "causeway/services/identity/identity.hpp"

namespace causeway::app {
namespace {

using namespace std::chrono_literals;

/// Revisions for which deletes are remembered.
constexpr boundary::Revision feed_history = 100'000;

/// The centre: identity and the cloud's network service over one store, whose feed goes to the regions.
///
///   clients --> Keystone v3, Neutron v2.0, Admin API --> Identity, CentralNetworks, Pods --+--> store
///   regions <-- feed (FeedServer) <--------------------------------------------------------+
///   regions --> control API: fetch, lease, release, upstream --> CentralControl, replicas -+
class CentralRole final : public Role {
 public:
  explicit CentralRole(const Config& config) : process_(config) {}

  Result<void> start() override {
    const Config& config = process_.config();
    TRY_VOID(process_.open_state(4));
    TRY(tokens_, TokenVerification::open(process_));
    if (!config.external_identity()) {
      identity_ = std::make_unique<services::Identity>(
          services::IdentityDeps{process_.store(), tokens_->verifier(), signer_, passwords_, process_.clock(), process_.ids()});
    }

    services::CentralOptions options;
    options.lease_term = std::chrono::hours(config.lease_hours);
    options.quarantine = std::chrono::seconds(config.quarantine_seconds);
    options.port_quota = std::size_t(config.port_quota);
    const services::CentralDeps deps{process_.store(), process_.clock(), process_.ids(), domain::RegionName(config.region), options};
    networks_ = std::make_unique<services::CentralNetworks>(deps);
    TRY_VOID(networks_->recover());
    routers_ = std::make_unique<services::Routers>(deps);
    floating_ips_ = std::make_unique<services::FloatingIps>(deps);
    gateways_ = std::make_unique<services::GatewayKeeper>(deps);
    control_ = std::make_unique<services::CentralControl>(deps);
    pods_ = std::make_unique<services::Pods>(deps);
    direct_maker_ = std::make_unique<services::DirectMaker>(deps, *networks_);
    direct_chores_ = std::make_unique<services::Housekeeping>("prefixes held for Docker", 60s, [this] { return direct_maker_->sweep(); });
    direct_chores_->start();
    families_ = std::make_unique<services::CentralFamilies>(deps);
    feeds_ = std::make_unique<services::FeedServer>(process_.store(), services::FeedServer::Options{});
    process_.start_housekeeping(feed_history);
    feeds_->start();
    gateways_->start();
    make_jobs();
    if (identity_) {
      chores_ = std::make_unique<services::Housekeeping>("identity sweep", 60s, [this] { return identity_->sweep(); });
      chores_->start();
    }
    tokens_->start();
    return process_.serve(listeners(config), {});
  }

  void stop() override {
    if (chores_) chores_->stop();
    if (gateways_) gateways_->stop();
    if (job_chores_) job_chores_->stop();
    if (direct_chores_) direct_chores_->stop();
    if (job_watch_) job_watch_->stop();
    if (feeds_) feeds_->stop();
    if (tokens_) tokens_->stop();
    process_.stop_serving();
  }

 private:
  void make_jobs() {
    job_watch_ = std::make_unique<services::JobWatch>(services::JobWatch::Deps{process_.store(), process_.clock(), process_.ids()},
                                                      services::JobWatch::Options{});
    jobs_ = std::make_unique<services::Jobs>(services::Jobs::Deps{
        process_.store(), *job_watch_, [this](const domain::RegionName& region) { return feeds_->sent("region " + region.str()); }});
    routings_ = std::make_unique<services::Routings>(process_.store());
    job_watch_->start();
    job_chores_ = std::make_unique<services::Housekeeping>("job sweep", 60s, [this] { return job_watch_->sweep(); });
    job_chores_->start();
  }

  std::vector<Listener> listeners(const Config& config) {
    auto& families = *families_;
    trunk_facts_ = std::make_unique<services::TrunkFacts>(process_.store());
    network_facts_ = std::make_unique<services::NetworkFactsOfStore>(process_.store());
    resources_ = std::make_unique<api::CentralResources>(api::CentralResources{families.address_scopes, families.subnet_pools, families.rbac_policies,
                                                                               families.qos_policies, families.quotas, families.agents, families.facts, families.trunks});
    neutron_ = std::make_unique<api::NeutronApi>(api::NeutronApi{*networks_, networks_.get(), nullptr, config.region, routers_.get(), floating_ips_.get(), resources_.get(), trunk_facts_.get(), network_facts_.get()});
    tricircle_ = std::make_unique<api::TricircleApi>(api::TricircleApi{*pods_, *routings_, *jobs_});
    control_api_ = std::make_unique<api::CentralControlApi>(process_.store(), *feeds_, *control_, *job_watch_);
    std::vector<Listener> out;
    const auto add = [&](std::int64_t port, api::Style style, std::vector<api::BoundRoute> routes) {
      out.push_back({config.listen_address, std::uint16_t(port), {{std::move(style), std::move(routes)}}, &tokens_->verifier(), false});
    };
    if (identity_) {
      keystone_ = std::make_unique<api::KeystoneApi>(api::KeystoneApi{*identity_});
      add(config.identity_port, api::keystone_style(), api::keystone_routes(*keystone_));
    }
    add(config.network_port, api::neutron_style(config.identity_url), api::neutron_routes(*neutron_));
    add(config.admin_port, api::tricircle_style(config.identity_url), api::tricircle_routes(*tricircle_));
    direct_api_ = std::make_unique<api::CentralDirectApi>(api::CentralDirectApi{*direct_maker_});
    auto control_routes = api::central_control_routes(*control_api_);
    api::bind_central_direct_routes(control_routes, *direct_api_);
    out.push_back({config.control_address, std::uint16_t(config.control_port),
                   {{api::control_style("control"), std::move(control_routes)}}, nullptr, true});
    return out;
  }

  ServiceProcess process_;
  adapters::Ed25519Signer signer_;
  adapters::CryptPasswordHasher passwords_;
  std::unique_ptr<TokenVerification> tokens_;
  std::unique_ptr<services::Identity> identity_;  ///< none when the identity service is an external Keystone
  std::unique_ptr<services::CentralNetworks> networks_;
  std::unique_ptr<services::Routers> routers_;
  std::unique_ptr<services::FloatingIps> floating_ips_;
  std::unique_ptr<services::GatewayKeeper> gateways_;
  std::unique_ptr<services::CentralControl> control_;
  std::unique_ptr<services::Pods> pods_;
  std::unique_ptr<services::CentralFamilies> families_;
  std::unique_ptr<services::DirectMaker> direct_maker_;
  std::unique_ptr<services::Housekeeping> direct_chores_;
  std::unique_ptr<services::FeedServer> feeds_;
  std::unique_ptr<services::Housekeeping> chores_;
  std::unique_ptr<services::JobWatch> job_watch_;
  std::unique_ptr<services::Jobs> jobs_;
  std::unique_ptr<services::Routings> routings_;
  std::unique_ptr<services::Housekeeping> job_chores_;
  std::unique_ptr<api::KeystoneApi> keystone_;
  std::unique_ptr<api::CentralResources> resources_;
  std::unique_ptr<services::TrunkFacts> trunk_facts_;
  std::unique_ptr<services::NetworkFactsOfStore> network_facts_;
  std::unique_ptr<api::NeutronApi> neutron_;
  std::unique_ptr<api::TricircleApi> tricircle_;
  std::unique_ptr<api::CentralControlApi> control_api_;
  std::unique_ptr<api::CentralDirectApi> direct_api_;
};

}  // namespace

std::unique_ptr<Role> make_central(const Config& config) { return std::make_unique<CentralRole>(config); }

}  // namespace causeway::app
