#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "causeway/boundary/engine/container_engine.hpp"

/// What every ContainerEngine does, real or not. A room gives `engine()` and `archive()`: an image whose `sleep`,
/// `echo` and `false` work, and which has no `fail`. Its containers have no network.
namespace causeway::testing {

inline boundary::EngineContainerSpec suite_spec(const std::string& id) {
  boundary::EngineContainerSpec spec;
  spec.container.id = domain::ContainerId(id);
  spec.container.command = {"sleep", "1000"};
  spec.container.memory_mib = 64;
  spec.image = "causeway.local/image:suite";
  return spec;
}

/// An archive in memory, handed over in small pieces.
inline boundary::ReadBytes reader_of(const std::string& bytes) {
  return [bytes, at = std::make_shared<std::size_t>(0)](std::span<char> into) -> Result<std::size_t> {
    const auto size = std::min({into.size(), bytes.size() - *at, std::size_t{10'000}});
    bytes.copy(into.data(), size, *at);
    *at += size;
    return size;
  };
}

template <class Room>
class EngineSuite : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = engine().load_image("causeway.local/image:suite", reader_of(room_.archive()), {});
    ASSERT_TRUE(loaded) << loaded.error().describe();
  }
  void TearDown() override {
    for (const auto& id : engine().list().value_or(std::vector<domain::ContainerId>{}))
      EXPECT_TRUE(engine().remove(id));
  }
  boundary::ContainerEngine& engine() { return room_.engine(); }
  domain::EngineState state_of(const domain::ContainerId& id) {
    const auto seen = engine().inspect(id);
    return seen && *seen ? (*seen)->state : domain::EngineState::removing;
  }
  domain::ContainerId start_one(const std::string& name) {
    const auto spec = suite_spec(name);
    const auto made = engine().create(spec);
    EXPECT_TRUE(made) << made.error().describe();
    const auto started = engine().start(spec.container.id);
    EXPECT_TRUE(started) << started.error().describe();
    return spec.container.id;
  }
  Room room_;
};

TYPED_TEST_SUITE_P(EngineSuite);

TYPED_TEST_P(EngineSuite, treats_what_is_absent_as_the_contract_says) {
  auto& engine = this->engine();
  const domain::ContainerId nobody("nobody");
  EXPECT_FALSE(engine.inspect(nobody).value());
  EXPECT_TRUE(engine.remove(nobody));
  EXPECT_EQ(engine.start(nobody).error().reason, "engine.no_container");
  EXPECT_TRUE(engine.remove_network(domain::NetworkId("nothing")));
  EXPECT_FALSE(engine.find_image("causeway.local/image:nothing").value());
  EXPECT_TRUE(engine.remove_image("causeway.local/image:nothing"));
  auto spec = suite_spec("c");
  spec.image = "causeway.local/image:nothing";
  const auto made = engine.create(spec);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "engine.no_image");
}

TYPED_TEST_P(EngineSuite, leads_a_container_through_its_life) {
  using domain::EngineState;
  auto& engine = this->engine();
  const auto spec = suite_spec("c1");
  const auto& id = spec.container.id;
  const auto made = engine.create(spec);
  ASSERT_TRUE(made) << made.error().describe();
  auto seen = engine.inspect(id).value();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->engine_id, *made);
  EXPECT_EQ(seen->state, EngineState::created);
  EXPECT_EQ(seen->started_at, Time{});
  EXPECT_EQ(seen->command, spec.container.command);
  EXPECT_TRUE(seen->networks.empty());
  EXPECT_EQ(engine.create(spec).error().reason, "engine.name_taken");

  for (int i = 0; i < 2; ++i) EXPECT_TRUE(engine.start(id));
  seen = engine.inspect(id).value();
  EXPECT_EQ(seen->state, EngineState::running);
  EXPECT_GT(seen->pid, 0);
  EXPECT_GT(seen->started_at, Time{});
  EXPECT_TRUE(engine.pause(id));
  EXPECT_EQ(this->state_of(id), EngineState::paused);
  EXPECT_EQ(engine.pause(id).error().code, Code::conflict);
  EXPECT_TRUE(engine.unpause(id));
  EXPECT_TRUE(engine.restart(id, std::chrono::seconds(0)));
  EXPECT_EQ(this->state_of(id), EngineState::running);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(engine.stop(id, std::chrono::seconds(0)));
  seen = engine.inspect(id).value();
  EXPECT_EQ(seen->state, EngineState::exited);
  EXPECT_GT(seen->finished_at, Time{});
  EXPECT_EQ(engine.kill(id, "").error().code, Code::conflict);
  EXPECT_EQ(engine.list().value(), std::vector<domain::ContainerId>{id});
  EXPECT_TRUE(engine.remove(id));
  EXPECT_TRUE(engine.list().value().empty());
}

