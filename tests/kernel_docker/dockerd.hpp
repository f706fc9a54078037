#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "causeway/boundary/engine/container_engine.hpp"

/// A real dockerd, which the tests start and end: own data and socket, own cgroup, no networks, no firewall.
namespace causeway::testing {

namespace fs = std::filesystem;

/// `docker save` of an image with busybox, made of files alone. It brings the name "stranger:latest".
inline constexpr const char* archive_script = R"sh(set -e
cd "$1"; mkdir -p root/bin root/tmp image; cp "$(command -v busybox)" root/bin/
for name in sh sleep echo false stty; do ln -sf busybox root/bin/$name; done
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

/// The one of this process.
inline Dockerd& shared_dockerd() {
  static Dockerd shared;
  return shared;
}

}  // namespace causeway::testing
