#include "causeway/domain/container/container_quota.hpp"

#include <charconv>

namespace causeway::domain {
namespace {

/// cpu is a sum of decimal fractions: 0.1 * 3 must fit where 0.3 is free.
constexpr double cpu_tolerance = 1e-6;

Result<std::int64_t> limit_of(std::string_view name, const Json& value) {
  std::optional<std::int64_t> number;
  if (value.is_int64()) number = value.get_int64();
  if (value.is_string()) {
    const auto& text = value.get_string();
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (error == std::errc() && end == text.data() + text.size()) number = parsed;
  }
  if (!number || *number < unlimited) {
    return failed(fail(Code::invalid, "quota.bad_value",
                       "Invalid input for field '{}'. A limit is an integer of at least -1 (-1 means unlimited).", name)
                      .at(std::string(name)));
  }
  return *number;
}

}  // namespace

Result<void> admit(const QuotaLimits& limits, const QuotaUsage& held, const QuotaUsage& asked) {
  std::string over;
  const auto check = [&over](std::string_view name, std::int64_t limit, double held_now, double more,
                             double tolerance) {
    if (limit == unlimited || more <= 0 || held_now + more <= double(limit) + tolerance) return;
    over += fmt::format("{}'{}'", over.empty() ? "" : ", ", name);
  };
  check("containers", limits.containers, double(held.containers), double(asked.containers), 0);
  check("memory", limits.memory, double(held.memory), double(asked.memory), 0);
  check("cpu", limits.cpu, held.cpu, asked.cpu, cpu_tolerance);
  check("disk", limits.disk, double(held.disk), double(asked.disk), 0);
  if (over.empty()) return {};
  return failed(Code::exhausted, "quota.exceeded", "Quota exceeded for resources: [{}]", over);
}

Result<QuotaOverrides> parse_quota(QuotaOverrides limits, const JsonObject& wanted) {
  for (const auto& [key, value] : wanted) {
    const std::string_view name = key;
    std::optional<std::int64_t>* target = name == "containers" ? &limits.containers
                                          : name == "memory"   ? &limits.memory
                                          : name == "cpu"      ? &limits.cpu
                                          : name == "disk"     ? &limits.disk
                                                               : nullptr;
    if (target == nullptr) {
      return failed(
          fail(Code::invalid, "field.unknown", "Additional properties are not allowed ('{}' was unexpected)", name)
              .at(std::string(name)));
    }
    TRY(*target, limit_of(name, value));
  }
  return limits;
}

}  // namespace causeway::domain
