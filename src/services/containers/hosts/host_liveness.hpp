#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/json.hpp"
#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/domain/host/host.hpp"

namespace causeway::services {

/// When each host was last heard of: what its record does not hold, so that a sign of life costs no write.
///
/// Job: tells reports that bring news from those that only say "I live", old ones from new ones, and silent hosts from
/// living ones. A host that was not heard of since this process began counts as heard of when it began. Lifetime: as
/// the process; it begins knowing nothing, and therefore wants everything of everybody once. Concurrency: thread-safe.
/// Memory: an entry for each host that ever reported, or has a record.
class HostLiveness {
 public:
  explicit HostLiveness(boundary::Clock& clock);

  enum class Word {
    late,     ///< a newer report of the same agent was here before
    routine,  ///< the host lives, and is as its record says
    news,     ///< its record is to be looked at
  };
  Word heard(const boundary::HostReport& report, Duration grain);
  /// The record says what the report said.
  void recorded(const boundary::HostReport& report);
  /// The record was written, with the number of reports and the time of the last.
  void counted(const domain::HostName& host);
  /// What the record says is in doubt, or is about to change.
  void doubt(const domain::HostName& host);

  /// Everything of the host is to be reported once more; until `received_all`.
  void want_all(const domain::HostName& host);
  void received_all(const domain::HostName& host);
  bool wants_all(const domain::HostName& host) const;

  /// Counts as heard of now: a host with a record, when the process begins.
  void expect(const domain::HostName& host);
  /// Nobody can be blamed for the silence so far: this process itself stood still.
  void excuse_all();
  /// Neither heard of for `limit` nor given up already.
  std::vector<domain::HostName> silent_for(Duration limit) const;
  bool is_silent(const domain::HostName& host, Duration limit) const;
  /// The record says so now. A host that spoke meanwhile is not given up.
  void given_up(const domain::HostName& host, Duration limit);
  void forget(const domain::HostName& host);

  /// Beyond the record: when it was heard of, by the wall clock, and how many reports came that are not counted in it.
  struct Since {
    Time heard{};
    std::int64_t reports = 0;
  };
  Since since_record(const domain::HostName& host) const;

 private:
  struct Entry {
    std::chrono::steady_clock::time_point heard, counted;
    Time heard_at{};
    std::int64_t uncounted = 0;
    std::string session;
    std::int64_t seq = 0;
    std::optional<Json> inventory;  ///< as the record has it; none = not known
    bool wants_all = true;
    bool given_up = false;
  };
  bool silent(const Entry& entry, Duration limit) const;

  boundary::Clock& clock_;
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point excused_;
  std::map<domain::HostName, Entry> hosts_;
};

}  // namespace causeway::services
