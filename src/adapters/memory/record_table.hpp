#pragma once

#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "causeway/boundary/store.hpp"

namespace causeway::adapters {

/// Records, their log and their indexes in maps. Copying shares the records themselves. Not thread-safe.
class RecordTable {
 public:
  using Key = std::pair<std::string, std::string>;  ///< kind, id
  struct Entry {
    boundary::Change change;
    std::vector<boundary::Index> indexes;
  };
  using EntryPtr = std::shared_ptr<const Entry>;

  std::optional<boundary::Record> find(std::string_view kind, std::string_view id) const;
  std::vector<boundary::Record> list(const boundary::Select& select) const;
  std::size_t count(const boundary::Select& select) const;
  std::vector<boundary::Change> changes(boundary::Revision after, std::size_t limit) const;
  boundary::Revision revision() const { return newest_; }
  boundary::Revision oldest_complete() const { return oldest_complete_; }

  /// The entry of a record or of its tombstone; null where there is neither.
  EntryPtr entry(const Key& key) const;
  /// The id of the record of the kind that holds (name, value) as a unique index.
  std::optional<std::string> holder(std::string_view kind, const boundary::Index& index) const;
  /// Puts the entry in the place of the one with its key, at a new revision.
  boundary::Revision append(Entry entry);
  /// Puts `entry` (null: nothing) in the place of the one with the key, at the revision that the entry has: undoes, or indexes anew.
  void restore(const Key& key, const EntryPtr& entry);
  void set_revision(boundary::Revision newest) { newest_ = newest; }
  void set_oldest_complete(boundary::Revision revision) { oldest_complete_ = revision; }

 private:
  using IndexRow = std::tuple<std::string, std::string, std::string, std::string>;  ///< kind, name, value, id
  void remove(const Key& key);
  void insert(const Key& key, EntryPtr entry);
  /// Visits the ids of the living records of a selection in order, until the visitor says false.
  template <class Visit>
  void visit_ids(const boundary::Select& select, const Visit& visit) const;

  boundary::Revision newest_ = 0;
  boundary::Revision oldest_complete_ = 0;
  std::map<Key, EntryPtr> living_;
  std::map<Key, EntryPtr> erased_;
  std::map<boundary::Revision, EntryPtr> log_;
  std::set<IndexRow> index_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> unique_;  ///< kind, name, value -> id
};

}  // namespace causeway::adapters
