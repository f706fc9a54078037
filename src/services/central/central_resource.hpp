#pragma once

#include <utility>
#include <vector>

#include "causeway/boundary/network/resource_service.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"
#include "causeway/services/central/central_deps.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

/// The part that is the same for every family of records that the centre owns: who sees it, quota, revision, times. A family
/// says what else must hold. Lifetime: as its deps. Concurrency: any thread; each call is one transaction.
template <class T>
class CentralResource : public boundary::ResourceService<T> {
 public:
  using Edit = typename boundary::ResourceService<T>::Edit;
  explicit CentralResource(const CentralDeps& deps) : deps_(deps) {}
  CentralResource(const CentralResource&) = delete;
  CentralResource& operator=(const CentralResource&) = delete;

  Result<std::vector<T>> list(const domain::Caller& who) override {
    return boundary::view(deps_.store, [&](boundary::Reader& reader) -> Result<std::vector<T>> {
      TRY(auto values, boundary::list<T>(reader));
      return central::kept(std::move(values), [&](const T& value) { return sees(who, value); });
    });
  }

  Result<T> get(const domain::Caller& who, const std::string& id) override {
    return boundary::view(deps_.store, [&](boundary::Reader& reader) { return seen(reader, who, id); });
  }

  Result<std::vector<T>> create(const domain::Caller& who, const std::vector<T>& drafts) override {
    return boundary::transact(deps_.store, [&](boundary::Writer& writer) -> Result<std::vector<T>> {
      std::vector<T> made;
      for (T value : drafts) {
        value.id = decltype(value.id)(deps_.ids.uuid());
        TRY_VOID(complete(writer, who, nullptr, value));
        TRY_VOID(central::check_quota<T>(writer, value.project_id, 1, usual_quota()));
        if constexpr (requires { value.created_at; }) value.created_at = deps_.clock.now();
        TRY_VOID(store(writer, value));
        made.push_back(std::move(value));
      }
      return made;
    });
  }

  Result<T> update(const domain::Caller& who, const std::string& id, const Edit& edit,
                   std::optional<std::int64_t> if_revision) override {
    return boundary::transact(deps_.store, [&](boundary::Writer& writer) -> Result<T> {
      TRY(const auto before, owned(writer, who, id, "update"));
      TRY_VOID(check_revision(before, if_revision));
      T after = before;
      TRY_VOID(edit(after));
      TRY_VOID(complete(writer, who, &before, after));
      TRY_VOID(store(writer, after));
      return after;
    });
  }

  Result<void> remove(const domain::Caller& who, const std::string& id, std::optional<std::int64_t> if_revision) override {
    return deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY(const auto value, owned(writer, who, id, "delete"));
      TRY_VOID(check_revision(value, if_revision));
      TRY_VOID(check_removal(writer, value));
      TRY_VOID(boundary::erase<T>(writer, value.id));
      return removed(writer, value);
    });
  }

 protected:
  /// Fills in and checks a new record, or a changed one whose former state is `before`.
  virtual Result<void> complete(boundary::Writer& writer, const domain::Caller& who, const T* before, T& value) = 0;
  virtual Result<void> check_removal(boundary::Writer& writer, const T& value) = 0;
  /// What else changes with it, in the same transaction.
  virtual Result<void> written(boundary::Writer&, const T&) { return {}; }
  virtual Result<void> removed(boundary::Writer&, const T&) { return {}; }

  Result<T> seen(boundary::Reader& reader, const domain::Caller& who, const std::string& id) const {
    TRY(auto value, boundary::find<T>(reader, id));
    if (!value || !sees(who, *value)) return central::absent(T::kind, id);
    return *std::move(value);
  }

  const CentralDeps& deps_;

 private:
  static bool sees(const domain::Caller& who, const T& value) {
    if constexpr (requires { value.shared_with; }) return domain::sees_object(who, value);
    return who.sees(value.project_id);
  }
  static Result<void> check_revision(const T& value, const std::optional<std::int64_t>& expected) {
    if constexpr (requires { value.revision_number; }) return central::check_revision(value, expected);
    return {};
  }
  static std::int64_t usual_quota() {
    for (const auto& resource : domain::quota_resources) {
      if (resource.name == T::kind) return resource.usual;
    }
    return domain::no_limit;
  }
  Result<T> owned(boundary::Reader& reader, const domain::Caller& who, const std::string& id, std::string_view verb) const {
    TRY(auto value, seen(reader, who, id));
    if (!who.sees(value.project_id)) return central::denied(fmt::format("{}_{}", verb, T::kind));
    return value;
  }
  Result<void> store(boundary::Writer& writer, T& value) {
    if constexpr (requires { value.revision_number; }) {
      TRY_VOID(central::put_changed(writer, value, deps_.clock.now()));
    } else {
      TRY_VOID(boundary::put(writer, value));
    }
    return written(writer, value);
  }
};

}  // namespace causeway::services