TYPED_TEST_P(EngineSuite, removes_what_runs) {
  const auto id = this->start_one("c1");
  EXPECT_TRUE(this->engine().remove(id));
  EXPECT_FALSE(this->engine().inspect(id).value());
}

TYPED_TEST_P(EngineSuite, kills_with_a_signal_that_exists) {
  const auto id = this->start_one("c1");
  EXPECT_EQ(this->engine().kill(id, "SIGNONSENSE").error().code, Code::invalid);
  EXPECT_TRUE(this->engine().kill(id, "SIGKILL"));
  for (int i = 0; i < 500 && this->state_of(id) != domain::EngineState::exited; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(this->engine().inspect(id).value()->exit_code, 137);
}

TYPED_TEST_P(EngineSuite, tells_why_a_command_cannot_start) {
  auto spec = suite_spec("c1");
  spec.container.command = {"fail"};
  ASSERT_TRUE(this->engine().create(spec));
  const auto started = this->engine().start(spec.container.id);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Code::invalid);
  const auto seen = this->engine().inspect(spec.container.id).value();
  EXPECT_EQ(seen->state, domain::EngineState::created);
  EXPECT_NE(seen->error, "");
}

TYPED_TEST_P(EngineSuite, changes_the_limits_of_what_runs_and_of_what_does_not) {
  const auto id = this->start_one("resized");
  ASSERT_TRUE(this->engine().update(id, 512, 128));
  auto seen = *this->engine().inspect(id);
  EXPECT_EQ(seen->cpu_shares, 512);
  EXPECT_EQ(seen->memory_mib, 128);
  EXPECT_EQ(seen->state, domain::EngineState::running);
  ASSERT_TRUE(this->engine().stop(id, std::chrono::seconds(0)));
  ASSERT_TRUE(this->engine().update(id, 1024, 32)) << "also down again";
  seen = *this->engine().inspect(id);
  EXPECT_EQ(seen->cpu_shares, 1024);
  EXPECT_EQ(seen->memory_mib, 32);
  const auto refused = this->engine().update(id, 1024, 1);
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().message.empty());
  EXPECT_EQ((*this->engine().inspect(id))->memory_mib, 32);
  EXPECT_EQ(this->engine().update(domain::ContainerId("nobody"), 1024, 64).error().reason, "engine.no_container");
}

TYPED_TEST_P(EngineSuite, shows_of_which_generation_a_container_is) {
  auto spec = suite_spec("third");
  spec.container.generation = 3;
  ASSERT_TRUE(this->engine().create(spec));
  const auto seen = *this->engine().inspect(spec.container.id);
  EXPECT_EQ(seen->generation, 3);
  EXPECT_TRUE(domain::has_size(*seen, spec.container)) << "or it would be resized for ever";
}

TYPED_TEST_P(EngineSuite, runs_commands_inside) {
  const auto id = this->start_one("c1");
  auto& engine = this->engine();
  const std::chrono::seconds limit(10);
  const auto said = engine.execute(id, {"echo", "hello", "there"}, limit, 1000);
  ASSERT_TRUE(said) << said.error().describe();
  EXPECT_EQ(said->output, "hello there\n");
  EXPECT_EQ(said->exit_code, 0);
  EXPECT_EQ(engine.execute(id, {"echo", "hello"}, limit, 3)->output, "hel");
  EXPECT_EQ(engine.execute(id, {"false"}, limit, 1000)->exit_code, 1);
  EXPECT_EQ(engine.execute(id, {"sleep", "100"}, std::chrono::seconds(1), 1000).error().reason, "exec.timeout");
  ASSERT_TRUE(engine.stop(id, std::chrono::seconds(0)));
  EXPECT_EQ(engine.execute(id, {"echo"}, limit, 1000).error().reason, "container.not_running");
}

