#include "causeway/app/dev/lab.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "causeway/base/log.hpp"

namespace causeway::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* driver_socket_path = "/run/docker/plugins/causeway.sock";

void mount_or_die(const char* source, const char* target, const char* type, unsigned long flags, const char* data) {
  if (mount(source, target, type, flags, data) != 0) {
    dprintf(STDERR_FILENO, "mount %s on %s: %s\n", source, target, strerror(errno));
    _exit(1);
  }
}

void make_dirs(const char* path) {
  std::error_code ignored;
  fs::create_directories(path, ignored);
}

/// The host's view of the filesystem: its own /proc, /sys (with the cgroups, which a fresh sysfs hides), /run, /etc/docker.
void make_filesystem(const std::string& scratch) {
  mount_or_die("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  mount_or_die("proc", "/proc", "proc", 0, nullptr);
  make_dirs(scratch.c_str());
  mount_or_die("/sys/fs/cgroup", scratch.c_str(), nullptr, MS_BIND | MS_REC, nullptr);
  mount_or_die("sysfs", "/sys", "sysfs", 0, nullptr);
  mount_or_die(scratch.c_str(), "/sys/fs/cgroup", nullptr, MS_BIND | MS_REC, nullptr);
  umount2(scratch.c_str(), MNT_DETACH);
  mount_or_die("tmpfs", "/run", "tmpfs", 0, "mode=755");
  make_dirs("/run/docker/plugins");
  make_dirs("/run/netns");
  make_dirs("/run/lock");
  make_dirs("/etc/docker");
  mount_or_die("tmpfs", "/etc/docker", "tmpfs", 0, "mode=755");
}

void bind_driver_socket(int fd) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, driver_socket_path, sizeof address.sun_path - 1);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 512) != 0) {
    dprintf(STDERR_FILENO, "bind %s: %s\n", driver_socket_path, strerror(errno));
    _exit(1);
  }
}

/// PID 1 of a host: reaps what is left behind until it is killed.
[[noreturn]] void be_init() {
  while (true) {
    if (waitpid(-1, nullptr, 0) < 0) pause();
  }
}

void remove_cgroups(const std::string& path) {
  std::error_code error;
  std::vector<fs::path> roots;
  for (const auto& entry : fs::directory_iterator("/sys/fs/cgroup", error)) {
    if (entry.is_directory()) roots.push_back(entry.path());
  }
  roots.emplace_back("/sys/fs/cgroup");
  for (const auto& root : roots) {
    const fs::path top = root / path.substr(1);
    if (!fs::exists(top, error)) continue;
    std::vector<fs::path> dirs{top};
    for (const auto& entry : fs::recursive_directory_iterator(top, error)) {
      if (entry.is_directory()) dirs.push_back(entry.path());
    }
    for (auto it = dirs.rbegin(); it != dirs.rend(); ++it) rmdir(it->c_str());
  }
}

}  // namespace

Lab::Lab(std::string name, int second_octet, std::string state_dir)
    : name_(std::move(name)), octet_(second_octet), state_dir_(std::move(state_dir)) {}

Lab::~Lab() { destroy(); }

std::string Lab::address(int third, int fourth) const { return fmt::format("10.{}.{}.{}", octet_, third, fourth); }

