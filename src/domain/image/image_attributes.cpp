#include "causeway/domain/image/image_attributes.hpp"

#include <algorithm>
#include <span>

#include "causeway/base/encoding.hpp"

namespace causeway::domain {
namespace {

constexpr std::size_t max_name = 255;
constexpr std::size_t max_property_value = 65'535;
constexpr std::int64_t max_minimum = 2'147'483'647;

constexpr std::string_view container_formats[] = {"ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"};
constexpr std::string_view disk_formats[] = {"ami", "ari",   "aki", "vhd", "vhdx", "vmdk",
                                             "raw", "qcow2", "vdi", "iso", "ploop"};
/// What only the service sets, and what stands in an answer but is no attribute.
constexpr std::string_view read_only[] = {"id",   "status",       "created_at",   "updated_at",    "checksum",
                                          "size", "virtual_size", "os_hash_algo", "os_hash_value", "file",
                                          "self", "schema",       "stores",       "direct_url",    "locations"};
constexpr std::string_view reserved[] = {"location", "deleted", "deleted_at"};
constexpr std::string_view reserved_prefix = "os_glance";

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class... Args>
std::unexpected<Error> bad_value(std::string_view name, fmt::format_string<Args...> format, Args&&... args) {
  return failed(fail(Code::invalid, "image.bad_value", format, std::forward<Args>(args)...).at(std::string(name)));
}

Result<void> set_name(Image& image, const Json& value) {
  TRY(auto name, decode<std::optional<std::string>>(value, Unknown::refuse, "name"));
  if (name && name->size() > max_name) return bad_value("name", "The name is longer than {} characters.", max_name);
  image.name = std::move(name).value_or("");
  return {};
}

Result<void> set_visibility(Image& image, const Json& value) {
  TRY(image.visibility, decode<Visibility>(value, Unknown::refuse, "visibility"));
  return {};
}

Result<void> set_format(Image& image, std::optional<std::string>& format, const Json& value, std::string_view name,
                        std::span<const std::string_view> allowed) {
  TRY(auto wanted, decode<std::optional<std::string>>(value, Unknown::refuse, std::string(name)));
  if (wanted && !contains(allowed, *wanted)) {
    return bad_value(name, "'{}' is not a {}; it is one of {}.", *wanted, name, fmt::join(allowed, ", "));
  }
  if (wanted != format && image.status != ImageStatus::queued) {
    return failed(Code::forbidden, "image.format_fixed", "Attribute {} can be only replaced for a queued image.", name);
  }
  format = std::move(wanted);
  return {};
}
Result<void> set_container_format(Image& image, const Json& value) {
  return set_format(image, image.container_format, value, "container_format", container_formats);
}
Result<void> set_disk_format(Image& image, const Json& value) {
  return set_format(image, image.disk_format, value, "disk_format", disk_formats);
}

Result<void> set_minimum(std::int64_t& into, const Json& value, std::string_view name) {
  TRY(const auto wanted, decode<std::int64_t>(value, Unknown::refuse, std::string(name)));
  if (wanted < 0 || wanted > max_minimum) return bad_value(name, "{} must be from 0 to {}.", name, max_minimum);
  into = wanted;
  return {};
}
Result<void> set_min_disk(Image& image, const Json& value) { return set_minimum(image.min_disk, value, "min_disk"); }
Result<void> set_min_ram(Image& image, const Json& value) { return set_minimum(image.min_ram, value, "min_ram"); }

Result<void> set_protected(Image& image, const Json& value) {
  TRY(image.protected_, decode<bool>(value, Unknown::refuse, "protected"));
  return {};
}
Result<void> set_hidden(Image& image, const Json& value) {
  TRY(image.os_hidden, decode<bool>(value, Unknown::refuse, "os_hidden"));
  return {};
}

Result<void> set_tags(Image& image, const Json& value) {
  TRY(const auto wanted, decode<std::vector<std::string>>(value, Unknown::refuse, "tags"));
  std::vector<std::string> tags;
  for (const auto& tag : wanted) {
    TRY_VOID(check_tag(tag));
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
  image.tags = std::move(tags);
  return {};
}

Result<void> set_owner(Image& image, const Json& value) {
  TRY(auto owner, decode<std::string>(value, Unknown::refuse, "owner"));
  if (owner.empty() || owner.size() > max_name) return bad_value("owner", "The owner must be the id of a project.");
  image.owner = ProjectId(std::move(owner));
  return {};
}

struct Attribute {
  std::string_view name;
  Result<void> (*set)(Image&, const Json&);
};
constexpr Attribute attributes[] = {
    {"name", set_name},
    {"visibility", set_visibility},
    {"container_format", set_container_format},
    {"disk_format", set_disk_format},
    {"min_disk", set_min_disk},
    {"min_ram", set_min_ram},
    {"protected", set_protected},
    {"os_hidden", set_hidden},
    {"tags", set_tags},
    {"owner", set_owner},
};

const Attribute* find_attribute(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(attributes), std::end(attributes), [&](const Attribute& a) { return a.name == name; });
  return found == std::end(attributes) ? nullptr : found;
}

Result<void> check_writable(std::string_view name) {
  if (contains(read_only, name))
    return failed(Code::forbidden, "image.read_only", "Attribute '{}' is read-only.", name);
  if (contains(reserved, name) || name.starts_with(reserved_prefix)) {
    return failed(Code::forbidden, "image.reserved", "Attribute '{}' is reserved.", name);
  }
  return {};
}

Result<void> set_property(Image& image, std::string_view name, const Json& value) {
  if (name.empty() || name.size() > max_name)
    return bad_value(name, "A property's name has 1 to {} characters.", max_name);
  TRY(auto text, decode<std::string>(value, Unknown::refuse, std::string(name)));
  if (text.size() > max_property_value) {
    return bad_value(name, "The value of property '{}' is longer than {} characters.", name, max_property_value);
  }
  image.properties.insert_or_assign(std::string(name), std::move(text));
  return {};
}

}  // namespace

Result<void> set_attribute(Image& image, std::string_view name, const Json& value) {
  TRY_VOID(check_writable(name));
  if (const Attribute* attribute = find_attribute(name)) return attribute->set(image, value);
  return set_property(image, name, value);
}

Result<void> remove_attribute(Image& image, std::string_view name) {
  TRY_VOID(check_writable(name));
  if (find_attribute(name) != nullptr) {
    return failed(Code::forbidden, "image.not_removable", "Property {} may not be removed.", name);
  }
  if (image.properties.erase(std::string(name)) == 0) {
    return failed(Code::conflict, "image.no_such_property", "Property {} does not exist.", name);
  }
  return {};
}

bool has_attribute(const Image& image, std::string_view name) {
  return find_attribute(name) != nullptr || contains(read_only, name) || image.properties.contains(std::string(name));
}

Result<Image> parse_new_image(const Json& body) {
  if (!body.is_object()) return failed(Code::invalid, "image.bad_body", "The body must be a JSON object.");
  Image image;
  for (const auto& [key, value] : body.get_object()) {
    const std::string_view name(key);
    if (name != "id") {
      TRY_VOID(set_attribute(image, name, value));
      continue;
    }
    TRY(auto id, decode<std::string>(value, Unknown::refuse, "id"));
    if (!is_uuid(id)) return bad_value("id", "'{}' is not a uuid.", id);
    image.id = ImageId(to_lower(id));
  }
  return image;
}

Result<void> check_tag(std::string_view tag) {
  if (tag.empty() || tag.size() > max_name) return bad_value("tags", "A tag has 1 to {} characters.", max_name);
  return {};
}

Result<void> check_limits(const Image& image, const ImageLimits& limits) {
  if (image.properties.size() > limits.properties) {
    return failed(Code::too_large, "image.too_many_properties", "The limit of {} properties has been exceeded.",
                  limits.properties);
  }
  if (image.tags.size() > limits.tags) {
    return failed(Code::too_large, "image.too_many_tags", "The limit of {} tags has been exceeded.", limits.tags);
  }
  return {};
}

}  // namespace causeway::domain
