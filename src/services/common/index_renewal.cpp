#include "causeway/services/common/index_renewal.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

using boundary::Record;
using boundary::Revision;
using boundary::Writer;

constexpr std::size_t page = 1000;  ///< records for which one transaction holds up others, and what memory they take

Result<bool> renew(Writer& writer, const Record& record, std::vector<boundary::Index> indexes) {
  auto done = writer.reindex(record.kind, record.id, indexes);
  if (done || done.error().reason != "store.unique") return done;
  log::warn("{} {}: {}", record.kind, record.id, done.error().describe());
  for (auto& index : indexes) index.unique = false;
  return writer.reindex(record.kind, record.id, indexes);
}

}  // namespace

Result<IndexRenewal> renew_indexes(boundary::Store& store, std::span<const StoredKind> kinds) {
  IndexRenewal total;
  for (Revision after = 0;;) {
    struct Page {
      IndexRenewal found;
      std::optional<Revision> last;
    };
    TRY(const auto done, boundary::transact(store, [&](Writer& writer) -> Result<Page> {
          Page out;
          TRY(const auto changes, writer.changes(after, page));
          for (const auto& [record, erased] : changes) {
            out.last = record.revision;
            const auto kind = std::ranges::find(kinds, record.kind, &StoredKind::name);
            if (erased || kind == kinds.end()) continue;
            ++out.found.records;
            auto indexes = kind->indexes(record.body);
            if (!indexes) {
              log::warn("{} {} cannot be read, and is not indexed anew: {}", record.kind, record.id, indexes.error().describe());
              ++out.found.unread;
              continue;
            }
            TRY(const bool renewed, renew(writer, record, *std::move(indexes)));
            if (renewed) ++out.found.renewed;
          }
          return out;
        }));
    if (!done.last) return total;
    after = *done.last;
    total.records += done.found.records;
    total.renewed += done.found.renewed;
    total.unread += done.found.unread;
  }
}

}  // namespace causeway::services
