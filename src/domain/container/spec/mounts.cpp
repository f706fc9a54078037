#include <algorithm>
#include <set>

#include "causeway/base/base64.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/domain/container/spec/spec_readers.hpp"
#include "causeway/domain/container/spec_values.hpp"

namespace causeway::domain::spec {
namespace {

constexpr std::size_t max_volume_name = 128;
constexpr std::int64_t max_volume_gib = 1024;

std::unexpected<Error> bad_mount(const Json& value, std::string_view why) { return bad_value("mounts", value, why); }

/// An absolute path below "/", in its plain form.
Result<std::string> destination_of(const Json& value) {
  TRY(auto path, text("mounts", value, {1, 4096}));
  const auto parts = split(path, '/');
  const bool plain = std::ranges::all_of(parts.begin() + 1, parts.end(), [](auto part) { return part != "." && part != ".."; });
  if (!path.starts_with('/') || !plain) return bad_mount(value, "A destination is an absolute path without '.' and '..'.");
  while (path.ends_with('/')) path.pop_back();
  if (path.empty()) return bad_mount(value, "A destination is a path below '/'.");
  return path;
}

Result<void> check_volume_name(const std::string& name) {
  if (is_uuid(name)) {
    return failed(fail(Code::invalid, "mount.no_block_storage",
                       "Invalid input for field 'mounts'. '{}' would be a volume of a block storage service, and this cloud has none. "
                       "Give a name: a volume of that name is made on the container's host.",
                       name)
                      .at("mounts"));
  }
  if (name.size() > max_volume_name || !is_resource_name(name)) {
    return bad_mount(Json(name), fmt::format("A volume's name has 2 to {} letters, digits, '_', '.' and '-', the first a letter or digit.",
                                             max_volume_name));
  }
  return {};
}

/// The members of one entry as they were given; "" and null count as absent.
struct Entry {
  std::string type, source, destination;
  std::int64_t size = 0;
};
Result<Entry> entry_of(const JsonObject& members, const Json& whole) {
  Entry out;
  for (const auto& [key, value] : members) {
    const bool empty = value.is_null() || (value.is_string() && value.get_string().empty());
    if (key == "type") {
      TRY(out.type, text("type", value));
    } else if (key == "source") {
      if (!empty) {
        TRY(out.source, text("source", value, {1, max_file_bytes}));
      }
    } else if (key == "destination") {
      TRY(out.destination, destination_of(value));
    } else if (key == "size") {
      if (!empty) {
        TRY(out.size, integer("size", value, 1, max_volume_gib));
      }
    } else {
      return bad_mount(whole, fmt::format("'{}' is unexpected.", std::string_view(key)));
    }
  }
  return out;
}

Result<Mount> one_mount(const Json& value) {
  TRY(const auto* members, object("mounts", value));
  TRY(auto entry, entry_of(*members, value));
  Mount mount;
  if (!entry.type.empty()) mount.type = entry.type;
  mount.destination = std::move(entry.destination);
  mount.size_gib = entry.size;
  if (mount.destination.empty()) return bad_mount(value, "It needs 'destination', and 'source' or 'size'.");
  if (mount.type == "bind") {
    if (entry.source.empty()) return bad_mount(value, "A file needs 'source', its content in base64.");
    if (entry.size != 0) return bad_mount(value, "A file has no 'size'.");
    if (!from_base64(entry.source)) return bad_mount(value, "The 'source' of a file is its content in base64.");
    mount.content = std::move(entry.source);
    return mount;
  }
  if (mount.type != "volume") return bad_mount(value, "'type' must be one of volume, bind.");
  if (entry.source.empty() && entry.size == 0) return bad_mount(value, "A volume needs 'source', its name, or 'size'.");
  if (!entry.source.empty()) TRY_VOID(check_volume_name(entry.source));
  mount.source = std::move(entry.source);
  return mount;
}

}  // namespace

Result<std::vector<Mount>> mounts(const Json& value) {
  std::vector<Mount> out;
  if (value.is_null()) return out;
  if (!value.is_array()) return bad_mount(value, "It must be a list.");
  if (value.get_array().size() > max_mounts) return bad_mount(value, fmt::format("It has more than {} items.", max_mounts));
  std::set<std::string> destinations;
  std::size_t bytes = 0;
  for (const auto& item : value.get_array()) {
    TRY(auto mount, one_mount(item));
    bytes += mount.content.size();
    if (bytes > max_file_bytes) {
      return bad_mount("...", fmt::format("Files may have {} KiB in all, written as base64.", max_file_bytes >> 10));
    }
    if (!destinations.insert(mount.destination).second) return bad_mount(Json(mount.destination), "It is a destination twice.");
    out.push_back(std::move(mount));
  }
  return out;
}

}  // namespace causeway::domain::spec
