#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"

/// The state of a process as records. A record has a kind ("port"), an id that is unique within the kind, a JSON body,
/// index entries by which it is found, and the revision of the commit that last touched it. Every write gives the record
/// a new revision, and an erased record leaves a tombstone with its last body: so the store *is* its feed
/// (see services/common/feed.hpp), and nothing has to be appended by hand or can be forgotten.
///
/// Typed access is boundary/collection.hpp; nothing above it handles raw records but feeds and replicas.
namespace causeway::boundary {

/// Grows by one with each record written or erased. 0 = before everything.
using Revision = std::int64_t;

struct Index {
  std::string name;   ///< "network_id"
  std::string value;  ///< equality only
  bool unique = false; ///< at most one record of the kind may hold this (name, value)
  bool operator==(const Index&) const = default;
};

struct Record {
  std::string kind;
  std::string id;
  Revision revision = 0;
  Json body;
};

/// One step of the feed: a record as it is now, or the tombstone of one (`erased`, body = its last one).
struct Change {
  Record record;
  bool erased = false;
};

struct Select {
  std::string kind;
  std::string index;  ///< "" = all of the kind
  std::string value;
  std::string after_id;          ///< strictly greater; results are in order of id
  std::size_t limit = SIZE_MAX;
};

/// A consistent view.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<std::optional<Record>> find(std::string_view kind, std::string_view id) = 0;
  virtual Result<std::vector<Record>> list(const Select& select) = 0;
  virtual Result<std::size_t> count(const Select& select) = 0;
  /// Changes with revision > after, in order of revision, at most `limit`. Each record appears once, at its newest
  /// revision (a compacted log): applying all changes from 0 gives the state.
  virtual Result<std::vector<Change>> changes(Revision after, std::size_t limit) = 0;
  virtual Result<Revision> revision() = 0;
  /// Changes from before it may lack tombstones: a subscriber with an older cursor takes a snapshot.
  virtual Result<Revision> oldest_complete() = 0;
};

class Writer : public Reader {
 public:
  /// Inserts or replaces. A (name, value) of a unique index that another record of the kind holds: conflict
  /// "store.unique", with the index name in `field`. Returns the record's new revision.
  virtual Result<Revision> put(std::string_view kind, std::string_view id, const Json& body, const std::vector<Index>& indexes) = 0;
  /// Gives the record these entries in the place of its own; its body and revision stay, for entries are no part of the feed.
  /// False when it has them already, or there is no such record. Fails as `put` does.
  virtual Result<bool> reindex(std::string_view kind, std::string_view id, const std::vector<Index>& indexes) = 0;
  /// False when there was none.
  virtual Result<bool> erase(std::string_view kind, std::string_view id) = 0;
  /// Forgets tombstones up to and including `up_to`; oldest_complete() becomes at least that.
  virtual Result<void> drop_tombstones(Revision up_to) = 0;
};

/// Contract (tests/conformance/store_suite.hpp runs on every implementation):
/// - `write` runs the function alone (writers are serialised) and commits when it returns success; an error or an
///   exception leaves no trace. When `write` returns success the commit is durable. The function may run more than once
///   (a serialisation failure) and must have no effect but through the Writer; it must not call the store.
/// - `read` sees one snapshot and never blocks on writers.
/// - Implementations may commit several writes in one group; each stands or falls alone.
/// - Revisions become visible in order: a reader that saw r never later sees a new change at or below r.
class Store {
 public:
  virtual ~Store() = default;
  virtual Result<void> read(const std::function<Result<void>(Reader&)>& function) = 0;
  virtual Result<void> write(const std::function<Result<void>(Writer&)>& function) = 0;
  /// Made with the database, differs from every other store's: a cursor is only good with the store that gave it.
  virtual const std::string& store_id() const = 0;
  /// Newest committed revision, without touching the database.
  virtual Revision revision() const = 0;
  /// Called after each group of commits, from the writer's thread; must not block and must not call the store. Returns a
  /// handle that ends the subscription when destroyed (it waits for a call under way).
  virtual std::shared_ptr<void> on_commit(std::function<void(Revision)> callback) = 0;
};

}  // namespace causeway::boundary
