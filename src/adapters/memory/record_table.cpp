#include "causeway/adapters/memory/record_table.hpp"

namespace causeway::adapters {

using boundary::Change;
using boundary::Index;
using boundary::Record;
using boundary::Revision;
using boundary::Select;

template <class Visit>
void RecordTable::visit_ids(const Select& select, const Visit& visit) const {
  std::size_t left = select.limit;
  if (select.index.empty()) {
    for (auto at = living_.upper_bound({select.kind, select.after_id});
         at != living_.end() && at->first.first == select.kind && left > 0; ++at, --left) {
      visit(at->first);
    }
    return;
  }
  for (auto at = index_.upper_bound({select.kind, select.index, select.value, select.after_id});
       at != index_.end() && left > 0; ++at, --left) {
    const auto& [kind, name, value, id] = *at;
    if (kind != select.kind || name != select.index || value != select.value) return;
    visit(Key{kind, id});
  }
}

std::optional<Record> RecordTable::find(std::string_view kind, std::string_view id) const {
  const auto at = living_.find({std::string(kind), std::string(id)});
  if (at == living_.end()) return std::nullopt;
  return at->second->change.record;
}

std::vector<Record> RecordTable::list(const Select& select) const {
  std::vector<Record> records;
  visit_ids(select, [&](const Key& key) { records.push_back(living_.at(key)->change.record); });
  return records;
}

std::size_t RecordTable::count(const Select& select) const {
  std::size_t count = 0;
  visit_ids(select, [&](const Key&) { ++count; });
  return count;
}

std::vector<Change> RecordTable::changes(Revision after, std::size_t limit) const {
  std::vector<Change> changes;
  for (auto at = log_.upper_bound(after); at != log_.end() && changes.size() < limit; ++at) {
    changes.push_back(at->second->change);
  }
  return changes;
}

RecordTable::EntryPtr RecordTable::entry(const Key& key) const {
  for (const auto* map : {&living_, &erased_}) {
    if (const auto at = map->find(key); at != map->end()) return at->second;
  }
  return nullptr;
}

std::optional<std::string> RecordTable::holder(std::string_view kind, const Index& index) const {
  const auto at = unique_.find({std::string(kind), index.name, index.value});
  if (at == unique_.end()) return std::nullopt;
  return at->second;
}

Revision RecordTable::append(Entry entry) {
  entry.change.record.revision = ++newest_;
  const Key key{entry.change.record.kind, entry.change.record.id};
  remove(key);
  insert(key, std::make_shared<const Entry>(std::move(entry)));
  return newest_;
}

void RecordTable::restore(const Key& key, const EntryPtr& entry) {
  remove(key);
  if (entry) insert(key, entry);
}

void RecordTable::remove(const Key& key) {
  const EntryPtr former = entry(key);
  if (!former) return;
  log_.erase(former->change.record.revision);
  living_.erase(key);
  erased_.erase(key);
  for (const auto& index : former->indexes) {
    index_.erase({key.first, index.name, index.value, key.second});
    if (index.unique) unique_.erase({key.first, index.name, index.value});
  }
}

void RecordTable::insert(const Key& key, EntryPtr entry) {
  log_[entry->change.record.revision] = entry;
  for (const auto& index : entry->indexes) {
    index_.insert({key.first, index.name, index.value, key.second});
    if (index.unique) unique_[{key.first, index.name, index.value}] = key.second;
  }
  auto& map = entry->change.erased ? erased_ : living_;
  map[key] = std::move(entry);
}

}  // namespace causeway::adapters
