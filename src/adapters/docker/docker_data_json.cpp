#include "causeway/adapters/docker/docker_data_json.hpp"

#include <algorithm>
#include <initializer_list>

#include "causeway/base/base64_stream.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

std::uint64_t number_at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* at = &json;
  for (const auto key : path) {
    at = member(*at, key);
    if (at == nullptr) return 0;
  }
  if (at->is_uint64()) return at->get_uint64();
  return at->is_int64() && at->get_int64() > 0 ? std::uint64_t(at->get_int64()) : 0;
}

const JsonArray* list_at(const Json& json, std::string_view key) {
  const Json* found = member(json, key);
  return found != nullptr && found->is_array() ? &found->get_array() : nullptr;
}

/// File pages that the kernel gives back first; their key depends on the version of control groups.
std::uint64_t unused_pages(const Json& json) {
  const auto second = number_at(json, {"memory_stats", "stats", "inactive_file"});
  const auto first = number_at(json, {"memory_stats", "stats", "total_inactive_file"});
  return first > 0 ? first : second;
}

void add_block_io(const Json& json, boundary::ContainerStats& stats) {
  const Json* block = member(json, "blkio_stats");
  const JsonArray* rows = block != nullptr ? list_at(*block, "io_service_bytes_recursive") : nullptr;
  if (rows == nullptr) return;
  for (const auto& row : *rows) {
    const auto what = to_lower(text_member(row, "op"));
    if (what == "read") stats.block_read_bytes += number_at(row, {"value"});
    if (what == "write") stats.block_written_bytes += number_at(row, {"value"});
  }
}

void add_network_io(const Json& json, boundary::ContainerStats& stats) {
  const Json* networks = member(json, "networks");
  if (networks == nullptr || !networks->is_object()) return;
  for (const auto& [name, counters] : networks->get_object()) {
    stats.received_bytes += number_at(counters, {"rx_bytes"});
    stats.sent_bytes += number_at(counters, {"tx_bytes"});
  }
}

std::vector<std::string> words_of(const Json& json) {
  std::vector<std::string> out;
  if (!json.is_array()) return out;
  for (const auto& word : json.get_array()) out.push_back(word.is_string() ? to_std(word.get_string()) : "");
  return out;
}

bool says(const Error& error, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return error.message.find(word) != std::string::npos; });
}

Error blamed(Error error, std::string_view reason, std::string field) {
  error.code = Code::invalid;
  error.reason = reason;
  error.field = std::move(field);
  return error;
}

}  // namespace

boundary::ContainerStats read_stats(const Json& json) {
  boundary::ContainerStats stats;
  stats.cpu_nanos = number_at(json, {"cpu_stats", "cpu_usage", "total_usage"});
  stats.system_cpu_nanos = number_at(json, {"cpu_stats", "system_cpu_usage"});
  const auto used = number_at(json, {"memory_stats", "usage"});
  stats.memory_bytes = used - std::min(used, unused_pages(json));
  stats.memory_limit_bytes = number_at(json, {"memory_stats", "limit"});
  add_block_io(json, stats);
  add_network_io(json, stats);
  return stats;
}

boundary::ProcessTable read_processes(const Json& json) {
  boundary::ProcessTable table;
  if (const Json* titles = member(json, "Titles")) table.titles = words_of(*titles);
  if (const JsonArray* rows = list_at(json, "Processes")) {
    for (const auto& row : *rows) table.processes.push_back(words_of(row));
  }
  return table;
}

Result<boundary::PathStat> read_path_stat(std::string_view header) {
  std::string text;
  Base64Decoder decoder;
  if (decoder.append(text, header) && decoder.finish()) {
    if (const auto json = parse_json(text)) {
      if (auto stat = decode<boundary::PathStat>(*json)) return stat;
    }
  }
  return failed(Code::internal, "engine.bad_stat", "The engine described the path in no form that is known.");
}

Error blame_path(Error error, const std::string& path) {
  // the container was found just before; the Engine's words tell the two kinds of absence apart
  if (error.code == Code::not_found && !says(error, {"No such container"})) {
    Error said = fail(Code::invalid, "container.no_path", "Path '{}' does not exist in the container.", path).at("path");
    said.context = std::move(error.context);
    said.context.push_back(std::move(error.message));
    return said;
  }
  if (error.code == Code::invalid || says(error, {"not a directory"})) return blamed(std::move(error), "container.bad_path", "path");
  return error;
}

Error blame_archive(Error error, const std::string& path) {
  if (says(error, {"archive/tar:", "unexpected EOF", "invalid tar header", "unrecognized archive", "gzip:"}))
    return blamed(std::move(error), "container.bad_archive", "data");
  return blame_path(std::move(error), path);
}

Error blame_ps(Error error) {
  if (says(error, {"not running"})) error.code = Code::conflict, error.reason = "container.not_running";
  if (error.reason == "engine.error" || error.code == Code::invalid) {
    if (says(error, {"ps", "PID"})) return blamed(std::move(error), "container.bad_ps_args", "ps_args");
  }
  return error;
}

}  // namespace causeway::adapters
