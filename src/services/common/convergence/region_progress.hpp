#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "causeway/boundary/control/progress_receiver.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// A region's word to the centre on how far it and its hosts are with what the centre decided.
///
/// Job: hosts speak in revisions of the region's store, the centre thinks in its own: each time that the replica of the
/// centre applied something, the pair of both revisions is noted, so that a host's revision can be translated. What
/// changed is sent at once, then at most every `gap`; all is said again every `heartbeat`. Nothing is stored: after a start
/// the hosts say where they are within a heartbeat. Lifetime: start() / stop(); one thread. Concurrency: thread-safe, and
/// nothing but stop() blocks. Memory: bounded, by dropping pairs between others, which only makes hosts look later.
class RegionProgress {
 public:
  struct Options {
    std::chrono::milliseconds gap{100};
    std::chrono::milliseconds heartbeat{5'000};
    std::chrono::milliseconds retry{1'000};
    std::size_t max_pairs = 4'096;
  };
  RegionProgress(const boundary::Store& store, boundary::ProgressReceiver& centre, Options options);
  ~RegionProgress();
  void start();
  void stop();

  /// Our store holds what the centre's held at `cursor`. Called after the commit, in order.
  void applied(const std::string& centre_store, boundary::Revision cursor);
  /// What a host reported; ignored when it is about a store that is not ours.
  void host_applied(const domain::HostName& host, const domain::HostApplied& applied);
  domain::RegionProgress now();

 private:
  struct Pair {
    boundary::Revision centre = 0, own = 0;
  };
  void loop(std::stop_token stop);
  void trim();
  boundary::Revision centre_revision(boundary::Revision own) const;

  const boundary::Store& store_;
  boundary::ProgressReceiver& centre_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool news_ = false;
  domain::RegionProgress progress_;
  std::deque<Pair> pairs_;  ///< both grow
  struct Host {
    boundary::Revision own = 0;     ///< what it said
    boundary::Revision centre = 0;  ///< what that means; grows
    std::vector<domain::KeyFailure> failures;
  };
  std::map<domain::HostName, Host> hosts_;
  std::jthread thread_;
};

}  // namespace causeway::services
