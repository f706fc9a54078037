#include "causeway/services/containers/capsules/capsule_records.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/policy/policy.hpp"

namespace causeway::services {

using boundary::By;
using domain::Capsule;
using domain::Container;

namespace {

std::unexpected<Error> no_such_capsule(const std::string& ident) {
  return failed(Code::not_found, "capsule.not_found", "Capsule {} could not be found.", ident);
}

}  // namespace

Result<Capsule> find_capsule(boundary::Reader& reader, const domain::Caller& who, const std::string& ident) {
  if (is_uuid(ident)) {
    TRY(auto found, boundary::find<Capsule>(reader, ident));
    if (!found || !(who.sees(found->project_id) || domain::reads_system(who))) return no_such_capsule(ident);
    return *std::move(found);
  }
  TRY(auto named, boundary::list<Capsule>(reader, By{"name", ident}));
  std::erase_if(named, [&](const Capsule& capsule) { return !(who.sees(capsule.project_id) || domain::reads_system(who)); });
  if (named.empty()) return no_such_capsule(ident);
  if (named.size() > 1) {
    return failed(Code::conflict, "capsule.ambiguous",
                  "Multiple capsules exist with same name. Please use the capsule uuid instead.");
  }
  return std::move(named.front());
}

Result<std::vector<Container>> members_of(boundary::Reader& reader, const std::string& capsule_id) {
  return boundary::list<Container>(reader, By{"capsule_id", capsule_id});
}

Result<void> forget_capsule_without_members(boundary::Writer& writer, const Container& container) {
  if (!domain::is_member(container)) return {};
  TRY(const auto left, boundary::count<Container>(writer, By{"capsule_id", container.capsule_id}));
  if (left == 0) TRY_VOID(boundary::erase<Capsule>(writer, container.capsule_id));
  return {};
}

}  // namespace causeway::services
