#pragma once

#include <stdlib.h>

#include <filesystem>

#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/store_sql/sql_store.hpp"
#include "store_suite.hpp"

namespace causeway::boundary {

inline StoreUnderTest make_sql_store() {
  std::string pattern = (std::filesystem::temp_directory_path() / "causeway-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return {};
  const std::shared_ptr<void> folder(nullptr, [pattern](void*) { std::filesystem::remove_all(pattern); });
  auto store = adapters::open_sql_store({.path = pattern + "/store.db"});
  EXPECT_TRUE(store) << store.error().describe();
  if (!store) return {};
  return {folder, *std::move(store)};
}

inline std::vector<StoreKind> all_stores() {
  return {{"memory", [] { return StoreUnderTest{nullptr, std::make_unique<adapters::MemoryStore>()}; }},
          {"sqlite", make_sql_store}};
}

inline std::string store_name(const ::testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

}  // namespace causeway::boundary
