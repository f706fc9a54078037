#include "causeway/adapters/fast_path/link_programs.hpp"

#include <bpf/libbpf.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace causeway::adapters {
namespace {

/// Behind programs that split VLANs off, and behind what limits bandwidth.
constexpr std::uint32_t priority = 100;
constexpr std::uint32_t handle = 1;

bpf_tc_hook place_on(int link, LinkHook hook) {
  bpf_tc_hook out{};
  out.sz = sizeof out;
  out.ifindex = link;
  out.attach_point = hook == LinkHook::receives ? BPF_TC_INGRESS : BPF_TC_EGRESS;
  return out;
}

bpf_tc_opts place_in() {
  bpf_tc_opts out{};
  out.sz = sizeof out;
  out.handle = handle;
  out.priority = priority;
  return out;
}

/// What the kernel says where there is no link, nothing that programs could be on, or no program.
bool says_none(int error) { return error == -ENOENT || error == -ENODEV || error == -EINVAL; }

std::unexpected<Error> refused(int link, std::string_view what, int error) {
  if (error == -ENODEV) return failed(Code::not_found, "fast_path.no_link", "Link {} has gone.", link);
  return failed(Code::unavailable, "fast_path.refused", "The kernel refused to {} link {}: {}.", what, link, std::strerror(-error));
}

/// Of the program in our place; 0 = none.
std::uint32_t id_on(const bpf_tc_hook& hook) {
  auto seen = place_in();
  return bpf_tc_query(&hook, &seen) == 0 ? seen.prog_id : 0;
}

}  // namespace

Result<LinkNumbers> observe_link(std::string_view link) {
  ifreq request{};
  if (link.empty() || link.size() >= sizeof request.ifr_name) return failed(Code::not_found, "fast_path.no_link", "There is no link '{}'.", link);
  std::memcpy(request.ifr_name, link.data(), link.size());
  const auto index = if_nametoindex(request.ifr_name);
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int outcome = socket < 0 ? -1 : ::ioctl(socket, SIOCGIFMTU, &request);
  if (socket >= 0) ::close(socket);
  if (index == 0 || outcome != 0) return failed(Code::not_found, "fast_path.no_link", "There is no link '{}'.", link);
  return LinkNumbers{index, std::uint32_t(request.ifr_mtu)};
}

Result<void> put_on_link(int link, LinkHook hook, const LoadedProgram& program) {
  auto place = place_on(link, hook);
  if (id_on(place) == program.id) return {};
  auto both = place;
  both.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
  if (const int error = bpf_tc_hook_create(&both); error != 0 && error != -EEXIST) return refused(link, "make place for programs on", error);
  auto wanted = place_in();
  wanted.prog_fd = program.descriptor;
  wanted.flags = BPF_TC_F_REPLACE;
  if (const int error = bpf_tc_attach(&place, &wanted); error != 0) return refused(link, "put a program on", error);
  return {};
}

Result<bool> take_off_link(int link) {
  bool found = false;
  for (const auto hook : {LinkHook::receives, LinkHook::sends}) {
    const auto place = place_on(link, hook);
    if (id_on(place) == 0) continue;
    const auto ours = place_in();
    if (const int error = bpf_tc_detach(&place, &ours); error != 0 && !says_none(error)) return refused(link, "take a program from", error);
    found = true;
  }
  return found;
}

}  // namespace causeway::adapters