Result<pid_t> Lab::start_init(const std::string& name, bool own_filesystem, int driver_fd) {
  const std::string scratch = state_dir_ + "/" + name + ".cgroup";
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return failed(Code::internal, "lab.system", "pipe: {}", std::strerror(errno));
  const unsigned long flags = CLONE_NEWNET | (own_filesystem ? CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC : 0);
  const pid_t init = pid_t(syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
  if (init == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    prctl(PR_SET_NAME, "cw-lab-init");
    if (own_filesystem) {
      if (sethostname(name.c_str(), name.size()) != 0) _exit(1);
      make_filesystem(scratch);
      if (driver_fd >= 0) bind_driver_socket(driver_fd);
    }
    if (write(ready[1], "1", 1) != 1) _exit(1);
    close(ready[1]);
    be_init();
  }
  close(ready[1]);
  char done = 0;
  const bool good = init > 0 && read(ready[0], &done, 1) == 1;
  close(ready[0]);
  std::error_code ignored;
  fs::remove(scratch, ignored);
  if (!good) return failed(Code::internal, "lab.host", "The namespaces of {} could not be made (are you root?).", name);
  return init;
}

Result<void> Lab::make_underlay(const std::vector<std::string>& addresses) {
  TRY(underlay_init_, start_init("underlay", false, -1));
  const Namespaces underlay{underlay_init_};
  const std::string ours = "cw-ul-" + name_;
  TRY_VOID(run({"ip", "link", "add", "ul", "type", "bridge"}, underlay));
  TRY_VOID(run({"ip", "link", "set", "ul", "up"}, underlay));
  TRY_VOID(run({"ip", "link", "add", ours, "type", "veth", "peer", "name", "root", "netns", std::to_string(underlay_init_)}));
  TRY_VOID(run({"ip", "link", "set", "root", "master", "ul", "up"}, underlay));
  for (const auto& address : addresses) TRY_VOID(run({"ip", "addr", "add", address + "/16", "dev", ours}));
  return run({"ip", "link", "set", ours, "up"});
}

Result<void> Lab::make_external(int region) {
  const Namespaces underlay{underlay_init_};
  const std::string bridge = fmt::format("ex{}", region);
  TRY_VOID(run({"ip", "link", "add", bridge, "type", "bridge"}, underlay));
  TRY_VOID(run({"ip", "addr", "add", fmt::format("172.30.{}.1/24", region), "dev", bridge}, underlay));
  TRY_VOID(run({"ip", "link", "set", bridge, "up"}, underlay));
  // the outside of one region reaches that of another
  return run({"sysctl", "-qw", "net.ipv4.ip_forward=1"}, underlay);
}

Result<LabHost> Lab::add_host(const std::string& name, const std::string& address, int region) {
  LabHost host;
  host.name = name;
  host.address = address;
  host.cgroup = "/causeway-" + name_ + "/" + name;
  host.driver_listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (host.driver_listen_fd < 0) return failed(Code::internal, "lab.system", "socket: {}", std::strerror(errno));
  TRY(host.init, start_init(name, true, host.driver_listen_fd));
  const Namespaces inside{host.init};
  const Namespaces underlay{underlay_init_};
  const std::string port = "u-" + name;
  TRY_VOID(run({"ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", std::to_string(host.init)}, underlay));
  TRY_VOID(run({"ip", "link", "set", port, "master", "ul", "up"}, underlay));
  TRY_VOID(run({"ip", "addr", "add", address + "/16", "dev", "eth0"}, inside));
  TRY_VOID(run({"ip", "link", "set", "eth0", "up"}, inside));
  TRY_VOID(run({"ip", "link", "set", "lo", "up"}, inside));
  const std::string outer = "x-" + name;
  TRY_VOID(run({"ip", "link", "add", outer, "type", "veth", "peer", "name", "eth1", "netns", std::to_string(host.init)}, underlay));
  TRY_VOID(run({"ip", "link", "set", outer, "master", fmt::format("ex{}", region), "up"}, underlay));
  TRY_VOID(run({"ip", "link", "add", "br-ex", "type", "bridge"}, inside));
  TRY_VOID(run({"ip", "link", "set", "eth1", "master", "br-ex", "up"}, inside));
  TRY_VOID(run({"ip", "link", "set", "br-ex", "up"}, inside));
  hosts_.push_back(host);
  return host;
}

Result<void> Lab::set_link(const std::string& host, bool up) {
  return run({"ip", "link", "set", "u-" + host, up ? "up" : "down"}, Namespaces{underlay_init_});
}

void Lab::destroy() {
  for (const auto& host : hosts_) {
    close(host.driver_listen_fd);
    kill(host.init, SIGKILL);
    waitpid(host.init, nullptr, 0);
  }
  if (underlay_init_ > 0) {
    // the kernel takes a namespace apart in its own time; the end that is ours goes now
    ignore(run({"ip", "link", "del", "cw-ul-" + name_}), "it goes with its namespace in any case");
    kill(underlay_init_, SIGKILL);
    waitpid(underlay_init_, nullptr, 0);
  }
  underlay_init_ = -1;
  if (hosts_.empty()) return;
  hosts_.clear();
  // the kernel empties the cgroups a moment after the last process is gone
  for (int i = 0; i < 50; ++i) {
    remove_cgroups("/causeway-" + name_);
    if (!fs::exists("/sys/fs/cgroup/memory/causeway-" + name_) && !fs::exists("/sys/fs/cgroup/causeway-" + name_)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace causeway::app
