#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "causeway/boundary/collection.hpp"

namespace causeway::services {

/// A kind of record, for whoever has records of many kinds in hand: what its type says of a body.
struct StoredKind {
  std::string_view name;
  Result<std::vector<boundary::Index>> (*indexes)(const Json& body);
};

/// `stored_kinds<domain::Port, domain::Subnet>()`.
template <boundary::Stored... T>
constexpr auto stored_kinds() {
  return std::array{StoredKind{T::kind, [](const Json& body) -> Result<std::vector<boundary::Index>> {
                                 TRY(const T value, decode<T>(body));
                                 return boundary::indexes_of(value);
                               }}...};
}

/// The entries of a record that shares a unique value with another one: it is found by them, and holds nothing alone.
inline std::vector<boundary::Index> shared(std::vector<boundary::Index> indexes) {
  for (auto& index : indexes) index.unique = false;
  return indexes;
}

}  // namespace causeway::services
