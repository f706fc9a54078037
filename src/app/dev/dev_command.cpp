#include "causeway/app/dev/dev_command.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "causeway/app/dev/demo.hpp"
#include "causeway/app/dev/remote_control.hpp"
#include "causeway/base/log.hpp"

namespace causeway::app {
namespace {

std::atomic<bool> asked_to_stop = false;
void on_signal(int) { asked_to_stop = true; }

void say(const std::string& text) { fmt::print("{}{}{}\n", isatty(STDOUT_FILENO) ? "\033[32m==>\033[0m " : "==> ", text, ""); std::fflush(stdout); }

/// What tests and scripts need to find their way.
Result<void> write_facts(DevCloud& cloud, const std::string& control_socket) {
  JsonArray regions;
  for (const auto& region : cloud.regions()) {
    JsonArray hosts;
    for (const auto& host : region.hosts) {
      hosts.push_back(JsonObject{{"name", host.name}, {"vtep", host.vtep}, {"docker_socket", host.docker_socket}, {"init", host.init}});
    }
    regions.push_back(JsonObject{{"name", region.name}, {"address", region.address}, {"hosts", std::move(hosts)}, {"external", fmt::format("172.30.{}.0/24", region.number)}});
  }
  const std::string path = cloud.state_dir() + "/cloud.json";
  std::ofstream out(path + ".new");
  out << to_text(JsonObject{{"control_socket", control_socket}, {"admin_password", cloud.admin_password()}, {"identity_url", cloud.identity_url()}, {"outside", cloud.outside()}, {"regions", std::move(regions)}}) << "\n";
  out.close();
  if (!out || rename((path + ".new").c_str(), path.c_str()) != 0) return failed(Code::unavailable, "dev.write", "Cannot write {}.", path);
  return {};
}

void print_guide(const DevCloud& cloud) {
  fmt::print("\n  The cloud is up. In another shell:\n\n    source {}/openrc\n    openstack catalog list\n", cloud.state_dir());
  fmt::print("    openstack --os-region-name CentralRegion network create net1\n");
  fmt::print("    openstack --os-region-name CentralRegion subnet create --network net1 --subnet-range 10.0.1.0/24 subnet1\n");
  fmt::print("    openstack --os-region-name RegionOne image create --container-format docker --disk-format raw --file build/busybox.tar busybox\n");
  fmt::print("    openstack --os-region-name RegionOne appcontainer run --name c1 --net network=net1 --image-driver glance busybox sleep 1000\n\n");
  fmt::print("  ^C ends it and removes everything.\n\n");
  std::fflush(stdout);
}

/// The demonstration runs in a thread of its own while this one keeps the processes running.
int run_demo(DevCloud& cloud, const std::string& image) {
  std::atomic<bool> finished = false;
  Result<void> outcome;
  std::thread demonstration([&] {
    outcome = demonstrate(cloud, image, say);
    finished = true;
  });
  while (!finished) {
    cloud.tick();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  demonstration.join();
  if (outcome) return 0;
  fmt::print(stderr, "the demonstration failed: {}\n", outcome.error().describe());
  return 1;
}

}  // namespace

int dev_command(const DevCommandOptions& options) {
  log::start("dev", log::Level::info);
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  signal(SIGPIPE, SIG_IGN);
  DevCloud cloud(options.cloud);
  const auto started = cloud.start(say, asked_to_stop);
  int exit_code = 0;
  if (!started) {
    fmt::print(stderr, "causeway dev: {}\n", started.error().describe());
    exit_code = 1;
  } else if (options.demo) {
    exit_code = run_demo(cloud, options.image);
  } else {
    RemoteControl control(cloud, cloud.state_dir() + "/dev.sock");
    if (auto ready = control.start(); !ready) {
      fmt::print(stderr, "causeway dev: {}\n", ready.error().describe());
      exit_code = 1;
    } else if (auto written = write_facts(cloud, cloud.state_dir() + "/dev.sock"); !written) {
      exit_code = 1;
    }
    if (exit_code == 0) print_guide(cloud);
    while (exit_code == 0 && !asked_to_stop) {
      cloud.tick();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    control.stop();
  }
  say("ending: processes, containers, namespaces");
  cloud.stop();
  say("nothing is left");
  return exit_code;
}

}  // namespace causeway::app
