#include "causeway/adapters/memory/memory_data.hpp"

#include <algorithm>
#include <array>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

/// Reads `from` to its end; an error ends it.
Result<std::string> everything_of(boundary::ByteSource& from) {
  std::string out;
  std::array<char, 4096> piece;
  while (true) {
    TRY(const auto count, from.read(piece));
    if (count == 0) return out;
    out.append(piece.data(), count);
  }
}

std::unexpected<Error> no_path(const std::string& path) {
  return failed(fail(Code::invalid, "container.no_path", "Path '{}' does not exist in the container.", path).at("path"));
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Result<std::size_t> TextSource::read(std::span<char> into) {
  if (at_ >= breaks_at_) return failed(Code::unavailable, "engine.unreachable", "The engine broke off.");
  const auto count = std::min({into.size(), piece_, text_.size() - at_, breaks_at_ - at_});
  text_.copy(into.data(), count, at_);
  at_ += count;
  return count;
}

Result<void> MemoryData::planned(const std::string& operation) {
  const auto found = failures_.find(operation);
  if (found == failures_.end()) return {};
  auto error = std::move(found->second);
  failures_.erase(found);
  return failed(std::move(error));
}

Result<domain::SeenContainer> MemoryData::enter(const std::string& operation, const domain::ContainerId& id) {
  TRY_VOID(planned(operation));
  TRY(const auto seen, engine_.inspect(id));
  if (!seen) return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  return *seen;
}

std::unique_ptr<boundary::ByteSource> MemoryData::source_of(std::string text) {
  const auto breaks_at = std::exchange(break_after_, std::nullopt);
  return std::make_unique<TextSource>(std::move(text), 7, breaks_at.value_or(SIZE_MAX));
}

Result<std::unique_ptr<boundary::ByteSource>> MemoryData::logs(const domain::ContainerId& id,
                                                               const boundary::LogQuery& query, std::stop_token) {
  const std::lock_guard lock(mutex_);
  TRY_VOID(enter("logs", id));
  std::string text = query.stdout_ ? logs_[id] : "";
  if (query.tail) {
    auto lines = split(text, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    std::string last;
    const auto skipped = lines.size() - std::min(lines.size(), std::size_t(*query.tail));
    for (std::size_t i = skipped; i < lines.size(); ++i) last += std::string(lines[i]) + "\n";
    text = std::move(last);
  }
  return source_of(std::move(text));
}

Result<boundary::ContainerStats> MemoryData::stats(const domain::ContainerId& id) {
  const std::lock_guard lock(mutex_);
  TRY(const auto seen, enter("stats", id));
  if (seen.state != domain::EngineState::running)
    return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);
  return boundary::ContainerStats{1'000'000, 4'000'000, 1 << 20, 64 << 20, 1, 2, 3, 4};
}

Result<boundary::ProcessTable> MemoryData::top(const domain::ContainerId& id, const std::string& ps_args) {
  const std::lock_guard lock(mutex_);
  TRY(const auto seen, enter("top", id));
  if (seen.state != domain::EngineState::running)
    return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);
  if (ps_args == "bogus") {
    return failed(fail(Code::invalid, "container.bad_ps_args", "ps does not know '{}'.", ps_args).at("ps_args"));
  }
  return boundary::ProcessTable{{"PID", "CMD"}, {{"1", seen.command.empty() ? "init" : seen.command.front()}}};
}

Result<boundary::PathArchive> MemoryData::get_archive(const domain::ContainerId& id, const std::string& path) {
  const std::lock_guard lock(mutex_);
  TRY_VOID(enter("get_archive", id));
  const auto file = files_[id].find(path);
  if (file == files_[id].end()) return no_path(path);
  const auto name = base_name(path);
  return boundary::PathArchive{{name, std::int64_t(file->second.size()), 0644, "2026-01-01T00:00:00Z", ""},
                               source_of(name + "=" + file->second + "\n")};
}

Result<void> MemoryData::put_archive(const domain::ContainerId& id, const std::string& path,
                                     boundary::ByteSource& tar) {
  const std::lock_guard lock(mutex_);
  TRY_VOID(enter("put_archive", id));
  if (path != "/" && path != "/tmp") return no_path(path);
  TRY(const auto text, everything_of(tar));
  for (const auto line : split(text, '\n')) {
    if (line.empty()) continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
      return failed(fail(Code::invalid, "container.bad_archive", "archive/tar: invalid tar header").at("data"));
    files_[id][(path == "/" ? "/" : path + "/") + std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  return {};
}

Result<void> MemoryData::commit(const domain::ContainerId& id, const std::string& reference) {
  const std::lock_guard lock(mutex_);
  TRY_VOID(enter("commit", id));
  ++commits_;
  const auto archive = fmt::format("image sha256:of-{} {}", id, reference);
  committed_[reference] = archive;
  TextSource source(archive);
  return engine_.load_image(reference, [&](std::span<char> into) { return source.read(into); }, {});
}

Result<std::unique_ptr<boundary::ByteSource>> MemoryData::save_image(const std::string& reference, std::stop_token) {
  const std::lock_guard lock(mutex_);
  TRY_VOID(planned("save_image"));
  const auto found = committed_.find(reference);
  if (found == committed_.end()) return failed(Code::not_found, "engine.no_image", "No such image: {}", reference);
  return source_of(found->second);
}

void MemoryData::write_log(const domain::ContainerId& id, std::string text) {
  const std::lock_guard lock(mutex_);
  logs_[id] += text;
}

void MemoryData::break_next_source(std::size_t after) {
  const std::lock_guard lock(mutex_);
  break_after_ = after;
}

void MemoryData::fail_next(std::string operation, Error error) {
  const std::lock_guard lock(mutex_);
  failures_.insert_or_assign(std::move(operation), std::move(error));
}

int MemoryData::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

}  // namespace causeway::adapters
