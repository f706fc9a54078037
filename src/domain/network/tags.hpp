#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/subnet_rules.hpp"

namespace causeway::domain {

struct TagChange {
  enum class How { replace, add, remove };
  How how = How::replace;
  std::vector<std::string> tags;
};

inline constexpr std::size_t longest_tag = 255;  ///< bytes

/// Tags are a set, kept in order. invalid "tags.bad_tag", "tags.too_many"; not_found "tag.not_found" when one that is to be
/// removed is not there.
inline Result<std::vector<std::string>> tags_after(std::vector<std::string> tags, const TagChange& change, const NetworkLimits& limits) {
  if (change.how == TagChange::How::replace) tags.clear();
  for (const auto& tag : change.tags) {
    const auto at = std::find(tags.begin(), tags.end(), tag);
    if (change.how == TagChange::How::remove) {
      if (at == tags.end()) return failed(Code::not_found, "tag.not_found", "Tag {} could not be found.", tag);
      tags.erase(at);
    } else if (at == tags.end()) {
      if (tag.empty() || tag.size() > longest_tag) {
        return failed(fail(Code::invalid, "tags.bad_tag", "A tag has from 1 to {} bytes.", longest_tag).at("tags"));
      }
      tags.push_back(tag);
    }
  }
  if (tags.size() > limits.tags) return failed(fail(Code::invalid, "tags.too_many", "A resource has at most {} tags.", limits.tags).at("tags"));
  std::sort(tags.begin(), tags.end());
  return tags;
}

}  // namespace causeway::domain
