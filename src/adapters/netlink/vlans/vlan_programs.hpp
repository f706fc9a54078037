#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "causeway/adapters/netlink/routers/net_namespaces.hpp"
#include "causeway/base/result.hpp"

/// Programs of the kernel's packet classifier (BPF, man 2 bpf, man 8 tc-bpf) that put on and take off VLAN tags. Not every kernel has
/// links of type vlan, bridges that filter VLANs, or tc's vlan action; every kernel that runs containers has these.
namespace causeway::adapters {

/// What a link does with a frame is told by the program's name too, so that one that is there can be recognised.
struct VlanProgram {
  std::string name;  ///< of the filter
  std::vector<bpf_insn> code;
};

/// On what a trunk receives: (VLAN, ifindex of the branch).
VlanProgram split_program(std::span<const std::pair<std::uint16_t, std::uint32_t>> branches);
/// On what a branch receives.
VlanProgram join_program(std::uint16_t vlan, std::uint32_t trunk);
/// On what a link receives, and on what it sends.
VlanProgram tag_program(std::uint16_t vlan);
VlanProgram untag_program(std::uint16_t vlan);

/// invalid "vlans.unsupported" when this kernel does not take it.
Result<Descriptor> load_program(const VlanProgram& program);

}  // namespace causeway::adapters
