#pragma once

#include <span>

#include "causeway/sql/migrations.hpp"

namespace causeway::adapters {

/// The steps of the store's schema, oldest first.
std::span<const sql::Migration> store_migrations();

}  // namespace causeway::adapters
