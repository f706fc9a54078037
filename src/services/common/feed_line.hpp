#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// One line of a feed on the wire: a JSON object, ended by '\n'.
///
///   {"op":"hello","store":"<store id>"}                                 first line of every stream
///   {"op":"reset"}                                                      a snapshot follows: forget the cursor
///   {"op":"put","kind":"port","id":"..","body":{..},"cursor":17}        the record as it is
///   {"op":"del","kind":"port","id":"..","cursor":18}                    it is gone
///   {"op":"leave","kind":"network","id":".."}                           no longer yours, with all that hangs on it
///   {"op":"synced","cursor":40}                                         the snapshot is complete: what it lacked is gone
///   {"op":"beat","cursor":41}                                           nothing for you up to here; also the heartbeat
///
/// `cursor` stands on lines that are in order: a subscriber that has applied the line may resume from there. Lines without
/// it belong to what follows (records that became interesting with the next change).
struct FeedLine {
  enum class Op { hello, reset, put, del, leave, synced, beat };
  Op op = Op::beat;
  std::string kind;
  std::string id;
  Json body;
  std::string store;
  std::optional<boundary::Revision> cursor;
};

std::string write_line(const FeedLine& line);
Result<FeedLine> read_line(std::string_view text);

}  // namespace causeway::services
