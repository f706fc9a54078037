#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace causeway {

/// Wall-clock time, UTC, microseconds. It comes in through boundary::Clock; nothing else reads a clock.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// "2026-01-02T03:04:05Z" (Neutron), with `micros` "2026-01-02T03:04:05.000006Z" (Keystone).
std::string iso_time(Time time, bool micros = false);
/// "2026-01-02 03:04:05", UTC without a zone: Zun and the Admin API.
std::string plain_time(Time time);
/// Reads the forms above, also with an offset of Z or +00:00; none when it is not a time.
std::optional<Time> parse_time(std::string_view text);

}  // namespace causeway
