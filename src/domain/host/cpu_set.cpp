#include "causeway/domain/host/cpu_set.hpp"

#include <charconv>

#include "causeway/base/encoding.hpp"

namespace causeway::domain {
namespace {

std::optional<int> number(std::string_view text) {
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

}  // namespace

CpuSet parse_cpus(const std::string& text) {
  CpuSet out;
  for (const auto part : split(text, ',')) {
    const auto dash = part.find('-');
    const auto first = number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last) continue;
    for (int cpu = *first; cpu <= *last; ++cpu) out.insert(cpu);
  }
  return out;
}

std::string to_text(const CpuSet& cpus) {
  std::string out;
  for (auto cpu = cpus.begin(); cpu != cpus.end();) {
    const int first = *cpu;
    int last = first;
    while (++cpu != cpus.end() && *cpu == last + 1) last = *cpu;
    out += (out.empty() ? "" : ",") + std::to_string(first);
    if (last > first) out += "-" + std::to_string(last);
  }
  return out;
}

std::optional<CpuSet> choose_cpus(int total, const CpuSet& taken, int count, int left) {
  CpuSet free;
  for (int cpu = 0; cpu < total; ++cpu) {
    if (!taken.contains(cpu)) free.insert(cpu);
  }
  if (int(free.size()) < count + left) return std::nullopt;
  return CpuSet(free.begin(), std::next(free.begin(), count));
}

CpuSet shared_cpus(int total, const CpuSet& taken) {
  CpuSet out;
  if (taken.empty()) return out;
  for (int cpu = 0; cpu < total; ++cpu) {
    if (!taken.contains(cpu)) out.insert(cpu);
  }
  return out;
}

}  // namespace causeway::domain
