#include "causeway/adapters/memory/memory_firewall.hpp"

#include "../../conformance/firewall_suite.hpp"

namespace causeway::conformance {
namespace {

struct MemoryFirewallRig {
  adapters::MemoryFirewall memory;
  boundary::Firewall& firewall() { return memory; }
  void flush() { memory.flush(); }
  void refuse(const std::string& chain) { memory.refuse_chain(chain); }
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, FirewallSuite, MemoryFirewallRig);

}  // namespace causeway::conformance
