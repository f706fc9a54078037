#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::boundary {

/// The far end of a feed that we subscribe to.
class FeedSource {
 public:
  virtual ~FeedSource() = default;
  /// Dials, and hands over whole lines as they come, several at a time. Blocks until the stream ends: `stop`, an error of
  /// `lines`, or the peer (silent for longer than its heartbeats allow counts as gone): always an Error, that says which.
  virtual Result<void> watch(const std::string& store_id, Revision from, std::stop_token stop,
                             const std::function<Result<void>(const std::vector<std::string_view>&)>& lines) = 0;
};

/// The far end that we push our own changes to, as feed lines.
class FeedReceiver {
 public:
  virtual ~FeedReceiver() = default;
  struct Position {
    std::string store_id;  ///< of our store, as the receiver remembers it
    Revision cursor = 0;
  };
  virtual Result<Position> position() = 0;
  /// The receiver applied all lines; its answer is the new position. `from`: the position that it last told. One that is elsewhere by
  /// now refuses (conflict "feed.cursor"): so lines that were given up on the way and come late do nothing.
  virtual Result<Position> push(Revision from, const std::string& lines) = 0;
};

}  // namespace causeway::boundary
