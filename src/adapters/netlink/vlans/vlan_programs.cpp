#include "causeway/adapters/netlink/vlans/vlan_programs.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace causeway::adapters {
namespace {

constexpr std::uint32_t vlan_id_bits = 0x0fff;  ///< of the tag; the rest is priority

/// r0: results; r1 to r3: arguments; r6: the frame, for good; r7: a number, for good.
enum Register : std::uint8_t { r0, r1, r2, r3, frame = 6, number = 7 };

class Assembler {
 public:
  void copy(Register to, Register from) { add(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0); }
  void set(Register to, std::int32_t value) { add(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value); }
  void mask(Register to, std::int32_t bits) { add(BPF_ALU64 | BPF_AND | BPF_K, to, 0, 0, bits); }
  void load(Register to, std::size_t offset_in_frame) { add(BPF_LDX | BPF_MEM | BPF_W, to, frame, std::int16_t(offset_in_frame), 0); }
  void call(std::int32_t helper) { add(BPF_JMP | BPF_CALL, 0, 0, 0, helper); }
  /// Ends with a verdict of the classifier.
  void finish(std::int32_t verdict) {
    set(r0, verdict);
    finish();
  }
  void finish() { add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }
  /// Drops the frame unless the register has the value.
  void expect(Register from, std::int32_t value) {
    add(BPF_JMP | BPF_JEQ | BPF_K, from, 0, 2, value);
    finish(TC_ACT_SHOT);
  }
  /// Passes over what `body` adds unless the register has the value.
  template <class Body>
  void if_equal(Register from, std::int32_t value, Body body) {
    const auto jump = code_.size();
    add(BPF_JMP | BPF_JNE | BPF_K, from, 0, 0, value);
    body();
    code_[jump].off = std::int16_t(code_.size() - jump - 1);
  }

  void begin() { copy(frame, r1); }
  void load_vlan() {
    load(number, offsetof(__sk_buff, vlan_tci));
    mask(number, vlan_id_bits);
  }
  void push(std::uint16_t vlan) {
    copy(r1, frame);
    set(r2, htons(ETH_P_8021Q));
    set(r3, vlan);
    call(BPF_FUNC_skb_vlan_push);
    expect(r0, 0);
  }
  void pop() {
    copy(r1, frame);
    call(BPF_FUNC_skb_vlan_pop);
    expect(r0, 0);
  }
  /// Ends with the frame being sent by that link.
  void send_by(std::uint32_t link) {
    set(r1, std::int32_t(link));
    set(r2, 0);
    call(BPF_FUNC_redirect);
    finish();
  }
  std::vector<bpf_insn> code() && { return std::move(code_); }

 private:
  void add(int operation, std::uint8_t to, std::uint8_t from, std::int16_t offset, std::int32_t value) {
    bpf_insn step{};
    step.code = std::uint8_t(operation);
    step.dst_reg = to & 0xfU;
    step.src_reg = from & 0xfU;
    step.off = offset;
    step.imm = value;
    code_.push_back(step);
  }
  std::vector<bpf_insn> code_;
};

/// FNV-1a; a name has no room for every branch.
std::uint64_t digest(std::span<const std::pair<std::uint16_t, std::uint32_t>> branches) {
  std::uint64_t out = 0xcbf29ce484222325;
  const auto take = [&](std::uint64_t value) { out = (out ^ value) * 0x100000001b3; };
  for (const auto& [vlan, link] : branches) {
    take(vlan);
    take(link);
  }
  return out;
}

}  // namespace

VlanProgram split_program(std::span<const std::pair<std::uint16_t, std::uint32_t>> branches) {
  Assembler out;
  out.begin();
  out.load(r0, offsetof(__sk_buff, vlan_present));
  out.if_equal(r0, 0, [&] { out.finish(TC_ACT_UNSPEC); });  // the trunk's own
  out.load(r0, offsetof(__sk_buff, vlan_proto));
  out.expect(r0, htons(ETH_P_8021Q));
  out.load_vlan();
  for (const auto& [vlan, link] : branches) {
    out.if_equal(number, vlan, [&] {
      out.pop();
      out.send_by(link);
    });
  }
  out.finish(TC_ACT_SHOT);
  return {fmt::format("cwv-split-{:016x}", digest(branches)), std::move(out).code()};
}

VlanProgram join_program(std::uint16_t vlan, std::uint32_t trunk) {
  Assembler out;
  out.begin();
  out.push(vlan);
  out.send_by(trunk);
  return {fmt::format("cwv-join-{}-{}", vlan, trunk), std::move(out).code()};
}

VlanProgram tag_program(std::uint16_t vlan) {
  Assembler out;
  out.begin();
  out.load(r0, offsetof(__sk_buff, vlan_present));
  out.expect(r0, 0);
  out.push(vlan);
  out.finish(TC_ACT_UNSPEC);
  return {fmt::format("cwv-tag-{}", vlan), std::move(out).code()};
}

VlanProgram untag_program(std::uint16_t vlan) {
  Assembler out;
  out.begin();
  out.load(r0, offsetof(__sk_buff, vlan_present));
  out.expect(r0, 1);
  out.load_vlan();
  out.expect(number, vlan);
  out.pop();
  out.finish(TC_ACT_UNSPEC);
  return {fmt::format("cwv-untag-{}", vlan), std::move(out).code()};
}

Result<Descriptor> load_program(const VlanProgram& program) {
  bpf_attr wanted;
  std::memset(&wanted, 0, sizeof wanted);  // all of the union: the kernel looks
  wanted.prog_type = BPF_PROG_TYPE_SCHED_CLS;
  wanted.insns = reinterpret_cast<std::uintptr_t>(program.code.data());
  wanted.insn_cnt = std::uint32_t(program.code.size());
  wanted.license = reinterpret_cast<std::uintptr_t>("");  // none of the helpers that are called asks for one
  const long loaded = ::syscall(SYS_bpf, BPF_PROG_LOAD, &wanted, sizeof wanted);
  if (loaded >= 0) return Descriptor(int(loaded));
  const int why = errno;
  return failed(Code::invalid, "vlans.unsupported", "The kernel does not take programs for VLANs (bpf): {}.", std::strerror(why));
}

}  // namespace causeway::adapters
