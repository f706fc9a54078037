#pragma once

#include <span>
#include <string>

#include "causeway/boundary/store.hpp"
#include "causeway/services/common/stored_kind.hpp"

namespace causeway::services {

struct IndexRenewal {
  std::size_t records = 0;  ///< looked at
  std::size_t renewed = 0;  ///< whose index entries were not what this build finds them by
  std::size_t unread = 0;   ///< whose body this build cannot read; left as they are
};

/// Gives the records that another build wrote the index entries by which this one looks for them: reads the store once, writes those
/// that differ, and remembers `build` (as of app/common/build_id.hpp; "" = no build is known), for which it does nothing from then on.
/// For the start of a process, before anything else reads the store. Records of a kind that is not among `kinds` stay as they are.
/// Feeds do not notice. Killed half way, it does the rest at the next start.
///
/// A unique value that two records have (a replica may, for a while; so may the records of a build that did not ask) becomes an
/// entry that is not unique: a store with such a pair still starts. Fails: as the store does.
Result<IndexRenewal> renew_indexes(boundary::Store& store, std::span<const StoredKind> kinds, const std::string& build);

}  // namespace causeway::services
