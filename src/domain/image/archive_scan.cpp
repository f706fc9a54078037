#include "causeway/domain/image/archive_scan.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace causeway::domain {
namespace {

constexpr std::size_t block = 512;
constexpr std::uint64_t max_extension = 64 * 1024;
constexpr std::uint64_t max_size = std::uint64_t(1) << 60;
constexpr std::string_view manifest_name = "manifest.json";

struct FieldAt {
  std::size_t offset;
  std::size_t size;
};
constexpr FieldAt name_field{0, 100};
constexpr FieldAt size_field{124, 12};
constexpr FieldAt checksum_field{148, 8};
constexpr std::size_t type_offset = 156;
constexpr FieldAt magic_field{257, 5};
constexpr FieldAt prefix_field{345, 155};

std::string_view cut(std::string_view header, FieldAt field) { return header.substr(field.offset, field.size); }
std::string_view until_zero(std::string_view text) { return text.substr(0, text.find('\0')); }

/// Octal text, or with the top bit set a big-endian number (GNU, for sizes that octal cannot hold).
std::optional<std::uint64_t> parse_number(std::string_view field) {
  std::uint64_t value = 0;
  if ((static_cast<unsigned char>(field.front()) & 0x80) != 0) {
    for (std::size_t i = 0; i < field.size(); ++i) {
      const auto byte = static_cast<unsigned char>(field[i]);
      if (value > (max_size >> 8)) return std::nullopt;
      value = (value << 8) | (i == 0 ? byte & 0x7fu : byte);
    }
    return value;
  }
  const auto first = field.find_first_not_of(' ');
  if (first == std::string_view::npos) return 0;
  const auto digits = field.substr(first, field.find_first_of(std::string_view(" \0", 2), first) - first);
  if (digits.empty()) return 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  if (error != std::errc() || end != digits.data() + digits.size() || value > max_size) return std::nullopt;
  return value;
}

/// The sum of all bytes, those of the sum itself counted as spaces.
bool checksum_fits(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool in_sum = i >= checksum_field.offset && i < checksum_field.offset + checksum_field.size;
    sum += in_sum ? std::uint64_t(' ') : static_cast<unsigned char>(header[i]);
  }
  return parse_number(cut(header, checksum_field)) == sum;
}

/// What the data is instead, where its first bytes tell.
std::string_view known_format(std::string_view start) {
  struct Magic {
    std::string_view bytes;
    std::string_view name;
  };
  static constexpr Magic magics[] = {
      {"\x1f\x8b", "compressed with gzip"}, {"\xfd\x37\x7a\x58\x5a", "compressed with xz"},
      {"BZh", "compressed with bzip2"},     {"\x28\xb5\x2f\xfd", "compressed with zstd"},
      {"QFI\xfb", "a qcow2 disk image"},    {"PK\x03\x04", "a zip archive"},
  };
  for (const auto& magic : magics) {
    if (start.starts_with(magic.bytes)) return magic.name;
  }
  return "";
}

template <class... Args>
std::unexpected<Error> refused(fmt::format_string<Args...> why, Args&&... args) {
  return failed(
      Code::invalid, "image.not_docker_archive",
      "The data is not what container format 'docker' needs, an uncompressed archive made by `docker save`: {}",
      fmt::format(why, std::forward<Args>(args)...));
}

std::unexpected<Error> not_a_tar(std::string_view header) {
  const auto format = known_format(header);
  if (!format.empty()) return refused("it is {}.", format);
  return refused("it is not a tar archive.");
}

/// The value of `key` in POSIX extended header records, "<length> <key>=<value>\n" each.
std::optional<std::string> pax_value(std::string_view records, std::string_view key) {
  while (!records.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(records.data(), records.data() + records.size(), length);
    const auto digits = std::size_t(end - records.data());
    if (error != std::errc() || length > records.size() || length < digits + 3) return std::nullopt;
    const auto record = records.substr(digits + 1, length - digits - 2);
    const auto equals = record.find('=');
    if (equals != std::string_view::npos && record.substr(0, equals) == key)
      return std::string(record.substr(equals + 1));
    records.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace

Result<void> DockerArchiveScan::feed(std::string_view piece) {
  while (!piece.empty() && !at_end_) {
    if (contents_ > 0) {
      const auto take = std::size_t(std::min<std::uint64_t>(contents_, piece.size()));
      if (extension_type_ != 0) extension_ += piece.substr(0, take);
      piece.remove_prefix(take);
      contents_ -= take;
      if (contents_ == 0) end_entry();
    } else if (padding_ > 0) {
      const auto take = std::size_t(std::min<std::uint64_t>(padding_, piece.size()));
      piece.remove_prefix(take);
      padding_ -= take;
    } else {
      const auto take = std::min(block - header_.size(), piece.size());
      header_ += piece.substr(0, take);
      piece.remove_prefix(take);
      if (header_.size() == block) {
        TRY_VOID(read_header());
        header_.clear();
      }
    }
  }
  return {};
}

Result<void> DockerArchiveScan::read_header() {
  if (header_.find_first_not_of('\0') == std::string::npos) {
    at_end_ = true;
    return {};
  }
  const auto size = parse_number(cut(header_, size_field));
  if (!checksum_fits(header_) || !size) {
    if (entries_ == 0) return not_a_tar(header_);
    return refused("the header of entry {} is broken.", entries_ + 1);
  }
  const char type = header_[type_offset];
  contents_ = *size;
  padding_ = (block - contents_ % block) % block;
  extension_type_ = type == 'L' || type == 'x' ? type : char(0);
  extension_.clear();
  if (extension_type_ != 0) {
    if (contents_ > max_extension) return refused("the extended header of entry {} is too large.", entries_ + 1);
    return {};
  }
  ++entries_;
  const bool regular = type == '0' || type == '\0';
  if (regular && contents_ > 0 && entry_name() == manifest_name) has_manifest_ = true;
  // global headers ('g') name nothing and may stand between a name and its entry
  if (type != 'g') long_name_.clear();
  return {};
}

void DockerArchiveScan::end_entry() {
  if (extension_type_ == 'L') long_name_ = until_zero(extension_);
  if (extension_type_ == 'x') long_name_ = pax_value(extension_, "path").value_or(long_name_);
  extension_type_ = 0;
}

std::string DockerArchiveScan::entry_name() const {
  std::string name = long_name_;
  if (name.empty()) {
    const auto prefix =
        cut(header_, magic_field) == "ustar" ? until_zero(cut(header_, prefix_field)) : std::string_view();
    // old GNU archives keep times where POSIX has the prefix
    const bool posix = header_[magic_field.offset + magic_field.size] == '\0';
    if (posix && !prefix.empty()) name = std::string(prefix) + "/";
    name += until_zero(cut(header_, name_field));
  }
  return name.starts_with("./") ? name.substr(2) : name;
}

Result<void> DockerArchiveScan::finish() const {
  if (entries_ == 0 && !at_end_) {
    if (header_.empty() && contents_ == 0) return refused("it is empty.");
    return not_a_tar(header_);
  }
  if (!at_end_ && (contents_ > 0 || padding_ > 0 || !header_.empty()))
    return refused("it ends in the middle of entry {}.", entries_);
  if (!has_manifest_) return refused("it has no manifest.json.");
  return {};
}

}  // namespace causeway::domain
