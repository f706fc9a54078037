#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/adapters/netlink/message.hpp"
#include "causeway/boundary/kernel/shaper.hpp"

/// The rtnetlink requests about queueing disciplines: pure builders and readers (man tc-tbf, tc-u32, tc-mirred).
namespace causeway::adapters {

/// A token bucket: bytes a second, the bucket's depth, and how many bytes may wait.
struct Bucket {
  std::uint64_t rate = 0;
  std::uint32_t depth = 0;
  std::uint32_t queue = 0;
  bool operator==(const Bucket&) const = default;
};
/// A packet waits 50 ms at most. The depth: 5 ms of the rate unless one is asked for, and never so small that a full packet
/// of the link could not pass.
Bucket bucket_of(const boundary::Rate& rate);

Message list_queues(std::uint32_t link);
Message set_bucket(std::uint32_t link, const Bucket& bucket);
Message remove_bucket(std::uint32_t link);
Message add_ingress(std::uint32_t link);
Message remove_ingress(std::uint32_t link);
Message list_filters(std::uint32_t link);
/// Everything that `link` receives goes through `meter` first.
Message redirect_all(std::uint32_t link, std::uint32_t meter);
Message create_meter(std::string_view name, std::uint32_t mtu);

/// What one link queues with, as far as we set it.
struct Queues {
  std::optional<Bucket> bucket;  ///< rate and queue; the depth is told in another unit
  bool ingress = false;
};
void read_queue(const nlmsghdr& message, std::uint32_t link, Queues& out);
/// The device that one filter redirects to; none for another kind of filter.
std::optional<std::uint32_t> read_redirect(const nlmsghdr& message, std::uint32_t link);

}  // namespace causeway::adapters
