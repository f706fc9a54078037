#include "causeway/adapters/fast_path/bpf_fast_path.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>

#include <cerrno>
#include <cstring>
#include <numeric>
#include <optional>
#include <vector>

#include "causeway/adapters/fast_path/bpf_object.hpp"
#include "causeway/adapters/fast_path/link_programs.hpp"
#include "causeway/adapters/fast_path/short_cut_maps.h"
#include "causeway/adapters/netlink/sysctl.hpp"
#include "causeway/base/log.hpp"

namespace causeway::adapters {
namespace {

std::unexpected<Error> unsupported(std::string_view what, int error) {
  return failed(Code::invalid, "fast_path.unsupported", "This host cannot let flows take a short cut: {}: {}.", what, std::strerror(error));
}

std::unexpected<Error> refused(std::string_view what, int error) {
  return failed(Code::unavailable, "fast_path.refused", "The kernel refused to {}: {}.", what, std::strerror(error));
}

/// The 128 bits of a router's id.
std::optional<std::array<std::uint64_t, 2>> bits_of(const domain::RouterId& id) {
  std::array<std::uint64_t, 2> out{};
  int digits = 0;
  for (const char letter : id.str()) {
    if (letter == '-') continue;
    const auto value = letter >= '0' && letter <= '9' ? letter - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    if (value < 0 || digits == 32) return std::nullopt;
    auto& half = out[std::size_t(digits++ / 16)];
    half = half << 4U | std::uint64_t(value);
  }
  return digits == 32 ? std::optional(out) : std::nullopt;
}

int write_to_log(libbpf_print_level level, const char* format, va_list arguments) {
  std::array<char, 400> line{};
  if (level != LIBBPF_DEBUG) std::vsnprintf(line.data(), line.size(), format, arguments);
  if (level != LIBBPF_DEBUG) log::debug("libbpf: {}", line.data());
  return 0;
}

}  // namespace

void BpfFastPath::Close::operator()(bpf_object* object) const { bpf_object__close(object); }

BpfFastPath::~BpfFastPath() = default;

Result<std::unique_ptr<BpfFastPath>> BpfFastPath::open(const Options& options) {
  libbpf_set_print(write_to_log);
  TRY_VOID(take_off_all());
  // conntrack sees only a part of a connection's packets: their numbers may be beyond what it would expect
  TRY(const bool liberal, ensure_net_sysctl("netfilter/nf_conntrack_tcp_be_liberal", "1"));
  if (!liberal) return unsupported("conntrack cannot be told to expect gaps", ENOENT);
  const auto bytes = short_cut_object();
  bpf_object_open_opts names{};
  names.sz = sizeof names;
  names.object_name = "causeway";
  std::unique_ptr<bpf_object, Close> object(bpf_object__open_mem(bytes.data(), bytes.size(), &names));
  if (!object) return unsupported("opening the programs", errno);
  bpf_map* constants = bpf_object__find_map_by_name(object.get(), ".rodata");
  const auto refresh = std::uint64_t(options.refresh.count());
  std::size_t size = 0;
  if (constants == nullptr || bpf_map__initial_value(constants, &size) == nullptr || size != sizeof refresh) return unsupported("setting up the programs", EINVAL);
  if (const int error = bpf_map__set_initial_value(constants, &refresh, sizeof refresh); error != 0) return unsupported("setting up the programs", -error);
  if (const int error = bpf_object__load(object.get()); error != 0) return unsupported("loading the programs", -error);
  std::unique_ptr<BpfFastPath> out(new BpfFastPath(object.release()));
  TRY_VOID(out->find_parts());
  return out;
}

Result<void> BpfFastPath::take_off_all() {
  libbpf_set_print(write_to_log);
  const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> links(if_nameindex(), if_freenameindex);
  if (!links) return refused("list the links", errno);
  for (const auto* link = links.get(); link->if_index != 0; ++link) {
    if (std::string_view(link->if_name).starts_with("cw")) TRY_VOID(take_off_link(int(link->if_index)));
  }
  return {};
}

Result<BpfFastPath::Program> BpfFastPath::program(const char* name) const {
  const auto* found = bpf_object__find_program_by_name(object_.get(), name);
  Program out{found == nullptr ? -1 : bpf_program__fd(found), 0};
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  if (out.descriptor < 0 || bpf_obj_get_info_by_fd(out.descriptor, &info, &size) != 0) return unsupported(name, errno);
  out.id = info.id;
  return out;
}

Result<int> BpfFastPath::map(const char* name) const {
  const int found = bpf_object__find_map_fd_by_name(object_.get(), name);
  if (found < 0) return unsupported(name, -found);
  return found;
}

Result<void> BpfFastPath::find_parts() {
  TRY(received_, program("received"));
  TRY(sent_, program("sent"));
  TRY(to_router_, program("to_router"));
  TRY(from_router_, program("from_router"));
  TRY(generations_, map("generation"));
  TRY(links_, map("links"));
  TRY(counts_, map("counts"));
  return next_generation();
}

Result<void> BpfFastPath::attach(std::string_view link, const std::optional<domain::RouterId>& leads_to) {
  const std::scoped_lock lock(mutex_);
  TRY(const auto seen, observe_link(link));
  cw_link wanted{};
  wanted.mtu = seen.mtu;
  if (leads_to) {
    const auto bits = bits_of(*leads_to);
    if (!bits) return failed(Code::invalid, "fast_path.bad_router", "The router {} has an id that is none.", *leads_to);
    wanted.leads_to_router = 1;
    wanted.router[0] = bits->front();
    wanted.router[1] = bits->back();
  }
  cw_link known{};
  if (bpf_map_lookup_elem(links_, &seen.index, &known) != 0 || std::memcmp(&known, &wanted, sizeof known) != 0) {
    if (const int error = bpf_map_update_elem(links_, &seen.index, &wanted, BPF_ANY); error != 0) return refused("note a link", -error);
    TRY_VOID(next_generation());
  }
  const auto& in = leads_to ? from_router_ : received_;
  const auto& out = leads_to ? to_router_ : sent_;
  TRY_VOID(put_on_link(int(seen.index), LinkHook::sends, {out.descriptor, out.id}));
  return put_on_link(int(seen.index), LinkHook::receives, {in.descriptor, in.id});
}

Result<void> BpfFastPath::detach(std::string_view link) {
  const std::scoped_lock lock(mutex_);
  const auto seen = observe_link(link);
  if (!seen && seen.error().code == Code::not_found) return {};
  if (!seen) return failed(seen.error());
  const bool was_known = bpf_map_delete_elem(links_, &seen->index) == 0;
  TRY(const bool had_programs, take_off_link(int(seen->index)));
  return was_known || had_programs ? next_generation() : Result<void>();
}

Result<void> BpfFastPath::invalidate() {
  const std::scoped_lock lock(mutex_);
  return next_generation();
}

Result<void> BpfFastPath::next_generation() {
  const std::uint32_t first = 0;
  ++generation_;
  if (const int error = bpf_map_update_elem(generations_, &first, &generation_, BPF_ANY); error != 0) return refused("begin a generation of flows", -error);
  return {};
}

Result<std::uint64_t> BpfFastPath::count(std::uint32_t what) const {
  std::vector<std::uint64_t> of_cpus(std::size_t(std::max(1, libbpf_num_possible_cpus())));
  if (const int error = bpf_map_lookup_elem(counts_, &what, of_cpus.data()); error != 0) return refused("count packets", -error);
  return std::accumulate(of_cpus.begin(), of_cpus.end(), std::uint64_t(0));
}

Result<boundary::FastPathCounts> BpfFastPath::counts() {
  const std::scoped_lock lock(mutex_);
  TRY(const auto taken, count(CW_TAKEN));
  TRY(const auto learned, count(CW_LEARNED));
  return boundary::FastPathCounts{taken, learned};
}

}  // namespace causeway::adapters
