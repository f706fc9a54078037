#include "causeway/domain/host/inventory.hpp"

namespace causeway::domain {

Host heard_from(const std::optional<Host>& known, const Host& reported, const RegionName& region,
                const std::string& uuid, Time now, std::int64_t reports) {
  Host host = reported;
  host.region = region;
  host.uuid = known ? known->uuid : uuid;
  host.created_at = known ? known->created_at : now;
  host.disabled = known && known->disabled;
  host.disabled_reason = known ? known->disabled_reason : "";
  host.forced_down = known && known->forced_down;
  if (host.availability_zone.empty() && known) host.availability_zone = known->availability_zone;
  host.down = false;
  host.last_seen = now;
  host.report_count = (known ? known->report_count : 0) + reports;
  host.updated_at = known ? known->updated_at : Time{};
  if (known && inventory_differs(*known, host)) host.updated_at = now;
  return host;
}

bool is_up(const Host& host) { return !host.forced_down && !host.down; }

std::string why_down(const Host& host) {
  if (host.forced_down) return fmt::format("Host {} was declared down by an administrator.", host.id);
  return fmt::format("Host {} has not been heard of since {} UTC.", host.id, plain_time(host.last_seen));
}

bool inventory_differs(const Host& before, const Host& after) {
  Host aged = after;
  aged.last_seen = before.last_seen;
  aged.report_count = before.report_count;
  aged.updated_at = before.updated_at;
  return encode(aged) != encode(before);
}

}  // namespace causeway::domain
