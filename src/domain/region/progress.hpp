#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

/// How far what somebody else decided has come: hosts tell their region, regions tell the centre.
namespace causeway::domain {

/// Something of a host that does not become what it should be: a key of its reconciler ("network/<id>", "port/<id>") that
/// failed several times in a row.
struct KeyFailure {
  std::string key;
  std::string error;
  static constexpr auto fields() { return std::tuple{field("key", &KeyFailure::key), field("error", &KeyFailure::error)}; }
  bool operator==(const KeyFailure&) const = default;
};

/// Of a host, in revisions of its region's store: everything up to `applied` was brought into its kernel, or tried and
/// named in `failures`.
struct HostApplied {
  std::string store;  ///< of the region, as the host knows it
  std::int64_t applied = 0;
  std::vector<KeyFailure> failures;
  static constexpr auto fields() {
    using H = HostApplied;
    return std::tuple{field("store", &H::store), field("applied", &H::applied), field("failures", &H::failures)};
  }
  bool operator==(const HostApplied&) const = default;
};

/// The same of one host in revisions of the centre's store.
struct HostProgress {
  HostName host;
  std::int64_t applied = 0;
  std::vector<KeyFailure> failures;
  static constexpr auto fields() {
    using H = HostProgress;
    return std::tuple{field("host", &H::host), field("applied", &H::applied), field("failures", &H::failures)};
  }
  bool operator==(const HostProgress&) const = default;
};

/// Region to centre, in revisions of the centre's store.
struct RegionProgress {
  std::string store;         ///< of the centre, as the region knows it
  std::int64_t applied = 0;  ///< the region's store holds everything up to here
  std::vector<HostProgress> hosts;
  static constexpr auto fields() {
    using R = RegionProgress;
    return std::tuple{field("store", &R::store), field("applied", &R::applied), field("hosts", &R::hosts)};
  }
  bool operator==(const RegionProgress&) const = default;
};

}  // namespace causeway::domain
