#pragma once

#include <string_view>
#include <utility>

#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/neutron/resource_docs.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"

/// Handlers that are the same for every family behind a boundary::ResourceService. A family is a struct R:
///
///   struct Scopes {
///     using Value = domain::AddressScope;
///     static constexpr const char* one = "address_scope";              // envelope of one
///     static constexpr const char* many = "address_scopes";            // envelope of several
///     static constexpr Attribute<Value> on_create[] = {...}, on_update[] = {...};
///     static constexpr std::string_view read_only[] = {...}, filters[] = {...}, required[] = {...};
///     static constexpr Tags tags = Tags::absent;
///     static boundary::ResourceService<Value>& service(NeutronApi& api);
///     static JsonObject view(const domain::Caller& who, const Value& value);
///   };
namespace causeway::api {

/// Rows of what the centre owns: served there; a region passes the request on.
template <std::size_t N>
void add_central_rows(std::vector<BoundRoute>& into, const Route<NeutronApi> (&table)[N], NeutronApi& api) {
  const std::size_t first = into.size();
  bind_routes(into, table, api);
  if (api.central != nullptr) return;
  for (std::size_t i = first; i < into.size(); ++i) {
    into[i].run = [&api](Call& call) { return forward_to_centre(api, call); };
  }
}

template <class R>
Result<Reply> list_all(NeutronApi& api, Call& call) {
  TRY(const auto values, R::service(api).list(call.caller));
  JsonArray views;
  for (const auto& value : values) views.push_back(R::view(call.caller, value));
  return list_reply(call, {R::many, R::filters, R::tags}, std::move(views));
}

template <class R>
Result<Reply> show_one(NeutronApi& api, Call& call) {
  TRY(const auto value, R::service(api).get(call.caller, call.param("id")));
  return Reply::json(JsonObject{{R::one, with_fields(call, R::view(call.caller, value))}});
}

template <class R>
Result<std::vector<typename R::Value>> read_drafts(const Call& call, const Posted& body) {
  std::vector<typename R::Value> drafts;
  for (const JsonObject* object : body.items) {
    for (const auto name : R::required) TRY_VOID(require(*object, name));
    typename R::Value draft;
    TRY(draft.project_id, project_of(call, *object));
    TRY_VOID(read_attributes<typename R::Value>(call, *object, R::on_create, R::read_only, draft));
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

template <class R>
Result<Reply> create_some(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, R::one, R::many));
  TRY(const auto drafts, read_drafts<R>(call, body));
  TRY(const auto made, R::service(api).create(call.caller, drafts));
  if (!body.bulk) return Reply::json(JsonObject{{R::one, R::view(call.caller, made.front())}});
  JsonArray views;
  for (const auto& value : made) views.push_back(R::view(call.caller, value));
  return Reply::json(JsonObject{{R::many, std::move(views)}});
}

template <class R>
Result<Reply> update_one(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, R::one));
  TRY(const auto revision, if_match(call));
  TRY(const auto value, R::service(api).update(
                            call.caller, call.param("id"),
                            [&](typename R::Value& draft) {
                              return read_attributes<typename R::Value>(call, *object, R::on_update, R::read_only, draft);
                            },
                            revision));
  return Reply::json(JsonObject{{R::one, R::view(call.caller, value)}});
}

template <class R>
Result<Reply> remove_one(NeutronApi& api, Call& call) {
  TRY(const auto revision, if_match(call));
  TRY_VOID(R::service(api).remove(call.caller, call.param("id"), revision));
  return Reply::empty();
}

/// For views that are documented.
inline domain::Caller somebody_who_sees_all() {
  domain::Caller who;
  who.roles = {"admin"};
  return who;
}

template <class R>
ResourceDoc doc_of(std::string_view collection) {
  return make_doc(collection, R::on_create, R::on_update, R::read_only, R::filters, R::view(somebody_who_sees_all(), typename R::Value()),
                  R::tags == Tags::present);
}

/// The members that all standard objects have.
template <class T>
void add_owner(JsonObject& view, const T& object) {
  view["tenant_id"] = object.project_id.str();
  view["project_id"] = object.project_id.str();
}
template <class T>
void add_times(JsonObject& view, const T& object) {
  view["revision_number"] = object.revision_number;
  view["created_at"] = iso_time(object.created_at);
  view["updated_at"] = iso_time(object.updated_at);
}

}  // namespace causeway::api
