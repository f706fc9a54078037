#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "causeway/base/id.hpp"
#include "causeway/base/json.hpp"
#include "causeway/base/time.hpp"

/// Fields declared once.
///
///   struct Lease {
///     LeaseId id; std::uint64_t first = 0;
///     static constexpr auto fields() { return std::tuple{field("id", &Lease::id), field("first", &Lease::first)}; }
///   };
///
/// gives `encode(lease)` and `decode<Lease>(json)`. Decoding names the path of what is wrong ("pools[1].start is not a
/// string"), takes absent members as the struct's defaults, and ignores or refuses unknown members as asked.
/// An enum takes part by a free function `constexpr auto names_of(E)` found by ADL that returns
/// std::array<std::pair<E, std::string_view>, N>. A value type takes part by members `std::string to_string() const` and
/// `static Result<T> parse(std::string_view)`.
namespace causeway {

template <class Owner, class T>
struct Field {
  std::string_view name;
  T Owner::* member;
};
template <class Owner, class T>
constexpr Field<Owner, T> field(std::string_view name, T Owner::* member) {
  return {name, member};
}

enum class Unknown { ignore, refuse };

template <class T>
concept Described = requires { T::fields(); };
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T e) { names_of(e); };
template <class T>
concept TextValue = requires(const T& value, std::string_view text) {
  { value.to_string() } -> std::convertible_to<std::string>;
  { T::parse(text) } -> std::same_as<Result<T>>;
};

template <NamedEnum E>
constexpr std::string_view to_name(E value) {
  for (const auto& [item, name] : names_of(value)) {
    if (item == value) return name;
  }
  return "?";
}
template <NamedEnum E>
std::optional<E> from_name(std::string_view text) {
  for (const auto& [item, name] : names_of(E{})) {
    if (name == text) return item;
  }
  return std::nullopt;
}

namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

inline Error wrong_type(std::string_view path, std::string_view wanted, const Json& got) {
  return fail(Code::invalid, "field.wrong_type", "{} is not {} (it is {}).", path.empty() ? "The body" : path, wanted,
              type_name_of(got))
      .at(std::string(path));
}
}  // namespace detail

template <class T>
Json encode(const T& value) {
  if constexpr (std::same_as<T, Json>) {
    return value;
  } else if constexpr (std::same_as<T, bool>) {
    return Json(value);
  } else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>) return Json(std::int64_t(value));
    return Json(std::uint64_t(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    return Json(double(value));
  } else if constexpr (std::same_as<T, std::string>) {
    return Json(std::string_view(value));
  } else if constexpr (detail::is_id<T>) {
    return Json(std::string_view(value.value));
  } else if constexpr (std::same_as<T, Time>) {
    return Json(std::int64_t(value.time_since_epoch().count()));
  } else if constexpr (detail::is_optional<T>) {
    return value ? encode(*value) : Json(nullptr);
  } else if constexpr (detail::is_vector<T>) {
    JsonArray array;
    array.reserve(value.size());
    for (const auto& item : value) array.push_back(encode(item));
    return array;
  } else if constexpr (detail::is_map<T>) {
    JsonObject object;
    for (const auto& [key, item] : value) object.emplace(key, encode(item));
    return object;
  } else if constexpr (NamedEnum<T>) {
    return Json(to_name(value));
  } else if constexpr (TextValue<T>) {
    return Json(std::string_view(value.to_string()));
  } else {
    static_assert(Described<T>, "give the type a static constexpr fields()");
    JsonObject object;
    std::apply([&](const auto&... f) { (object.emplace(f.name, encode(value.*(f.member))), ...); }, T::fields());
    return object;
  }
}

template <class T>
Result<T> decode(const Json& json, Unknown unknown = Unknown::ignore, const std::string& path = "");

namespace detail {
template <class Owner, class T>
void decode_member(const JsonObject& object, const Field<Owner, T>& f, Owner& out, Unknown unknown,
                   const std::string& path, std::optional<Error>& error) {
  if (error) return;
  const Json* found = object.if_contains(f.name);
  if (found == nullptr) return;
  auto value = decode<T>(*found, unknown, path.empty() ? std::string(f.name) : path + "." + std::string(f.name));
  if (!value) {
    error = std::move(value).error();
    return;
  }
  out.*(f.member) = *std::move(value);
}
}  // namespace detail

