#include "causeway/adapters/memory/memory_data.hpp"

#include "../engine_data_suite.hpp"

namespace causeway::testing {

class MemoryDataRoom {
 public:
  boundary::ContainerEngine& engine() { return engine_; }
  boundary::EngineData& data() { return data_; }
  std::string archive() const { return "image sha256:1 busybox:latest"; }
  void say(const domain::ContainerId& id, const std::string& line) { data_.write_log(id, line + "\n"); }
  std::string tar_of(const std::string& name, const std::string& content) { return name + "=" + content + "\n"; }

 private:
  adapters::MemoryEngine engine_;
  adapters::MemoryData data_{engine_};
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EngineDataSuite, MemoryDataRoom);

}  // namespace causeway::testing
