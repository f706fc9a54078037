#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace causeway {

/// A string that names one kind of thing and is never mistaken for another kind's: ids (uuid text) and names that are
/// keys (regions, hosts). Empty means "none".
template <class Tag>
struct Id {
  std::string value;

  Id() = default;
  explicit Id(std::string text) : value(std::move(text)) {}
  bool empty() const { return value.empty(); }
  explicit operator bool() const { return !value.empty(); }
  const std::string& str() const { return value; }
  auto operator<=>(const Id&) const = default;
};

}  // namespace causeway

template <class Tag>
struct std::hash<causeway::Id<Tag>> {
  std::size_t operator()(const causeway::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};

template <class Tag>
struct fmt::formatter<causeway::Id<Tag>> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const causeway::Id<Tag>& id, Context& context) const {
    return fmt::formatter<std::string>::format(id.value, context);
  }
};
