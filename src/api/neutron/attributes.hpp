#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/api/kit/route.hpp"
#include "causeway/base/fields.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/ids.hpp"

/// Request bodies of the Networking API: one table of attributes per resource and verb drives what is accepted and every
/// message about what is not (API reference, "Request"; wording as Neutron's).
namespace causeway::api {

inline Error invalid_input(std::string_view name, std::string_view reason) {
  return fail(Code::invalid, "attribute.invalid", "Invalid input for {}. Reason: {}", name, reason).at(std::string(name));
}

/// Reads one attribute into a draft. A captureless lambda.
template <class Draft>
struct Attribute {
  const char* name;
  bool admin_only;
  Result<void> (*set)(const Json& value, Draft& draft);
};

// Readers of single values, named for what they read.
Result<std::string> read_text(std::string_view name, const Json& value, std::size_t longest = 255);
Result<bool> read_bool(std::string_view name, const Json& value);
Result<std::int64_t> read_integer(std::string_view name, const Json& value, std::int64_t low, std::int64_t high);
Result<int> read_ip_version(const Json& value);
/// A policy's id, or null for none.
Result<std::optional<domain::QosPolicyId>> read_policy_id(const Json& value);
Result<std::vector<std::string>> read_texts(std::string_view name, const Json& value, std::size_t longest = 255);

template <class T>
Result<T> read_value(std::string_view name, const Json& value) {
  auto decoded = decode<T>(value);
  if (!decoded) return failed(invalid_input(name, decoded.error().message));
  return decoded;
}

/// A list of wishes for addresses, as `fixed_ips` has them.
Result<std::vector<boundary::FixedIpWish>> read_fixed_ip_wishes(std::string_view name, const Json& value);

/// `set` helpers: assign when read, else pass the error on.
template <class Target, class T>
Result<void> assign(Target& target, Result<T> value) {
  if (!value) return std::unexpected(std::move(value).error());
  target = *std::move(value);
  return {};
}

/// The object under `envelope`, {"port": {...}}.
Result<const JsonObject*> enveloped(const Call& call, const char* envelope);
/// The objects of a POST: one under `envelope`, or several under `plural` (bulk).
struct Posted {
  std::vector<const JsonObject*> items;
  bool bulk = false;
};
Result<Posted> posted(const Call& call, const char* envelope, const char* plural);

/// Whose object it becomes: tenant_id or project_id of the body (others' only for admins), else the caller's project.
Result<domain::ProjectId> project_of(const Call& call, const JsonObject& object);

/// invalid "attribute.missing".
Result<void> require(const JsonObject& object, std::string_view name);

/// Reads `object` by the table. `known` are the attributes of the resource that are not settable here, for better messages.
template <class Draft>
Result<void> read_attributes(const Call& call, const JsonObject& object, std::span<const Attribute<Draft>> table,
                             std::span<const std::string_view> read_only, Draft& draft) {
  std::string unknown;
  for (const auto& [key, value] : object) {
    const std::string_view name = key;
    if (name == "tenant_id" || name == "project_id") {
      if (call.request.method != "PUT") continue;  // project_of reads them
      return failed(fail(Code::invalid, "attribute.read_only", "Attribute '{}' not allowed in this request; it is read-only.", name).at(std::string(name)));
    }
    const Attribute<Draft>* found = nullptr;
    for (const auto& attribute : table) {
      if (name == attribute.name) found = &attribute;
    }
    if (found == nullptr) {
      for (const auto& fixed : read_only) {
        if (fixed == name) return failed(fail(Code::invalid, "attribute.read_only", "Attribute '{}' not allowed in this request; it is read-only.", name).at(std::string(name)));
      }
      if (!unknown.empty()) unknown += ", ";
      unknown += name;
      continue;
    }
    if (found->admin_only && !call.caller.is_admin()) {
      return failed(fail(Code::forbidden, "policy.denied", "Setting {} is reserved to administrators.", name).at(std::string(name)));
    }
    TRY_VOID(found->set(value, draft));
  }
  if (!unknown.empty()) return failed(fail(Code::invalid, "attribute.unknown", "Unrecognized attribute(s) '{}'", unknown).at(unknown));
  return {};
}

/// For what is deleted: 412 as `if_match` says. `now` is the object's revision.
Result<void> expect_revision(const Call& call, std::int64_t now);
/// revision_number of "If-Match: revision_number=N".
Result<std::optional<std::int64_t>> if_match(const Call& call);

}  // namespace causeway::api
