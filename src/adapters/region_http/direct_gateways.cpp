#include "causeway/adapters/region_http/direct_gateways.hpp"

#include "causeway/contract/direct.hpp"

namespace causeway::adapters {
namespace {

http::CallOptions within(std::chrono::seconds limit) {
  http::CallOptions out;
  out.timeout = limit;
  return out;
}

/// Of what the region does by itself.
constexpr std::chrono::seconds quick(5);
/// Of what the centre, and for a deletion every region, has a say in.
constexpr std::chrono::seconds patient(15);

}  // namespace

Result<boundary::DirectNetwork> HttpDirectNetworks::find(const boundary::DirectWish& wish) {
  return client_.call_for<boundary::DirectNetwork>("POST", contract::direct_find_path, encode(wish), within(patient));
}

Result<boundary::DirectHold> HttpDirectNetworks::hold(const boundary::DirectPoolWish& wish) {
  return client_.call_for<boundary::DirectHold>("POST", contract::direct_hold_path, encode(wish), within(patient));
}

Result<void> HttpDirectNetworks::give_back(const std::string& hold) {
  TRY_VOID(client_.call("POST", contract::direct_give_back_path, encode(contract::DirectReturn{domain::ProjectId(), hold}), within(patient)));
  return {};
}

Result<boundary::DirectNetwork> HttpDirectNetworks::create(const boundary::DirectDraft& draft) {
  return client_.call_for<boundary::DirectNetwork>("POST", contract::direct_create_path, encode(draft), within(patient));
}

Result<void> HttpDirectNetworks::remove(const domain::NetworkId& network) {
  TRY_VOID(client_.call("POST", contract::direct_remove_path, encode(contract::DirectRemoval{domain::ProjectId(), network}), within(patient)));
  return {};
}

Result<domain::IpAddress> HttpDirectNetworks::reserve(const boundary::DirectAddress& wish) {
  return client_.call_for<domain::IpAddress>("POST", contract::direct_reserve_path, encode(wish), within(quick));
}

Result<domain::Port> HttpDirectNetworks::bind(const boundary::DirectEndpoint& wish) {
  return client_.call_for<domain::Port>("POST", contract::direct_bind_path, encode(wish), within(quick));
}

Result<void> HttpDirectNetworks::release(const boundary::DirectRelease& what) {
  TRY_VOID(client_.call("POST", contract::direct_release_path, encode(what), within(quick)));
  return {};
}

Result<boundary::DirectHold> HttpNetworkMaker::hold(const boundary::DirectPoolWish& wish) {
  return client_.call_for<boundary::DirectHold>("POST", contract::direct_hold_path, encode(wish), within(patient));
}

Result<void> HttpNetworkMaker::give_back(const domain::ProjectId& project, const std::string& hold) {
  TRY_VOID(client_.call("POST", contract::direct_give_back_path, encode(contract::DirectReturn{project, hold}), within(patient)));
  return {};
}

Result<domain::NetworkId> HttpNetworkMaker::create(const boundary::DirectDraft& draft) {
  return client_.call_for<domain::NetworkId>("POST", contract::direct_create_path, encode(draft), within(patient));
}

Result<void> HttpNetworkMaker::remove(const domain::ProjectId& project, const domain::NetworkId& network) {
  TRY_VOID(client_.call("POST", contract::direct_remove_path, encode(contract::DirectRemoval{project, network}), within(patient)));
  return {};
}

}  // namespace causeway::adapters
