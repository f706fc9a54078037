#include "causeway/domain/container/kill_signal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace causeway::domain {
namespace {

constexpr std::array<std::string_view, 31> names{"HUP",  "INT",    "QUIT", "ILL",   "TRAP", "ABRT", "BUS",  "FPE",
                                                 "KILL", "USR1",   "SEGV", "USR2",  "PIPE", "ALRM", "TERM", "STKFLT",
                                                 "CHLD", "CONT",   "STOP", "TSTP",  "TTIN", "TTOU", "URG",  "XCPU",
                                                 "XFSZ", "VTALRM", "PROF", "WINCH", "IO",   "PWR",  "SYS"};
constexpr int last_signal = 64;  // real-time signals have numbers only

std::string to_upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return out;
}

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<std::string> parse_signal(std::string_view text) {
  if (text.empty() || text == "None") return "SIGKILL";
  if (const auto number = number_in(text); number && *number >= 1 && *number <= last_signal) return std::string(text);
  std::string name = to_upper(text);
  if (name.starts_with("SIG")) name.erase(0, 3);
  if (std::find(names.begin(), names.end(), name) != names.end()) return "SIG" + name;
  return failed(fail(Code::invalid, "spec.bad_value", "Invalid input for field 'signal'. Value: '{}'. It is no signal.",
                     text.substr(0, 40))
                    .at("signal"));
}

}  // namespace causeway::domain
