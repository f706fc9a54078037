#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../conformance/engine_data_suite.hpp"
#include "../conformance/engine_suite.hpp"
#include "causeway/adapters/docker/docker_data.hpp"
#include "causeway/adapters/docker/docker_engine.hpp"
#include "tar_archive.hpp"
#include "causeway/adapters/docker/docker_volumes.hpp"

/// The engine suite on a real dockerd, which the test starts and ends: own data and socket, own cgroup, no networks, no
/// firewall.
namespace causeway::testing {
namespace {

namespace fs = std::filesystem;

/// `docker save` of an image with busybox, made of files alone. It brings the name "stranger:latest".
constexpr const char* archive_script = R"sh(set -e
cd "$1"; mkdir -p root/bin root/tmp image; cp "$(command -v busybox)" root/bin/
for name in sh sleep echo false; do ln -sf busybox root/bin/$name; done
tar -C root -cf image/layer.tar .
sum=$(sha256sum image/layer.tar | cut -d' ' -f1)
printf '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' $sum > image/config.json
printf '[{"Config":"config.json","RepoTags":["stranger:latest"],"Layers":["layer.tar"]}]' > image/manifest.json
tar -C image -cf image.tar config.json manifest.json layer.tar)sh";

class Dockerd {
 public:
  Dockerd() {
    std::string pattern = (fs::temp_directory_path() / "cw-dockerd-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    const std::string socket = this->socket(), data = dir_ + "/data", exec = dir_ + "/exec", pid = dir_ + "/pid",
                      host = "unix://" + socket;
    pid_ = ::fork();
    if (pid_ == 0) {
      const int log = ::open((dir_ + "/log").c_str(), O_CREAT | O_WRONLY, 0600);
      ::dup2(log, 1);
      ::dup2(log, 2);
      ::execlp("dockerd", "dockerd", "--data-root", data.c_str(), "--exec-root", exec.c_str(), "-p", pid.c_str(), "-H",
               host.c_str(), "--cgroup-parent", "/cw-engine-test", "-b", "none", "--iptables=false", nullptr);
      ::_exit(127);
    }
    if (std::system(archive_command().c_str()) != 0) ADD_FAILURE() << "no archive";
  }
  ~Dockerd() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    for (int i = 0; i < 300 && ::waitpid(pid_, &status, WNOHANG) == 0; ++i) {
      if (i == 250) ::kill(pid_, SIGKILL);
      ::usleep(100'000);
    }
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
    for (const auto& hierarchy : fs::directory_iterator("/sys/fs/cgroup", ignored)) {
      ::rmdir((hierarchy.path() / "cw-engine-test").c_str());  // dockerd leaves the parent of its containers' groups
    }
  }
  std::string socket() const { return dir_ + "/d.sock"; }
  std::string archive() const {
    std::ifstream file(dir_ + "/image.tar", std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }
  bool wait_up(boundary::ContainerEngine& engine) const {
    for (int i = 0; i < 200; ++i) {
      if (engine.info()) return true;
      ::usleep(100'000);
    }
    std::ifstream log(dir_ + "/log");
    ADD_FAILURE() << "dockerd did not come up: " << std::string(std::istreambuf_iterator<char>(log), {});
    return false;
  }

 private:
  /// Writes the script beside its work, and returns the command that runs it.
  std::string archive_command() const {
    std::ofstream(dir_ + "/make.sh") << archive_script;
    return "sh " + dir_ + "/make.sh " + dir_;
  }
  std::string dir_;
  pid_t pid_ = -1;
};

}  // namespace

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
  static Dockerd& dockerd() {
    static Dockerd shared;
    return shared;
  }

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
