#include "causeway/app/common/token_verification.hpp"

#include <algorithm>

namespace causeway::app {
namespace {

services::ExternalTokenVerifier::Options verifier_options(const Config& config) {
  using std::chrono::seconds;
  services::ExternalTokenVerifier::Options out;
  out.fresh = seconds(config.keystone_cache_seconds);
  out.outage = seconds(config.keystone_outage_seconds);
  out.refused = seconds(config.keystone_refused_seconds);
  out.poll = seconds(config.keystone_revocation_seconds);
  out.remembered = std::size_t(config.keystone_cached_tokens);
  // the other half of a listener's threads answers those whose tokens are known
  out.most_waiting = std::size_t(std::max<std::int64_t>(1, config.worker_threads / 2));
  out.service_token_roles = config.keystone_service_token_roles;
  return out;
}

}  // namespace

adapters::KeystoneAccount keystone_account(const Config& config) {
  adapters::KeystoneAccount out;
  out.url = config.keystone_url;
  out.ca_file = config.keystone_ca_file;
  out.username = config.keystone_username;
  out.password = config.keystone_password;
  out.user_domain_name = config.keystone_user_domain;
  out.project_name = config.keystone_project;
  out.project_domain_name = config.keystone_project_domain;
  out.timeout = std::chrono::seconds(config.keystone_timeout_seconds);
  return out;
}

Result<std::unique_ptr<TokenVerification>> TokenVerification::open(ServiceProcess& process) {
  const Config& config = process.config();
  std::unique_ptr<TokenVerification> made(new TokenVerification());
  if (!config.external_identity()) {
    made->own_ = std::make_unique<services::StoreTokenVerifier>(services::StoreTokenVerifier::Deps{process.store(), made->signer_, process.clock()});
    return made;
  }
  TRY(made->session_, adapters::KeystoneSession::open(keystone_account(config), process.clock()));
  made->authority_ = std::make_unique<adapters::KeystoneTokens>(*made->session_);
  made->external_ = std::make_unique<services::ExternalTokenVerifier>(
      services::ExternalTokenVerifier::Deps{*made->authority_, process.clock(), made->digests_, verifier_options(config)});
  return made;
}

void TokenVerification::start() {
  if (external_) external_->start();
}

void TokenVerification::stop() {
  if (external_) external_->stop();
}

boundary::TokenVerifier& TokenVerification::verifier() {
  if (external_) return *external_;
  return *own_;
}

}  // namespace causeway::app
