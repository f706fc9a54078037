#include "causeway/domain/firewall/pacing.hpp"

namespace causeway::domain::firewall {

bool Pacing::hold_back(HostPorts& host, Instant now) {
  std::erase_if(known_, [&](const auto& known) { return !host.groups.contains(known.first); });
  bool any = false;
  for (auto& [id, record] : host.groups) {
    auto& known = known_[id];
    if (known.record == record) continue;
    if (known.record && now < known.next) {
      record = known.record;
      any = true;
      continue;
    }
    const auto rules = record->rules.size();
    known = {record, now + (rules > free_rules && rules <= limits_.rules ? rules : 0) * pause_for_each_rule};
  }
  return any;
}

}  // namespace causeway::domain::firewall