template <class T>
Result<T> decode(const Json& json, Unknown unknown, const std::string& path) {
  if constexpr (std::same_as<T, Json>) {
    return json;
  } else if constexpr (std::same_as<T, bool>) {
    if (!json.is_bool()) return failed(detail::wrong_type(path, "a boolean", json));
    return json.get_bool();
  } else if constexpr (std::is_integral_v<T>) {
    if (json.is_int64() && std::in_range<T>(json.get_int64())) return T(json.get_int64());
    if (json.is_uint64() && std::in_range<T>(json.get_uint64())) return T(json.get_uint64());
    return failed(detail::wrong_type(path, "an integer in range", json));
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) return failed(detail::wrong_type(path, "a number", json));
    return json.template to_number<T>();
  } else if constexpr (std::same_as<T, std::string>) {
    if (!json.is_string()) return failed(detail::wrong_type(path, "a string", json));
    return to_std(json.get_string());
  } else if constexpr (detail::is_id<T>) {
    if (!json.is_string()) return failed(detail::wrong_type(path, "a string", json));
    return T(to_std(json.get_string()));
  } else if constexpr (std::same_as<T, Time>) {
    if (!json.is_int64()) return failed(detail::wrong_type(path, "a time", json));
    return Time(Time::duration(json.get_int64()));
  } else if constexpr (detail::is_optional<T>) {
    if (json.is_null()) return T(std::nullopt);
    auto inner = decode<typename T::value_type>(json, unknown, path);
    if (!inner) return std::unexpected(std::move(inner).error());
    return T(*std::move(inner));
  } else if constexpr (detail::is_vector<T>) {
    if (!json.is_array()) return failed(detail::wrong_type(path, "a list", json));
    T out;
    out.reserve(json.get_array().size());
    for (std::size_t i = 0; i < json.get_array().size(); ++i) {
      auto item = decode<typename T::value_type>(json.get_array()[i], unknown, fmt::format("{}[{}]", path, i));
      if (!item) return std::unexpected(std::move(item).error());
      out.push_back(*std::move(item));
    }
    return out;
  } else if constexpr (detail::is_map<T>) {
    if (!json.is_object()) return failed(detail::wrong_type(path, "an object", json));
    T out;
    for (const auto& [key, value] : json.get_object()) {
      auto item = decode<typename T::mapped_type>(value, unknown, path.empty() ? std::string(key) : path + "." + std::string(key));
      if (!item) return std::unexpected(std::move(item).error());
      out.emplace(std::string(key), *std::move(item));
    }
    return out;
  } else if constexpr (NamedEnum<T>) {
    if (!json.is_string()) return failed(detail::wrong_type(path, "a string", json));
    const auto value = from_name<T>(std::string_view(json.get_string()));
    if (!value) {
      return failed(fail(Code::invalid, "field.bad_value", "{} has no value '{}'.", path, std::string_view(json.get_string())).at(path));
    }
    return *value;
  } else if constexpr (TextValue<T>) {
    if (!json.is_string()) return failed(detail::wrong_type(path, "a string", json));
    auto value = T::parse(std::string_view(json.get_string()));
    if (!value) return std::unexpected(std::move(value).error().at(path));
    return value;
  } else {
    static_assert(Described<T>, "give the type a static constexpr fields()");
    if (!json.is_object()) return failed(detail::wrong_type(path, "an object", json));
    const auto& object = json.get_object();
    T out{};
    std::optional<Error> error;
    std::apply([&](const auto&... f) { (detail::decode_member(object, f, out, unknown, path, error), ...); }, T::fields());
    if (error) return failed(*std::move(error));
    if (unknown == Unknown::refuse) {
      for (const auto& [key, value] : object) {
        const bool known = std::apply([&](const auto&... f) { return ((f.name == std::string_view(key)) || ...); }, T::fields());
        if (!known) {
          return failed(fail(Code::invalid, "field.unknown", "Unknown field '{}'.", std::string_view(key)).at(std::string(key)));
        }
      }
    }
    return out;
  }
}

}  // namespace causeway
