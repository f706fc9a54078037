#include "agent_room.hpp"

/// Files and volumes of containers, on a host in memory.
namespace causeway::testing {
namespace {

using domain::ContainerStatus;

domain::Container with_mounts(domain::Container container) {
  container.project_id = domain::ProjectId("p1");
  container.mounts = {{"bind", "", "aGVsbG8=", "/etc/motd", 0}, {"volume", "data", "", "/data", 0}, {"volume", "", "", "/own", 2}};
  return container;
}
const std::string own_volume = "causeway-" + box.str() + "-2";

using MountedAgent = AgentRoom;

TEST_F(MountedAgent, makes_files_and_volumes_before_the_container) {
  put_records(with_mounts(a_container()));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  EXPECT_EQ(files.content(box.str(), "0"), "hello");
  EXPECT_TRUE(volumes.has("causeway-p1-data"));
  EXPECT_TRUE(volumes.has(own_volume));
}

TEST_F(MountedAgent, removes_them_with_the_container) {
  auto container = with_mounts(a_container());
  put_records(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  container.remove = true;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->gone; }));
  erase<domain::Container>(box);
  EXPECT_TRUE(eventually([&] { return files.owners()->empty() && volumes.list_volumes()->empty(); }));
}

TEST_F(MountedAgent, keeps_everything_while_it_has_not_heard_from_its_region) {
  put_records(with_mounts(a_container()));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  ASSERT_TRUE(volumes.ensure_volume({"causeway-p2-old", {{boundary::volume_label, "p2/old"}}}));
  services::MountKeeper keeper{volumes, files};
  ASSERT_TRUE(keeper.sweep([](const auto&) { return false; }));
  EXPECT_TRUE(volumes.has("causeway-p1-data"));
  EXPECT_EQ(files.owners()->size(), 1U);
}

TEST(MountKeeper, keeps_a_named_volume_as_long_as_a_container_of_the_project_names_it) {
  adapters::MemoryVolumes volumes;
  adapters::MemoryHostFiles files;
  services::MountKeeper keeper{volumes, files};
  domain::Container one, two, foreign;
  for (auto* container : {&one, &two, &foreign}) container->mounts = {{"volume", "data", "", "/data", 0}};
  one.id = domain::ContainerId("c1");
  two.id = domain::ContainerId("c2");
  foreign.id = domain::ContainerId("c3");
  one.project_id = two.project_id = domain::ProjectId("p1");
  foreign.project_id = domain::ProjectId("p2");
  for (const auto* container : {&one, &two, &foreign}) ASSERT_TRUE(keeper.ensure(*container));
  EXPECT_EQ(volumes.list_volumes()->size(), 2U) << "projects do not share";
  const auto sweep = [&](std::vector<const domain::Container*> wanted) {
    return keeper.sweep([&](const auto& each) {
      for (const auto* container : wanted) each(*container);
      return true;
    });
  };
  ASSERT_TRUE(sweep({&two, &foreign}));
  EXPECT_TRUE(volumes.has("causeway-p1-data"));
  volumes.hold("causeway-p1-data");
  ASSERT_TRUE(sweep({&foreign})) << "one that is in use is left for the next time";
  EXPECT_TRUE(volumes.has("causeway-p1-data"));
  volumes.release("causeway-p1-data");
  ASSERT_TRUE(sweep({&foreign}));
  EXPECT_FALSE(volumes.has("causeway-p1-data"));
  EXPECT_TRUE(volumes.has("causeway-p2-data"));
}

TEST(MountKeeper, does_not_take_over_a_volume_that_is_not_ours) {
  adapters::MemoryVolumes volumes;
  adapters::MemoryHostFiles files;
  services::MountKeeper keeper{volumes, files};
  ASSERT_TRUE(volumes.ensure_volume({"causeway-p1-data", {}}));
  domain::Container container;
  container.id = domain::ContainerId("c1");
  container.project_id = domain::ProjectId("p1");
  container.mounts = {{"volume", "data", "", "/data", 0}};
  EXPECT_EQ(keeper.ensure(container).error().reason, "engine.volume_foreign");
}

}  // namespace
}  // namespace causeway::testing
