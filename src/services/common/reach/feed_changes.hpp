#pragma once

#include <functional>

#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// Every change after `from`, in order.
inline Result<void> each_change(boundary::Reader& reader, boundary::Revision from,
                                const std::function<void(const boundary::Change&)>& visit) {
  constexpr std::size_t batch = 256;
  while (true) {
    TRY(const auto changes, reader.changes(from, batch));
    for (const auto& change : changes) visit(change);
    if (changes.size() < batch) return {};
    from = changes.back().record.revision;
  }
}

}  // namespace causeway::services
