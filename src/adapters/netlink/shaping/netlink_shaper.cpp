#include "causeway/adapters/netlink/shaping/netlink_shaper.hpp"

#include <cerrno>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"

namespace causeway::adapters {

Result<std::unique_ptr<NetlinkShaper>> NetlinkShaper::open() {
  TRY(auto socket, NetlinkSocket::open());
  return std::unique_ptr<NetlinkShaper>(new NetlinkShaper(std::move(socket)));
}

Result<void> NetlinkShaper::supported() {
  constexpr std::string_view probe = "cwi-probe", meter = "cwi-probe-meter";
  constexpr std::uint32_t usual_mtu = 1500;
  const std::scoped_lock lock(mutex_);
  const auto tried = [&]() -> Result<void> {
    TRY_VOID(apply(create_meter(probe, usual_mtu), "create", probe, EEXIST));
    TRY(const auto link, get(probe));
    TRY_VOID(ensure_bucket(link, boundary::Rate{1'000, 0}));
    return ensure_upload(link, meter, boundary::Rate{1'000, 0});
  }();
  for (const auto name : {meter, probe}) {
    TRY(const auto made, find(name));
    if (made) TRY_VOID(apply(delete_link(name), "remove", name, ENODEV));
  }
  if (tried) return {};
  return failed(Code::invalid, "shaper.unsupported", "The kernel cannot limit bandwidth: {}", tried.error().message);
}

Result<void> NetlinkShaper::ensure_limits(std::string_view host_end, std::string_view meter, const boundary::LinkLimits& limits) {
  const std::scoped_lock lock(mutex_);
  TRY(const auto host, get(host_end));
  TRY_VOID(ensure_bucket(host, limits.download));
  return limits.upload ? ensure_upload(host, meter, *limits.upload) : drop_upload(host, meter);
}

Result<boundary::LinkLimits> NetlinkShaper::observe_limits(std::string_view host_end, std::string_view meter) {
  const std::scoped_lock lock(mutex_);
  const auto rate_of = [](const Queues& seen) -> std::optional<boundary::Rate> {
    if (!seen.bucket) return std::nullopt;
    return boundary::Rate{seen.bucket->rate * 8 / 1000, 0};
  };
  boundary::LinkLimits out;
  TRY(const auto host, get(host_end));
  TRY(const auto down, queues(host));
  out.download = rate_of(down);
  TRY(const auto device, find(meter));
  TRY(const auto target, redirection(host));
  if (!device || target != device->index) return out;  // what is not redirected is not held back
  TRY(const auto up, queues(*device));
  out.upload = rate_of(up);
  return out;
}

Result<void> NetlinkShaper::ensure_bucket(const LinkState& link, const std::optional<boundary::Rate>& rate) {
  if (!rate && link.queueing != "tbf") return {};
  TRY(const auto present, queues(link));
  if (!rate) return present.bucket ? apply(remove_bucket(link.index), "lift the limit of", link.name, ENOENT) : Result<void>();
  auto wanted = bucket_of(*rate);
  auto seen = present.bucket.value_or(Bucket());
  seen.depth = wanted.depth;  // the queue follows from it
  if (seen == wanted) return {};
  return apply(set_bucket(link.index, wanted), "limit", link.name);
}

Result<void> NetlinkShaper::ensure_upload(const LinkState& host, std::string_view meter, const boundary::Rate& rate) {
  TRY(auto device, find(meter));
  if (!device) {
    TRY_VOID(apply(create_meter(meter, host.mtu), "create", meter));
    TRY(device, get(meter));
  }
  TRY_VOID(disable_ipv6(meter));
  if (!device->up) TRY_VOID(apply(set_up(device->index, true), "bring up", meter));
  TRY_VOID(ensure_bucket(*device, rate));
  TRY(const auto target, redirection(host));
  if (target == device->index) return {};
  // one that leads elsewhere goes with its discipline
  TRY_VOID(apply(remove_ingress(host.index), "take the filter from", host.name, ENOENT));
  TRY_VOID(apply(add_ingress(host.index), "receive by filter on", host.name));
  return apply(redirect_all(host.index, device->index), "redirect what is received on", host.name);
}

/// The device is the first to come and the last to go: without it there is no filter.
Result<void> NetlinkShaper::drop_upload(const LinkState& host, std::string_view meter) {
  TRY(const auto device, find(meter));
  if (!device) return {};
  TRY(const auto present, queues(host));
  if (present.ingress) TRY_VOID(apply(remove_ingress(host.index), "take the filter from", host.name, ENOENT));
  return apply(delete_link(meter), "remove", meter, ENODEV);
}

Result<std::optional<LinkState>> NetlinkShaper::find(std::string_view name) {
  std::optional<LinkState> link;
  TRY([[maybe_unused]] const bool found, socket_.get(get_link(name), name, [&](const nlmsghdr& message) { link = read_link(message); }));
  return link;
}

Result<LinkState> NetlinkShaper::get(std::string_view name) {
  TRY(auto link, find(name));
  if (!link) return failed(Code::not_found, "shaper.no_link", "There is no link {}.", name);
  return *std::move(link);
}

Result<Queues> NetlinkShaper::queues(const LinkState& link) {
  Queues out;
  // a list has the disciplines of every link of the host: not asked for without need
  TRY_VOID(socket_.dump(list_queues(link.index), link.name, [&] { out = {}; },
                        [&](const nlmsghdr& message) { read_queue(message, link.index, out); }));
  return out;
}

Result<std::optional<std::uint32_t>> NetlinkShaper::redirection(const LinkState& link) {
  std::optional<std::uint32_t> out;
  TRY(const auto present, queues(link));
  if (!present.ingress) return out;
  TRY_VOID(socket_.dump(list_filters(link.index), link.name, [&] { out.reset(); }, [&](const nlmsghdr& message) {
    if (const auto target = read_redirect(message, link.index)) out = target;
  }));
  return out;
}

Result<void> NetlinkShaper::apply(const Message& message, const char* operation, std::string_view link, int tolerated) {
  Batch batch;
  batch.add(message, operation, tolerated);
  return socket_.apply(batch, link);
}

}  // namespace causeway::adapters
