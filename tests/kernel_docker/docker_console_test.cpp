#include "causeway/adapters/docker/docker_console.hpp"

#include "../conformance/console_suite.hpp"
#include "../conformance/engine_suite.hpp"
#include "causeway/adapters/docker/docker_engine.hpp"
#include "dockerd.hpp"

/// The console suite on a real dockerd: containers whose process is a shell with a terminal.
namespace causeway::testing {

class DockerConsoleRoom {
 public:
  DockerConsoleRoom() : engine_(shared_dockerd().socket()), console_(shared_dockerd().socket()) {
    shared_dockerd().wait_up(engine_);
    const auto image = suite_spec("").image;
    const auto loaded = engine_.load_image(image, reader_of(shared_dockerd().archive()), {});
    EXPECT_TRUE(loaded) << loaded.error().describe();
    for (const auto& id : {shell(), other()}) {
      auto spec = suite_spec(id.str());
      spec.container.command = {"sh"};
      spec.container.interactive = spec.container.tty = true;
      const auto made = engine_.create(spec);
      EXPECT_TRUE(made) << made.error().describe();
      EXPECT_TRUE(engine_.start(id));
    }
  }
  ~DockerConsoleRoom() {
    for (const auto& id : {shell(), other()}) ignore(engine_.remove(id), "gone with dockerd");
    ignore(engine_.remove_image(suite_spec("").image), "gone with dockerd");
  }
  boundary::EngineConsole& console() { return console_; }
  domain::ContainerId shell() const { return domain::ContainerId("shell"); }
  domain::ContainerId other() const { return domain::ContainerId("other"); }
  void stop_shell() { EXPECT_TRUE(engine_.stop(shell(), std::chrono::seconds(0))); }
  void answer(const std::string& /*typed*/, const std::string& /*shown*/) {}  // the shell does

 private:
  adapters::DockerEngine engine_;
  adapters::DockerConsole console_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Docker, ConsoleSuite, DockerConsoleRoom);

}  // namespace causeway::testing
