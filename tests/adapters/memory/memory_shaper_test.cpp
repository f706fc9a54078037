#include "causeway/adapters/memory/memory_shaper.hpp"

#include "../../conformance/shaper_suite.hpp"

namespace causeway::conformance {
namespace {

struct MemoryRig {
  adapters::MemoryShaper shaper;
  template <class Function>
  void run(Function function) {
    function(shaper);
  }
  void lose_link() { shaper.lose("cwp1"); }
};

}  // namespace
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ShaperSuite, MemoryRig);
}  // namespace causeway::conformance
