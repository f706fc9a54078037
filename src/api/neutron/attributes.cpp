#include "causeway/api/neutron/attributes.hpp"

#include <charconv>

#include "causeway/base/encoding.hpp"

namespace causeway::api {

Result<std::string> read_text(std::string_view name, const Json& value, std::size_t longest) {
  if (!value.is_string()) return failed(invalid_input(name, fmt::format("it is not a valid string but {}.", type_name_of(value))));
  std::string text = to_std(value.get_string());
  if (text.size() > longest) return failed(invalid_input(name, fmt::format("it exceeds the maximum length of {}.", longest)));
  if (text.find('\0') != std::string::npos) return failed(invalid_input(name, "it contains a NUL character."));
  return text;
}

Result<bool> read_bool(std::string_view name, const Json& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_string()) {
    const std::string text = to_lower(std::string_view(value.get_string()));
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
  }
  if (value.is_int64() && (value.get_int64() == 0 || value.get_int64() == 1)) return value.get_int64() == 1;
  return failed(invalid_input(name, fmt::format("{} cannot be converted to boolean.", to_text(value))));
}

Result<std::int64_t> read_integer(std::string_view name, const Json& value, std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  bool good = false;
  if (value.is_int64()) {
    number = value.get_int64();
    good = true;
  } else if (value.is_string()) {
    const std::string_view digits = value.get_string();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    good = error == std::errc() && end == digits.data() + digits.size();
  }
  if (!good) return failed(invalid_input(name, fmt::format("{} is not an integer.", to_text(value))));
  if (number < low || number > high) return failed(invalid_input(name, fmt::format("{} is not in the range {} to {}.", number, low, high)));
  return number;
}

Result<int> read_ip_version(const Json& value) {
  TRY(const auto version, read_integer("ip_version", value, 4, 6));
  if (version == 5) return failed(invalid_input("ip_version", "5 is not in [4, 6]."));
  return int(version);
}

Result<std::optional<domain::QosPolicyId>> read_policy_id(const Json& value) {
  if (value.is_null()) return std::optional<domain::QosPolicyId>();
  TRY(const auto id, read_text("qos_policy_id", value));
  return std::optional(domain::QosPolicyId(id));
}

Result<std::vector<std::string>> read_texts(std::string_view name, const Json& value, std::size_t longest) {
  if (!value.is_array()) return failed(invalid_input(name, fmt::format("it is not a list but {}.", type_name_of(value))));
  std::vector<std::string> out;
  for (const auto& item : value.get_array()) {
    TRY(auto text, read_text(name, item, longest));
    out.push_back(std::move(text));
  }
  return out;
}

Result<std::vector<boundary::FixedIpWish>> read_fixed_ip_wishes(std::string_view name, const Json& value) {
  if (!value.is_array()) return failed(invalid_input(name, "it is not a list."));
  constexpr std::size_t max_fixed_ips = 16;
  if (value.get_array().size() > max_fixed_ips) return failed(invalid_input(name, fmt::format("more than {} addresses.", max_fixed_ips)));
  std::vector<boundary::FixedIpWish> out;
  for (const auto& item : value.get_array()) {
    if (!item.is_object()) return failed(invalid_input(name, "each must be an object with subnet_id or ip_address."));
    boundary::FixedIpWish wish;
    for (const auto& [key, part] : item.get_object()) {
      if (key == "subnet_id") {
        TRY(const auto id, read_text(fmt::format("{}.subnet_id", name), part));
        wish.subnet_id = domain::SubnetId(id);
      } else if (key == "ip_address") {
        TRY(wish.ip_address, read_value<domain::IpAddress>(fmt::format("{}.ip_address", name), part));
      } else {
        return failed(invalid_input(name, fmt::format("unknown key '{}'.", std::string_view(key))));
      }
    }
    if (!wish.subnet_id && !wish.ip_address) return failed(invalid_input(name, "subnet_id or ip_address is required."));
    out.push_back(wish);
  }
  return out;
}

Result<const JsonObject*> enveloped(const Call& call, const char* envelope) {
  const Json* inner = member(call.body, envelope);
  if (inner == nullptr || !inner->is_object()) {
    return failed(fail(Code::invalid, "body.no_envelope", "Unable to find '{}' in request body", envelope).at(envelope));
  }
  return &inner->get_object();
}

Result<Posted> posted(const Call& call, const char* envelope, const char* plural) {
  Posted out;
  const Json* many = member(call.body, plural);
  if (many == nullptr) {
    TRY(const JsonObject* object, enveloped(call, envelope));
    out.items.push_back(object);
    return out;
  }
  out.bulk = true;
  if (!many->is_array() || many->get_array().empty()) {
    return failed(fail(Code::invalid, "body.bad_bulk", "'{}' must be a list with at least one object", plural).at(plural));
  }
  for (const auto& item : many->get_array()) {
    if (!item.is_object()) return failed(fail(Code::invalid, "body.bad_bulk", "'{}' must be a list of objects", plural).at(plural));
    out.items.push_back(&item.get_object());
  }
  return out;
}

Result<domain::ProjectId> project_of(const Call& call, const JsonObject& object) {
  std::string named;
  for (const char* key : {"project_id", "tenant_id"}) {
    const Json* value = object.if_contains(key);
    if (value == nullptr) continue;
    TRY(const auto text, read_text(key, *value));
    if (!named.empty() && named != text) {
      return failed(fail(Code::invalid, "attribute.project", "'project_id' and 'tenant_id' do not match").at(key));
    }
    named = text;
  }
  if (named.empty() && call.caller.project_id.empty()) {
    return failed(fail(Code::invalid, "attribute.missing", "Failed to parse request. Required attribute 'project_id' not specified").at("project_id"));
  }
  if (named.empty() || named == call.caller.project_id.str()) return call.caller.project_id;
  if (!call.caller.is_admin()) {
    return failed(fail(Code::forbidden, "policy.denied", "Only administrators may create for another project.").at("project_id"));
  }
  return domain::ProjectId(named);
}

Result<void> require(const JsonObject& object, std::string_view name) {
  if (object.contains(name)) return {};
  return failed(fail(Code::invalid, "attribute.missing", "Failed to parse request. Required attribute '{}' not specified", name).at(std::string(name)));
}

Result<std::optional<std::int64_t>> if_match(const Call& call) {
  const std::string_view header = call.request.headers.get("If-Match");
  constexpr std::string_view prefix = "revision_number=";
  if (!header.starts_with(prefix)) return std::optional<std::int64_t>();
  std::int64_t number = 0;
  const std::string_view digits = header.substr(prefix.size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return failed(Code::invalid, "if_match", "If-Match: revision_number must be a number.");
  }
  return std::optional(number);
}

Result<void> expect_revision(const Call& call, std::int64_t now) {
  TRY(const auto wanted, if_match(call));
  if (!wanted || *wanted == now) return {};
  return failed(Code::conflict, "revision.mismatch", "Constrained to revision {}, but the current revision is {}.", *wanted, now);
}

}  // namespace causeway::api
