#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/shaping/shaper_messages.hpp"
#include "causeway/adapters/netlink/socket.hpp"
#include "causeway/boundary/kernel/shaper.hpp"

namespace causeway::adapters {

/// Limits by the kernel's traffic control, in the network namespace in which `open` was called (as NetlinkLinks).
///
/// Thread-safe: one socket, and a mutex that a call holds to its end. Nothing is cached: the state is the kernel's.
class NetlinkShaper final : public boundary::Shaper {
 public:
  static Result<std::unique_ptr<NetlinkShaper>> open();
  Result<void> ensure_limits(std::string_view host_end, std::string_view meter, const boundary::LinkLimits& limits) override;
  Result<boundary::LinkLimits> observe_limits(std::string_view host_end, std::string_view meter) override;
  /// Whether this kernel can: invalid "shaper.unsupported" with its reason. Tries it on links of its own, which go again.
  Result<void> supported();

 private:
  explicit NetlinkShaper(NetlinkSocket socket) : socket_(std::move(socket)) {}
  Result<std::optional<LinkState>> find(std::string_view name);
  Result<LinkState> get(std::string_view name);
  Result<Queues> queues(const LinkState& link);
  /// The device that what this link receives is redirected to.
  Result<std::optional<std::uint32_t>> redirection(const LinkState& link);
  Result<void> apply(const Message& message, const char* operation, std::string_view link, int tolerated = 0);
  Result<void> ensure_bucket(const LinkState& link, const std::optional<boundary::Rate>& rate);
  Result<void> ensure_upload(const LinkState& host, std::string_view meter, const boundary::Rate& rate);
  Result<void> drop_upload(const LinkState& host, std::string_view meter);

  std::mutex mutex_;
  NetlinkSocket socket_;
};

}  // namespace causeway::adapters
