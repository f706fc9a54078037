#include "causeway/services/common/feed_line.hpp"

#include <array>
#include <utility>

namespace causeway::services {
namespace {

constexpr std::array<std::pair<FeedLine::Op, std::string_view>, 7> op_names{{{FeedLine::Op::hello, "hello"},
                                                                            {FeedLine::Op::reset, "reset"},
                                                                            {FeedLine::Op::put, "put"},
                                                                            {FeedLine::Op::del, "del"},
                                                                            {FeedLine::Op::leave, "leave"},
                                                                            {FeedLine::Op::synced, "synced"},
                                                                            {FeedLine::Op::beat, "beat"}}};

}  // namespace

std::string write_line(const FeedLine& line) {
  JsonObject object;
  for (const auto& [op, name] : op_names) {
    if (op == line.op) object.emplace("op", name);
  }
  if (!line.store.empty()) object.emplace("store", line.store);
  if (!line.kind.empty()) object.emplace("kind", line.kind);
  if (!line.id.empty()) object.emplace("id", line.id);
  if (line.op == FeedLine::Op::put) object.emplace("body", line.body);
  if (line.cursor) object.emplace("cursor", *line.cursor);
  return to_text(object) + "\n";
}

Result<FeedLine> read_line(std::string_view text) {
  TRY(const Json json, parse_json(text));
  FeedLine line;
  const std::string op = text_member(json, "op");
  bool known = false;
  for (const auto& [value, name] : op_names) {
    if (name == op) {
      line.op = value;
      known = true;
    }
  }
  if (!known) return failed(Code::invalid, "feed.bad_line", "A feed line has the unknown op '{}'.", op);
  line.kind = text_member(json, "kind");
  line.id = text_member(json, "id");
  line.store = text_member(json, "store");
  if (const Json* body = member(json, "body")) line.body = *body;
  if (const Json* cursor = member(json, "cursor")) {
    if (!cursor->is_int64()) return failed(Code::invalid, "feed.bad_line", "A feed line's cursor is no integer.");
    line.cursor = cursor->get_int64();
  }
  const bool names_record = line.op == FeedLine::Op::put || line.op == FeedLine::Op::del || line.op == FeedLine::Op::leave;
  if (names_record && (line.kind.empty() || line.id.empty())) {
    return failed(Code::invalid, "feed.bad_line", "A feed line names no record.");
  }
  return line;
}

}  // namespace causeway::services
