#include "causeway/adapters/memory/memory_router_links.hpp"

#include "../../conformance/router_links_suite.hpp"
#include "causeway/adapters/memory/memory_links.hpp"

namespace causeway::conformance {
namespace {

struct MemoryRig {
  adapters::MemoryLinks links;
  adapters::MemoryRouterLinks routers{links};
  template <class Function>
  void run(Function function) {
    function(routers, links);
  }
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RouterLinksSuite, MemoryRig);

}  // namespace causeway::conformance
