#include "causeway/services/central/pools/address_scopes.hpp"

#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/services/central/sharing/rbac_policies.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Writer;
using domain::AddressScope;

Result<void> AddressScopes::complete(Writer&, const domain::Caller& who, const AddressScope* before, AddressScope& scope) {
  TRY_VOID(domain::check_text("name", scope.name, deps_.options.limits));
  const bool was_shared = before != nullptr && before->shared;
  if (scope.shared != was_shared && !who.is_admin()) return central::denied("address_scope:shared");
  if (was_shared && !scope.shared) {
    return failed(fail(Code::invalid, "address_scope.unshare", "Unable to update address scope {}: Shared address scope can't be unshared.",
                       scope.id)
                      .at("shared"));
  }
  return {};
}

Result<void> AddressScopes::check_removal(Writer& writer, const AddressScope& scope) {
  TRY(const auto pools, boundary::count<domain::SubnetPool>(writer, By{"address_scope_id", scope.id.str()}));
  if (pools == 0) return {};
  return failed(Code::conflict, "address_scope.in_use",
                "Unable to complete operation on address scope {}. There are one or more subnet pools in use on the address scope.", scope.id);
}

Result<void> AddressScopes::written(Writer& writer, const AddressScope& scope) { return central::note_sharing(deps_, writer, scope); }
Result<void> AddressScopes::removed(Writer& writer, const AddressScope& scope) { return central::forget_sharing(writer, scope.id.str()); }

}  // namespace causeway::services
