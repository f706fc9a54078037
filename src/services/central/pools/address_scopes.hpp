#pragma once

#include "causeway/domain/network/pools/address_scope.hpp"
#include "causeway/services/central/central_resource.hpp"

namespace causeway::services {

/// Fails besides: invalid "address_scope.bad_version", "address_scope.unshare"; conflict "address_scope.in_use" while a
/// subnet pool is in it.
class AddressScopes final : public CentralResource<domain::AddressScope> {
 public:
  using CentralResource::CentralResource;

 protected:
  Result<void> complete(boundary::Writer& writer, const domain::Caller& who, const domain::AddressScope* before,
                        domain::AddressScope& scope) override;
  Result<void> check_removal(boundary::Writer& writer, const domain::AddressScope& scope) override;
  Result<void> written(boundary::Writer& writer, const domain::AddressScope& scope) override;
  Result<void> removed(boundary::Writer& writer, const domain::AddressScope& scope) override;
};

}  // namespace causeway::services
