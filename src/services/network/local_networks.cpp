#include "causeway/services/network/local_networks.hpp"

namespace causeway::services {
namespace {

constexpr std::string_view renew_key = "leases/renew";
constexpr std::string_view leaving_key = "leaving";
constexpr std::string_view lease_prefix = "lease/";
constexpr std::string_view release_prefix = "release/";
constexpr std::string_view return_prefix = "return/";
constexpr std::string_view trunks_key = "trunks";
constexpr std::string_view trunk_prefix = "trunk/";

Reconciler::Options loop_options(const NetworkOptions& options) {
  Reconciler::Options out;
  out.name = "network";
  out.workers = options.workers;
  out.resync = options.renew_every;
  return out;
}

}  // namespace

LocalNetworks::LocalNetworks(Deps deps)
    : deps_(std::move(deps)),
      quota_(deps_.clock),
      leases_(deps_),
      releases_(deps_, leases_),
      travelling_(deps_, leases_),
      sub_ports_(deps_, travelling_,
                 [this](const domain::Caller& who, const domain::NetworkId& network) -> Result<void> {
                   TRY_VOID(known_network(who, network.str()));
                   return {};
                 }),
      reconciler_(loop_options(deps_.options), [this](const std::string& key) { return step(key); }) {}

LocalNetworks::~LocalNetworks() { stop(); }

void LocalNetworks::start() {
  reconciler_.start();
  // looking for what leaves (what is being deleted, ports on their way home) costs three look-ups by index; wake-ups that come
  // meanwhile are one
  commits_ = deps_.store.on_commit([this](boundary::Revision) {
    reconciler_.wake(std::string(leaving_key));
    reconciler_.wake(std::string(trunks_key));
  });
  reconciler_.wake(std::string(trunks_key));
  reconciler_.wake(std::string(leaving_key));
  reconciler_.wake(std::string(renew_key));
}

void LocalNetworks::stop() {
  commits_.reset();
  reconciler_.stop();
}

void LocalNetworks::wake_low(const domain::LeaseBook& book) {
  for (const auto& resource : book.low()) reconciler_.wake(std::string(lease_prefix) + resource);
}

Result<Step> LocalNetworks::step(const std::string& key) {
  if (key == leaving_key) {
    TRY(const auto objects, releases_.pending());
    for (const auto& object : objects) reconciler_.wake(std::string(release_prefix) + object);
    TRY(const auto idle, travelling_.idle());
    for (const auto& port : idle) reconciler_.wake(std::string(return_prefix) + port.str());
  } else if (key == renew_key) {
    TRY_VOID(leases_.renew());
    TRY_VOID(leases_.return_surplus());
    TRY(const auto claimed, travelling_.all());
    for (const auto& port : claimed) reconciler_.wake(std::string(return_prefix) + port.str());
    TRY_VOID(travelling_.give_back_lost());
  } else if (key == trunks_key) {
    TRY(const auto trunks, sub_ports_.follow());
    for (const auto& trunk : trunks) reconciler_.wake(std::string(trunk_prefix) + trunk.str());
  } else if (key.starts_with(trunk_prefix)) {
    TRY_VOID(sub_ports_.settle(domain::TrunkId(key.substr(trunk_prefix.size()))));
    reconciler_.forget(key);
  } else if (key.starts_with(lease_prefix)) {
    TRY_VOID(leases_.refill(key.substr(lease_prefix.size())));
    reconciler_.forget(key);
  } else if (key.starts_with(return_prefix)) {
    TRY_VOID(travelling_.give_back(domain::PortId(key.substr(return_prefix.size()))));
    reconciler_.forget(key);
  } else if (key.starts_with(release_prefix)) {
    TRY_VOID(releases_.answer(key.substr(release_prefix.size())));
    reconciler_.forget(key);
  }
  return Step::settled;
}

}  // namespace causeway::services
