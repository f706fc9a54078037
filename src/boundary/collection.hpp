#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/boundary/store.hpp"

/// Typed access to records: a type takes part with `kind`, `fields()`, an `id` member and `indexes()`.
///
///   struct Subnet {
///     static constexpr std::string_view kind = "subnet";
///     SubnetId id; NetworkId network_id; ...
///     static constexpr auto fields();
///     std::vector<IndexEntry> indexes() const { return {{"network_id", network_id.str()}}; }
///   };
///   auto subnets = transact(store, [&](Writer& w) -> Result<...> { ... list<Subnet>(w, {"network_id", id.str()}) ... });
///
/// domain may not include boundary, so `indexes()` returns causeway::domain::IndexEntry, which has the shape of Index.
namespace causeway::boundary {

template <class T>
concept Stored = Described<T> && requires(const T& t) {
  { T::kind } -> std::convertible_to<std::string_view>;
  t.id;
  t.indexes();
};

namespace detail {
inline std::string key_text(const std::string& id) { return id; }
template <class Tag>
std::string key_text(const Id<Tag>& id) {
  return id.value;
}
}  // namespace detail

struct By {
  std::string index;
  std::string value;
};

template <Stored T>
Result<T> decode_record(const Record& record) {
  auto value = decode<T>(record.body);
  if (!value) return std::unexpected(std::move(value).error().while_("reading {} {}", record.kind, record.id));
  return value;
}

template <Stored T, class Key>
Result<std::optional<T>> find(Reader& reader, const Key& id) {
  TRY(auto record, reader.find(T::kind, detail::key_text(id)));
  if (!record) return std::optional<T>();
  TRY(auto value, decode_record<T>(*record));
  return std::optional<T>(std::move(value));
}

/// An absent one is not_found "<kind>.not_found".
template <Stored T, class Key>
Result<T> get(Reader& reader, const Key& id) {
  TRY(auto found, find<T>(reader, id));
  if (!found) return failed(Code::not_found, std::string(T::kind) + ".not_found", "{} {} could not be found.", T::kind, detail::key_text(id));
  return *std::move(found);
}

template <Stored T>
Result<std::vector<T>> list(Reader& reader, const std::optional<By>& by = std::nullopt) {
  Select select{std::string(T::kind), by ? by->index : "", by ? by->value : "", "", SIZE_MAX};
  TRY(auto records, reader.list(select));
  std::vector<T> out;
  out.reserve(records.size());
  for (const auto& record : records) {
    TRY(auto value, decode_record<T>(record));
    out.push_back(std::move(value));
  }
  return out;
}

template <Stored T>
Result<std::size_t> count(Reader& reader, const By& by) {
  return reader.count(Select{std::string(T::kind), by.index, by.value, "", SIZE_MAX});
}

template <Stored T>
std::vector<Index> indexes_of(const T& value) {
  std::vector<Index> out;
  for (const auto& entry : value.indexes()) out.push_back({std::string(entry.name), entry.value, entry.unique});
  return out;
}

template <Stored T>
Result<Revision> put(Writer& writer, const T& value) {
  return writer.put(T::kind, detail::key_text(value.id), encode(value), indexes_of(value));
}

template <Stored T, class Key>
Result<bool> erase(Writer& writer, const Key& id) {
  return writer.erase(T::kind, detail::key_text(id));
}

/// Store::write with a value: `auto port = transact(store, [&](Writer& w) -> Result<Port> {...});`
template <class Function>
auto transact(Store& store, Function&& function) -> std::invoke_result_t<Function&, Writer&> {
  using Outcome = std::invoke_result_t<Function&, Writer&>;
  std::optional<Outcome> outcome;
  auto done = store.write([&](Writer& writer) -> Result<void> {
    outcome.emplace(function(writer));
    if (!*outcome) return std::unexpected(outcome->error());
    return {};
  });
  if (!done) return std::unexpected(std::move(done).error());
  return *std::move(outcome);
}

/// Store::read with a value.
template <class Function>
auto view(Store& store, Function&& function) -> std::invoke_result_t<Function&, Reader&> {
  using Outcome = std::invoke_result_t<Function&, Reader&>;
  std::optional<Outcome> outcome;
  auto done = store.read([&](Reader& reader) -> Result<void> {
    outcome.emplace(function(reader));
    if (!*outcome) return std::unexpected(outcome->error());
    return {};
  });
  if (!done) return std::unexpected(std::move(done).error());
  return *std::move(outcome);
}

}  // namespace causeway::boundary
