#include "causeway/base/time.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace causeway {
namespace {

struct Parts {
  int year, month, day, hour, minute, second, micro;
};

Parts split(Time time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return {int(date.year()),          int(unsigned(date.month())),  int(unsigned(date.day())),  int(clock.hours().count()),
          int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count())};
}

}  // namespace

std::string iso_time(Time time, bool micros) {
  const Parts p = split(time);
  auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", p.year, p.month, p.day, p.hour, p.minute, p.second);
  if (micros) text += fmt::format(".{:06}", p.micro);
  return text + "Z";
}

std::string plain_time(Time time) {
  const Parts p = split(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", p.year, p.month, p.day, p.hour, p.minute, p.second);
}

std::optional<Time> parse_time(std::string_view text) {
  using namespace std::chrono;
  Parts p{};
  const std::string copy(text);
  char separator = 0;
  int used = 0;
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2d%c%2d:%2d:%2d%n", &p.year, &p.month, &p.day, &separator, &p.hour, &p.minute,
                  &p.second, &used) != 7 ||
      (separator != 'T' && separator != ' ')) {
    return std::nullopt;
  }
  std::string_view rest = std::string_view(copy).substr(std::size_t(used));
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    int scale = 100000;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      p.micro += (rest.front() - '0') * scale;
      scale /= 10;
      rest.remove_prefix(1);
    }
  }
  if (!rest.empty() && rest != "Z" && rest != "+00:00" && rest != "+0000") return std::nullopt;
  const year_month_day date{year{p.year}, month{unsigned(p.month)}, day{unsigned(p.day)}};
  if (!date.ok() || p.hour > 23 || p.minute > 59 || p.second > 60) return std::nullopt;
  return Time{sys_days{date}.time_since_epoch() + hours{p.hour} + minutes{p.minute} + seconds{p.second} +
              microseconds{p.micro}};
}

}  // namespace causeway
