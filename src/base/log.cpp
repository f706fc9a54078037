#include "causeway/base/log.hpp"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace causeway::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const auto instance = std::make_shared<spdlog::logger>("causeway", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  return *instance;
}

}  // namespace

void start(std::string_view process, Level level) {
  logger().set_pattern(fmt::format("%Y-%m-%dT%H:%M:%S.%fZ %^%l%$ {} [%t] %v", process), spdlog::pattern_time_type::utc);
  logger().set_level(to_spdlog(level));
  logger().flush_on(spdlog::level::debug);
}

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void write(Level level, std::string_view text) {
  // one event, one line: what a client sent must not be able to forge another
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
      line.push_back(c);
    }
  }
  logger().log(to_spdlog(level), "{}", line);
}

}  // namespace causeway::log
