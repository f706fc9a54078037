#include "causeway/services/common/replica.hpp"

#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

constexpr std::string_view cursor_kind = "cursor";

}  // namespace

Replica::Replica(boundary::Store& store, std::string source, std::vector<std::string> kinds, Owns owns, Shared shared)
    : store_(store), source_(std::move(source)), kinds_(std::move(kinds)), owns_(std::move(owns)), shared_(std::move(shared)) {}

Result<Replica::Position> Replica::position() {
  resetting_ = false;
  seen_.clear();
  Position found;
  TRY_VOID(store_.read([&](boundary::Reader& reader) -> Result<void> {
    TRY(const auto record, reader.find(cursor_kind, source_));
    if (!record) return {};
    found.store_id = text_member(record->body, "store");
    const Json* cursor = member(record->body, "cursor");
    found.cursor = cursor != nullptr && cursor->is_int64() ? cursor->get_int64() : 0;
    return {};
  }));
  position_ = found;
  loaded_ = true;
  return found;
}

Replica::Position Replica::applied() const { return position_; }

Result<void> Replica::expect_at(boundary::Revision cursor) {
  if (!loaded_) TRY_VOID(position());
  if (position_.cursor == cursor) return {};
  return failed(Code::conflict, "feed.cursor", "The lines go on from {}, and we are at {}.", cursor, position_.cursor);
}

Result<void> Replica::apply(const std::vector<std::string_view>& lines) {
  // a receiver may be restarted while the far side pushes on
  if (!loaded_) TRY_VOID(position());
  std::vector<FeedLine> parsed;
  parsed.reserve(lines.size());
  bool changes = false;
  for (const auto text : lines) {
    TRY(auto line, read_line(text));
    changes = changes || line.op != FeedLine::Op::beat || (line.cursor && *line.cursor - position_.cursor > 1000);
    parsed.push_back(std::move(line));
  }
  if (!changes) {  // a heartbeat is not worth a disk write; what it says is only remembered
    for (const auto& line : parsed) {
      if (line.cursor && !resetting_) position_.cursor = *line.cursor;
    }
    tell_applied();
    return {};
  }

  // the transaction may run twice: it works on copies, which become ours when it is durable
  Position position;
  bool resetting = false;
  bool synced = false;
  Snapshot seen;
  TRY_VOID(store_.write([&](boundary::Writer& writer) -> Result<void> {
    position = position_;
    resetting = resetting_;
    synced = synced_;
    seen = seen_;
    for (const auto& line : parsed) TRY_VOID(apply_one(writer, line, position, resetting, synced, seen));
    if (position.cursor == position_.cursor && position.store_id == position_.store_id) return {};
    TRY_VOID(writer.put(cursor_kind, source_, JsonObject{{"store", position.store_id}, {"cursor", position.cursor}}, {}));
    return {};
  }));
  position_ = position;
  resetting_ = resetting;
  synced_ = synced;
  seen_ = std::move(seen);
  tell_applied();
  return {};
}

void Replica::tell_applied() const {
  if (on_applied_ && !resetting_ && !position_.store_id.empty()) on_applied_(position_);
}

Result<void> Replica::apply_one(boundary::Writer& writer, const FeedLine& line, Position& position, bool& resetting, bool& synced,
                                Snapshot& seen) {
  switch (line.op) {
    case FeedLine::Op::hello:
      if (line.store != position.store_id) position = {line.store, 0};
      synced = synced || position.cursor > 0;  // unless a reset follows
      break;
    case FeedLine::Op::reset:
      resetting = true;
      synced = false;
      seen.clear();
      position.cursor = 0;  // of no use from here on: the source may have gone back in time
      break;
    case FeedLine::Op::put: {
      if (resetting) seen.emplace(line.kind, line.id);
      if (!owns_(line.kind, line.body)) break;
      // a source may not take over a record that is not its own by sending one with the same id
      TRY(const auto present, writer.find(line.kind, line.id));
      if (present && !owns_(line.kind, present->body)) break;
      if (present && shared_.is_newer && shared_.is_newer(line.kind, present->body, line.body)) break;
      TRY_VOID(put_replicated(writer, line.kind, line.id, line.body));
      break;
    }
    case FeedLine::Op::del: TRY_VOID(erase_replicated(writer, line.kind, line.id, owns_)); break;
    case FeedLine::Op::leave: TRY_VOID(drop_replicated(writer, line.kind, line.id, owns_)); break;
    case FeedLine::Op::synced:
      if (resetting) TRY_VOID(sweep(writer, seen));
      resetting = false;
      synced = true;
      seen.clear();
      break;
    case FeedLine::Op::beat: break;
  }
  if (line.cursor && !resetting) position.cursor = *line.cursor;
  return {};
}

Result<void> Replica::sweep(boundary::Writer& writer, const Snapshot& seen) {
  for (const auto& kind : kinds_) {
    TRY(const auto records, writer.list({kind, "", "", "", SIZE_MAX}));
    for (const auto& record : records) {
      if (seen.contains({record.kind, record.id}) || !owns_(record.kind, record.body)) continue;
      if (shared_.outlives_snapshots && shared_.outlives_snapshots(writer, record.kind, record.body, seen)) continue;
      log::info("replica of {}: {} {} is not in the snapshot, removing it", source_, record.kind, record.id);
      TRY_VOID(writer.erase(record.kind, record.id));
    }
  }
  return {};
}

}  // namespace causeway::services
