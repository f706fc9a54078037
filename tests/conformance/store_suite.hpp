#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "causeway/boundary/store.hpp"

/// The contract of boundary::Store, run on every implementation (store_test.cpp names them).
namespace causeway::boundary {

/// A new, empty store and whatever it stands on; destroyed in the order store, then base.
struct StoreUnderTest {
  std::shared_ptr<void> base;
  std::unique_ptr<Store> store;
};
struct StoreKind {
  std::string name;
  std::function<StoreUnderTest()> make;
};

class StoreSuite : public ::testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override {
    under_test_ = GetParam().make();
    ASSERT_NE(under_test_.store, nullptr);
  }
  Store& store() { return *under_test_.store; }

  /// Each in a write of its own.
  void put(const std::string& kind, const std::string& id, std::vector<Index> indexes = {}, Json body = JsonObject{}) {
    const auto done = store().write([&](Writer& w) -> Result<void> {
      TRY_VOID(w.put(kind, id, body, indexes));
      return {};
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void erase(const std::string& kind, const std::string& id) {
    const auto done = store().write([&](Writer& w) -> Result<void> {
      TRY_VOID(w.erase(kind, id));
      return {};
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void drop_tombstones(Revision up_to) {
    ASSERT_TRUE(store().write([&](Writer& w) { return w.drop_tombstones(up_to); }));
  }
  template <class Function>
  auto look(const Function& function) {
    typename std::invoke_result_t<const Function&, Reader&>::value_type found{};
    const auto done = store().read([&](Reader& r) -> Result<void> {
      TRY(found, function(r));
      return {};
    });
    EXPECT_TRUE(done) << done.error().describe();
    return found;
  }
  std::optional<Record> find(const std::string& kind, const std::string& id) {
    return look([&](Reader& r) { return r.find(kind, id); });
  }
  std::vector<std::string> ids(const Select& select) {
    std::vector<std::string> out;
    for (const auto& record : look([&](Reader& r) { return r.list(select); })) out.push_back(record.id);
    return out;
  }
  std::size_t count(const Select& select) {
    return look([&](Reader& r) { return r.count(select); });
  }
  /// "+id@revision" for records, "-id@revision" for tombstones.
  std::vector<std::string> changes(Revision after = 0, std::size_t limit = SIZE_MAX) {
    std::vector<std::string> out;
    for (const auto& change : look([&](Reader& r) { return r.changes(after, limit); })) {
      out.push_back(fmt::format("{}{}@{}", change.erased ? "-" : "+", change.record.id, change.record.revision));
    }
    return out;
  }
  Revision oldest_complete() {
    return look([](Reader& r) { return r.oldest_complete(); });
  }
  Revision read_revision() {
    return look([](Reader& r) { return r.revision(); });
  }

  StoreUnderTest under_test_;
};

using Texts = std::vector<std::string>;

inline Select all_of(const std::string& kind) { return {kind, "", "", "", SIZE_MAX}; }
inline Select by(const std::string& kind, const std::string& index, const std::string& value) {
  return {kind, index, value, "", SIZE_MAX};
}

}  // namespace causeway::boundary