TYPED_TEST_P(EngineSuite, loads_an_archive_under_our_name_alone) {
  EXPECT_EQ(this->engine().list_images().value(), std::vector<std::string>{"causeway.local/image:suite"});
  const auto bad = this->engine().load_image("causeway.local/image:bad", reader_of(std::string(4096, 'x')), {});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().reason, "image.bad_archive");
  EXPECT_FALSE(this->engine().find_image("causeway.local/image:bad").value());
}

TYPED_TEST_P(EngineSuite, tells_what_happens_as_it_happens) {
  std::atomic<bool> open = false;
  std::atomic<bool> started = false;
  std::jthread watcher([&](std::stop_token stop) {
    const auto ended = this->engine().watch(
        0, [&] { open = true; },
        [&](const boundary::EngineEvent& event) {
          if (event.container == domain::ContainerId("c1") && event.action == "start" && event.nanos > 0)
            started = true;
        },
        stop);
    EXPECT_FALSE(ended);
  });
  for (int i = 0; i < 500 && !open; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(open);
  this->start_one("c1");
  for (int i = 0; i < 500 && !started; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(started);
}

TYPED_TEST_P(EngineSuite, tells_what_its_host_has) {
  const auto info = this->engine().info();
  ASSERT_TRUE(info) << info.error().describe();
  EXPECT_GT(info->cpus, 0);
  EXPECT_GT(info->memory_mib, 0);
  EXPECT_GT(info->disk_gib, 0);
  EXPECT_FALSE(info->engine_version.empty());
}

TYPED_TEST_P(EngineSuite, describes_an_image_that_is_there) {
  auto& engine = this->engine();
  const auto image = engine.describe_image("causeway.local/image:suite");
  ASSERT_TRUE(image && *image) << image.error().describe();
  EXPECT_EQ((*image)->id, engine.find_image("causeway.local/image:suite")->value());
  EXPECT_GT((*image)->size, 0);
  EXPECT_FALSE(engine.describe_image("causeway.local/image:nothing").value());
}

TYPED_TEST_P(EngineSuite, an_image_that_cannot_be_pulled_says_why) {
  const auto pulled = this->engine().pull_image({"127.0.0.1:1/nobody/nothing:latest", std::nullopt}, {}, {});
  ASSERT_FALSE(pulled);
  EXPECT_TRUE(pulled.error().reason == "engine.registry_unreachable" || pulled.error().reason == "engine.no_image")
      << pulled.error().describe();
}

TYPED_TEST_P(EngineSuite, lets_members_of_a_capsule_share_a_network_that_is_there) {
  auto& engine = this->engine();
  auto sandbox = suite_spec("sandbox");
  sandbox.container.capsule_role = domain::CapsuleRole::sandbox;
  auto member = suite_spec("member");
  member.container.capsule_role = domain::CapsuleRole::app;
  member.container.wanted_ports = {{80, "tcp"}};
  member.sandbox = engine.create(sandbox).value();
  ASSERT_TRUE(engine.create(member));
  EXPECT_FALSE(engine.start(member.container.id)) << "its sandbox does not run";
  ASSERT_TRUE(engine.start(sandbox.container.id));
  const auto started = engine.start(member.container.id);
  ASSERT_TRUE(started) << started.error().describe();
  const auto seen = engine.inspect(member.container.id).value();
  EXPECT_EQ(seen->joined, member.sandbox);
  EXPECT_TRUE(seen->networks.empty());
  EXPECT_EQ(engine.inspect(sandbox.container.id).value()->joined, "");
}

REGISTER_TYPED_TEST_SUITE_P(EngineSuite, changes_the_limits_of_what_runs_and_of_what_does_not,
                            shows_of_which_generation_a_container_is, treats_what_is_absent_as_the_contract_says, leads_a_container_through_its_life,
                            removes_what_runs, kills_with_a_signal_that_exists, tells_why_a_command_cannot_start,
                            runs_commands_inside, loads_an_archive_under_our_name_alone,
                            tells_what_happens_as_it_happens, tells_what_its_host_has,
                            describes_an_image_that_is_there, an_image_that_cannot_be_pulled_says_why,
                            lets_members_of_a_capsule_share_a_network_that_is_there);

}  // namespace causeway::testing
