#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/api/kit/route.hpp"
#include "causeway/base/fields.hpp"
#include "causeway/domain/identity/catalog.hpp"
#include "causeway/domain/identity/directory.hpp"
#include "causeway/domain/identity/role.hpp"

/// How things look on Keystone's wire. `base` is Call::base_url, for the links.
namespace causeway::api {

Json to_wire(const domain::KeystoneDomain& domain, std::string_view base);
Json to_wire(const domain::Project& project, std::string_view base);
Json to_wire(const domain::User& user, std::string_view base);
Json to_wire(const domain::Group& group, std::string_view base);
Json to_wire(const domain::Role& role, std::string_view base);
Json to_wire(const domain::CatalogRegion& region, std::string_view base);
Json to_wire(const domain::CatalogService& service, std::string_view base);
Json to_wire(const domain::CatalogEndpoint& endpoint, std::string_view base);
/// Null for "", as Keystone writes what is not set.
Json or_null(std::string_view text);

/// {"user": {...}}
template <class T>
Reply item_reply(const Call& call, std::string_view name, const T& item) {
  return Reply::json(JsonObject{{name, to_wire(item, call.base_url)}});
}
/// {"users": [...], "links": {...}}, without the items that the query's filters leave out: a parameter that is named as
/// a member of the items restricts to those with that value; other parameters do not.
Reply list_reply(const Call& call, std::string_view name, const JsonArray& items);
template <class T>
Reply list_reply(const Call& call, std::string_view name, const std::vector<T>& items) {
  JsonArray array;
  for (const auto& item : items) array.push_back(to_wire(item, call.base_url));
  return list_reply(call, name, array);
}

/// The body's one member, {"user": {...}}, as a draft. Members that Keystone lets clients add at will are ignored.
template <class Draft>
Result<Draft> draft_of(const Call& call, std::string_view name) {
  const Json* inner = member(call.body, name);
  if (inner == nullptr || !inner->is_object()) {
    return failed(fail(Code::invalid, "body.missing", "The body lacks the object '{}'.", name).at(std::string(name)));
  }
  return decode<Draft>(*inner);
}

/// Refuses all but administrators and the user itself.
Result<void> allow_self_or_admin(const Call& call, std::string_view user_id);
/// The policy's no, in Keystone's words.
Error not_allowed(std::string_view action);

}  // namespace causeway::api
