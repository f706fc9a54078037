#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

/// The log: one line per event on standard error, "time level process [thread] message". spdlog does the work in log.cpp.
namespace causeway::log {

enum class Level { debug, info, warn, error };

/// Once, at start, before any other thread. `process` names the process in each line ("central", "agent r1h1").
void start(std::string_view process, Level level);
bool enabled(Level level);
void write(Level level, std::string_view text);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warn)) write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace causeway::log
