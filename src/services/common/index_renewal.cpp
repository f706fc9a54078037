#include "causeway/services/common/index_renewal.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

using boundary::Record;
using boundary::Revision;
using boundary::Writer;

constexpr std::string_view note_kind = "indexed_by";  ///< one record: for which build the entries are
constexpr std::string_view note_id = "build";
constexpr std::size_t page = 1000;  ///< records for which one transaction holds up others, and what memory they take

Result<bool> renew(Writer& writer, const Record& record, const std::vector<boundary::Index>& indexes) {
  auto done = writer.reindex(record.kind, record.id, indexes);
  if (done || done.error().reason != "store.unique") return done;
  log::warn("{} {}: {}", record.kind, record.id, done.error().describe());
  return writer.reindex(record.kind, record.id, shared(indexes));
}

Result<bool> is_for(boundary::Store& store, const std::string& build) {
  return boundary::view(store, [&](boundary::Reader& reader) -> Result<bool> {
    TRY(const auto note, reader.find(note_kind, note_id));
    return note && !build.empty() && text_member(note->body, "build") == build;
  });
}

Result<IndexRenewal> renew_all(boundary::Store& store, std::span<const StoredKind> kinds) {
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
            const auto indexes = kind->indexes(record.body);
            if (!indexes) {
              log::warn("{} {} cannot be read, and is not indexed anew: {}", record.kind, record.id,
                        indexes.error().describe());
              ++out.found.unread;
              continue;
            }
            TRY(const bool renewed, renew(writer, record, *indexes));
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

}  // namespace

Result<IndexRenewal> renew_indexes(boundary::Store& store, std::span<const StoredKind> kinds,
                                   const std::string& build) {
  TRY(const bool done_before, is_for(store, build));
  if (done_before) return IndexRenewal{};
  TRY(const auto renewal, renew_all(store, kinds));
  TRY_VOID(store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(writer.put(note_kind, note_id, JsonObject{{"build", build}}, {}));
    return {};
  }));
  return renewal;
}

}  // namespace causeway::services
