#include "causeway/domain/firewall/ruleset_edit.hpp"

namespace causeway::domain::firewall {

Chain* RulesetEdit::touch_chain(const Id& id) {
  const auto found = ruleset_.chains.find(id);
  Chain* present = found == ruleset_.chains.end() ? nullptr : &found->second;
  if (!chains_.contains(id)) chains_[id] = present == nullptr ? std::nullopt : std::optional(*present);
  return present;
}

Collection* RulesetEdit::touch_collection(const Id& id) {
  const auto found = ruleset_.collections.find(id);
  Collection* present = found == ruleset_.collections.end() ? nullptr : &found->second;
  if (!collections_.contains(id)) {
    collections_[id] = present == nullptr ? std::nullopt : std::optional(Collection{present->type, present->is_map, present->interval, {}});
  }
  return present;
}

void RulesetEdit::touch_element(const Id& id, const Collection& collection, const std::string& key) {
  const auto [noted, fresh] = elements_[id].try_emplace(key);
  if (!fresh) return;
  const auto present = collection.elements.find(key);
  if (present != collection.elements.end()) noted->second = present->second;
}

void RulesetEdit::add(const Piece& piece) {
  for (const auto& [id, chain] : piece.chains) {
    touch_chain(id);
    ruleset_.chains[id] = chain;
  }
  for (const auto& [at, value] : piece.elements) add_element(at.first, at.second, value);
}

void RulesetEdit::remove(const Piece& piece) {
  for (const auto& [id, chain] : piece.chains) {
    touch_chain(id);
    ruleset_.chains.erase(id);
  }
  for (const auto& [at, value] : piece.elements) remove_element(at.first, at.second);
}

void RulesetEdit::add_collection(const Id& id, Collection collection) {
  touch_collection(id);
  auto elements = std::move(collection.elements);
  collection.elements.clear();
  ruleset_.collections[id] = std::move(collection);
  for (auto& [key, value] : elements) add_element(id, key, value);
}

void RulesetEdit::remove_collection(const Id& id) {
  const Collection* present = touch_collection(id);
  if (present == nullptr) return;
  for (const auto& [key, value] : present->elements) touch_element(id, *present, key);
  ruleset_.collections.erase(id);
}

void RulesetEdit::add_element(const Id& collection, std::string key, std::string value) {
  auto* present = touch_collection(collection);
  if (present == nullptr) return;
  touch_element(collection, *present, key);
  present->elements.insert_or_assign(std::move(key), std::move(value));
}

void RulesetEdit::remove_element(const Id& collection, const std::string& key) {
  auto* present = touch_collection(collection);
  if (present == nullptr) return;
  touch_element(collection, *present, key);
  present->elements.erase(key);
}

RulesetChange RulesetEdit::change() const {
  Ruleset before, after;  // what was touched, alone
  for (const auto& [id, chain] : chains_) {
    if (chain) before.chains[id] = *chain;
    if (const auto now = ruleset_.chains.find(id); now != ruleset_.chains.end()) after.chains[id] = now->second;
  }
  for (const auto& [id, collection] : collections_) {
    if (collection) before.collections[id] = *collection;
    const auto now = ruleset_.collections.find(id);
    if (now != ruleset_.collections.end()) after.collections[id] = {now->second.type, now->second.is_map, now->second.interval, {}};
    const auto elements = elements_.find(id);
    if (elements == elements_.end()) continue;
    for (const auto& [key, value] : elements->second) {
      if (value) before.collections[id].elements[key] = *value;
      if (now == ruleset_.collections.end()) continue;
      if (const auto present = now->second.elements.find(key); present != now->second.elements.end()) after.collections[id].elements[key] = present->second;
    }
  }
  return difference(before, after);
}

}  // namespace causeway::domain::firewall
