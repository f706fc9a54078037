#include "causeway/adapters/memory/memory_console.hpp"

#include "../console_suite.hpp"

namespace causeway::testing {

class MemoryConsoleRoom {
 public:
  MemoryConsoleRoom() {
    for (const auto& id : {shell(), other()}) console_.put(id, adapters::MemoryConsole::State::running);
  }
  boundary::EngineConsole& console() { return console_; }
  domain::ContainerId shell() const { return domain::ContainerId("shell"); }
  domain::ContainerId other() const { return domain::ContainerId("other"); }
  void stop_shell() { console_.put(shell(), adapters::MemoryConsole::State::stopped); }
  void answer(const std::string& typed, const std::string& shown) {
    far_ = console_.take_far_end();
    EXPECT_EQ(far_->read_exactly(typed.size()), typed);
    far_->write(shown);
  }

 private:
  adapters::MemoryConsole console_;
  std::unique_ptr<adapters::FarEnd> far_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, ConsoleSuite, MemoryConsoleRoom);

}  // namespace causeway::testing
