#include "causeway/adapters/memory/memory_engine.hpp"
#include "../engine_suite.hpp"

namespace causeway::testing {

class MemoryEngineRoom {
 public:
  boundary::ContainerEngine& engine() { return engine_; }
  std::string archive() const { return "image sha256:1 busybox:latest"; }

 private:
  adapters::MemoryEngine engine_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EngineSuite, MemoryEngineRoom);

}  // namespace causeway::testing
