#pragma once

#include "causeway/domain/network/sharing/rbac_policy.hpp"
#include "causeway/services/central/central_resource.hpp"

namespace causeway::services {

/// RBAC policies. What they grant is written into the object that they are about (`shared`, `shared_with`,
/// `external_to`), which is all that anybody looks at, in every region.
///
/// Fails besides: invalid "rbac_policy.bad_type", "rbac_policy.bad_action"; not_found "<object>.not_found"; forbidden
/// "policy.denied" for "*" by who is no administrator; conflict "rbac_policy.exists", "rbac_policy.in_use".
class RbacPolicies final : public CentralResource<domain::RbacPolicy> {
 public:
  using CentralResource::CentralResource;

 protected:
  Result<void> complete(boundary::Writer& writer, const domain::Caller& who, const domain::RbacPolicy* before,
                        domain::RbacPolicy& policy) override;
  Result<void> check_removal(boundary::Writer& writer, const domain::RbacPolicy& policy) override;
  Result<void> written(boundary::Writer& writer, const domain::RbacPolicy& policy) override;
  Result<void> removed(boundary::Writer& writer, const domain::RbacPolicy& policy) override;
};

namespace central {

/// Makes the policies for "*" of an object what its `shared` (and `external`) say, after those were set without a policy.
template <class T>
Result<void> note_sharing(const CentralDeps& deps, boundary::Writer& writer, const T& object);
/// After its object is gone.
Result<void> forget_sharing(boundary::Writer& writer, const std::string& object);

}  // namespace central
}  // namespace causeway::services
