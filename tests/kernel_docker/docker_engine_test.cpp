#include "causeway/adapters/docker/docker_engine.hpp"
#include "../conformance/engine_data_suite.hpp"
#include "../conformance/engine_suite.hpp"
#include "causeway/adapters/docker/docker_data.hpp"
#include "dockerd.hpp"
#include "tar_archive.hpp"
#include "causeway/adapters/docker/docker_volumes.hpp"

/// The engine suite on a real dockerd, which the test starts and ends: own data and socket, own cgroup, no networks, no
/// firewall.
namespace causeway::testing {

class DockerEngineRoom {
 public:
  DockerEngineRoom() : engine_(dockerd().socket()) { dockerd().wait_up(engine_); }
  ~DockerEngineRoom() {
    // a name that a test left would be another's surprise
    for (const auto& image : engine_.list_images().value_or(std::vector<std::string>{}))
      ignore(engine_.remove_image(image), "gone with dockerd");
  }
  boundary::ContainerEngine& engine() { return engine_; }
  static std::string socket() { return dockerd().socket(); }
  std::string archive() const { return dockerd().archive(); }

 protected:
  static Dockerd& dockerd() { return shared_dockerd(); }

 private:
  adapters::DockerEngine engine_;
};
/// Volumes, and what containers mount, on the same dockerd.
TEST(DockerMounts, volumes_are_ours_by_label_and_files_are_readable_inside) {
  DockerEngineRoom room;
  ASSERT_TRUE(room.engine().load_image("causeway.local/image:suite", reader_of(room.archive()), {}));
  adapters::DockerVolumes volumes(DockerEngineRoom::socket());
  const boundary::EngineVolume data{"causeway-p1-data", {{boundary::volume_label, "p1/data"}}};
  ASSERT_TRUE(volumes.ensure_volume(data));
  ASSERT_TRUE(volumes.ensure_volume(data)) << "again changes nothing";
  EXPECT_EQ(volumes.ensure_volume({"causeway-p1-data", {}}).error().reason, "engine.volume_foreign");
  ASSERT_EQ(volumes.list_volumes()->size(), 1U);
  EXPECT_EQ(volumes.list_volumes()->front().labels.at(boundary::volume_label), "p1/data");

  auto spec = suite_spec("mounted");
  const auto file = fs::path(DockerEngineRoom::socket()).parent_path() / "motd";
  std::ofstream(file) << "hello from a file";
  spec.container.wanted_ports = {{8080, "tcp"}};
  spec.mounts = {{boundary::EngineMountKind::file, file.string(), "/motd"},
                 {boundary::EngineMountKind::volume, data.name, "/data"}};
  ASSERT_TRUE(room.engine().create(spec)) << room.engine().create(spec).error().describe();
  ASSERT_TRUE(room.engine().start(spec.container.id));
  EXPECT_EQ(room.engine().inspect(spec.container.id)->value().exposed_ports, std::vector<int>{8080});
  const auto read = room.engine().execute(spec.container.id, {"sh", "-c", "read x < /motd; echo $x; echo y > /data/f"},
                                          std::chrono::seconds(10), 1000);
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->output, "hello from a file\n");
  EXPECT_EQ(volumes.remove_volume(data.name).error().reason, "engine.volume_in_use");
  ASSERT_TRUE(room.engine().remove(spec.container.id));
  EXPECT_EQ(volumes.list_volumes()->size(), 1U) << "a named volume outlives its container";
  EXPECT_TRUE(volumes.remove_volume(data.name));
  EXPECT_TRUE(volumes.remove_volume(data.name)) << "absent is a success";
  EXPECT_TRUE(volumes.list_volumes()->empty());
}

INSTANTIATE_TYPED_TEST_SUITE_P(Docker, EngineSuite, DockerEngineRoom);

class DockerDataRoom : public DockerEngineRoom {
 public:
  boundary::EngineData& data() { return data_; }
  void say(const domain::ContainerId& id, const std::string& line) {
    ASSERT_TRUE(engine().execute(id, {"sh", "-c", "echo " + line + " >/proc/1/fd/1"}, std::chrono::seconds(10), 1000));
  }
  std::string tar_of(const std::string& name, const std::string& content) {
    return tar_entry(name, content) + tar_end();
  }

 private:
  adapters::DockerData data_{dockerd().socket()};
};
INSTANTIATE_TYPED_TEST_SUITE_P(Docker, EngineDataSuite, DockerDataRoom);

}  // namespace causeway::testing
