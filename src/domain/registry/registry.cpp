#include "causeway/domain/registry/registry.hpp"

#include "causeway/domain/container/spec_values.hpp"
#include "causeway/domain/image/image_reference.hpp"

namespace causeway::domain {
namespace {

constexpr std::size_t max_username = 255;
constexpr std::size_t max_password = 1024;

std::unexpected<Error> missing(std::string_view name) {
  return failed(fail(Code::invalid, "field.missing", "'{}' is a required property", name).at(std::string(name)));
}

/// As spec::text, but the value is in no error.
Result<std::string> password_of(const Json& value) {
  if (value.is_null()) return std::string();
  if (!spec::text("password", value, {0, max_password})) {
    return failed(fail(Code::invalid, "spec.bad_value", "Invalid input for field 'password'. It must be text of at most {} characters.",
                       max_password)
                      .at("password"));
  }
  return to_std(value.get_string());
}

Result<void> read_member(std::string_view key, const Json& value, RegistryWish& wish) {
  if (key == "name") {
    if (value.is_null()) return {};
    TRY(wish.name, spec::text("name", value, {2, 255}, spec::is_resource_name,
                              "It must begin with a letter or digit and go on with letters, digits, '_', '.' and '-'."));
  } else if (key == "domain") {
    TRY(const auto text, spec::text("domain", value, {1, 255}));
    TRY(wish.domain, parse_registry_domain(text));
  } else if (key == "username") {
    wish.username = "";
    if (!value.is_null()) {
      TRY(wish.username, spec::text("username", value, {0, max_username}));
    }
  } else if (key == "password") {
    TRY(wish.password, password_of(value));
  } else {
    return failed(fail(Code::invalid, "field.unknown", "Additional properties are not allowed ('{}' was unexpected)", key)
                      .at(std::string(key)));
  }
  return {};
}

}  // namespace

Result<RegistryWish> parse_registry(const JsonObject& body, RegistryVerb verb) {
  const Json* inner = body.if_contains("registry");
  if (inner == nullptr) return missing("registry");
  if (!inner->is_object()) {
    return failed(fail(Code::invalid, "spec.bad_value", "Invalid input for field 'registry'. It is {}, not an object.",
                       type_name_of(*inner))
                      .at("registry"));
  }
  for (const auto& [key, value] : body) {
    if (key != "registry") {
      return failed(fail(Code::invalid, "field.unknown", "Additional properties are not allowed ('{}' was unexpected)",
                         std::string_view(key))
                        .at(std::string(key)));
    }
  }
  RegistryWish wish;
  for (const auto& [key, value] : inner->get_object()) TRY_VOID(read_member(key, value, wish));
  if (verb == RegistryVerb::create && !wish.domain) return missing("domain");
  return wish;
}

}  // namespace causeway::domain
