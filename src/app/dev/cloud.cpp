#include "causeway/app/dev/cloud.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "causeway/adapters/system/pki.hpp"
#include "causeway/app/dev/user.hpp"
#include "causeway/base/log.hpp"
#include "causeway/contract/control.hpp"
#include "causeway/http/client.hpp"

namespace causeway::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* ordinals[] = {"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"};

std::string self() { return fs::read_symlink("/proc/self/exe").string(); }

Result<void> write_file(const std::string& path, const std::string& text, mode_t mode) {
  std::ofstream out(path, std::ios::trunc);
  out << text;
  out.close();
  if (!out || chmod(path.c_str(), mode) != 0) return failed(Code::unavailable, "dev.write", "Cannot write {}.", path);
  return {};
}

/// True when GET `path` there answers 200.
bool answers(const std::string& url, const std::string& path) {
  auto endpoint = http::Endpoint::parse(url);
  if (!endpoint) return false;
  http::Client client(*endpoint);
  http::ClientRequest request;
  request.target = path;
  http::CallOptions options;
  options.timeout = 2s;
  const auto answer = client.call(std::move(request), options);
  return answer && answer->status == 200;
}

/// Makes way for a new dockerd after one was killed: its containerd lives on for a moment, and what it left in pid files is
/// believed whatever process has the number by now.
void clear_after_dockerd(pid_t init) {
  const std::string root = fmt::format("/proc/{}/root", init);
  const std::string pid_file = root + "/run/docker/containerd/containerd.pid";
  const auto containerd_lives = [&] {
    std::ifstream file(pid_file);
    std::string pid, name;
    if (!(file >> pid)) return false;
    std::ifstream comm(root + "/proc/" + pid + "/comm");
    return bool(comm >> name) && name == "containerd";
  };
  for (int i = 0; i < 250 && containerd_lives(); ++i) std::this_thread::sleep_for(20ms);
  std::error_code ignored;
  fs::remove(pid_file, ignored);
  fs::remove(root + "/run/docker.pid", ignored);
}

}  // namespace

DevCloud::DevCloud(DevOptions options) : options_(std::move(options)) {}

DevCloud::~DevCloud() { stop(); }

Result<void> DevCloud::start(const std::function<void(const std::string&)>& say, const std::atomic<bool>& cancelled) {
  TRY_VOID(prepare());
  say(fmt::format("state in {}", state_dir_));
  TRY_VOID(make_certificates());
  std::vector<std::string> underlay{central_control_};
  for (const auto& region : regions_) underlay.push_back(region.control_address);
  TRY_VOID(lab_->make_underlay(underlay));
  // all namespaces first: they are cloned from this process, which must not have threads yet
  for (auto& region : regions_) {
    TRY_VOID(lab_->make_external(region.number));
    for (auto& host : region.hosts) {
      TRY_VOID(start_host(region, host));
      say(fmt::format("host {} in {}: namespaces, dockerd, agent", host.name, region.name));
    }
  }
  TRY_VOID(start_central());
  say("centre: identity " + identity_url_ + ", network http://127.0.0.1:9696, admin http://127.0.0.1:19999/v1.0");
  for (const auto& region : regions_) {
    TRY_VOID(start_region(region));
    say(fmt::format("{}: network, images, containers on {}", region.name, region.address));
  }
  TRY_VOID(write_client_files());
  return wait_ready(say, cancelled);
}

Result<void> DevCloud::prepare() {
  if (geteuid() != 0) return failed(Code::forbidden, "dev.root", "`causeway dev` makes network namespaces and runs dockerd: run it as root.");
  if (options_.state_dir.empty()) {
    std::string pattern = fs::temp_directory_path() / "causeway-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) return failed(Code::unavailable, "dev.state", "Cannot make a directory under the temporary one.");
    state_dir_ = pattern;
  } else {
    std::error_code error;
    fs::create_directories(options_.state_dir, error);
    state_dir_ = fs::absolute(options_.state_dir);
  }
  TRY(overrides_, parse_overrides(options_.settings));
  ProcessConfig central("central");
  central.apply(overrides_);
  external_identity_ = central.value("identity.source") == "external";
  identity_url_ = identity_url_of("central");
  for (const char* sub : {"log", "tls", "etc"}) fs::create_directories(state_dir_ + "/" + sub);
  lab_ = std::make_unique<Lab>(std::to_string(getpid() % 100000), options_.underlay_octet, state_dir_);
  central_control_ = lab_->address(0, 1);
  for (int r = 1; r <= options_.regions; ++r) {
    DevRegion region{std::string("Region") + ordinals[r - 1], fmt::format("127.0.{}.1", r), lab_->address(0, 10 + r), {}, r};
    for (int h = 1; h <= options_.hosts_per_region; ++h) {
      const std::string name = fmt::format("r{}h{}", r, h);
      region.hosts.push_back({name, lab_->address(r, h), state_dir_ + "/" + name + ".docker.sock", -1});
    }
    regions_.push_back(std::move(region));
  }
  return {};
}

Result<void> DevCloud::issue(const std::string& file, const std::string& common_name, const std::string& address) const {
  const std::string base = state_dir_ + "/tls/";
  adapters::CertificateRequest request;
  request.common_name = common_name;
  request.ip_addresses = {address};
  request.days = 30;
  return adapters::issue_certificate(base + "ca.pem", base + "ca.key", request, base + file + ".pem", base + file + ".key");
}

Result<void> DevCloud::make_certificates() {
  if (fs::exists(state_dir_ + "/tls/ca.pem")) return {};
  TRY_VOID(adapters::make_authority(state_dir_ + "/tls/ca.pem", state_dir_ + "/tls/ca.key", "causeway dev"));
  TRY_VOID(issue("central", "central", central_control_));
  for (const auto& region : regions_) {
    TRY_VOID(issue(region.name, contract::region_common_name(region.name), region.control_address));
    for (const auto& host : region.hosts) TRY_VOID(issue(host.name, contract::host_common_name(region.name, host.name), host.vtep));
  }
  return {};
}

ProcessConfig DevCloud::config_of(const std::string& process, const std::string& roles, const std::string& region) const {
  ProcessConfig config(process);
  config.set("roles", roles);
  config.set("region", region);
  config.set("state_dir", state_dir_ + "/" + process);
  config.set("log_level", options_.log_level);
  config.set("identity_url", identity_url_);
  config.set("tls.ca_file", state_dir_ + "/tls/ca.pem");
  config.set("tls.certificate_file", fmt::format("{}/tls/{}.pem", state_dir_, process));
  config.set("tls.key_file", fmt::format("{}/tls/{}.key", state_dir_, process));
  return config;
}

std::string DevCloud::identity_url_of(const std::string& process) const {
  ProcessConfig config(process);
  config.apply(overrides_);
  for (const char* name : {"identity_url", "keystone.url"}) {
    if (auto url = config.value(name); !url.empty()) return url;
  }
  return "http://127.0.0.1:5000/v3";
}

Result<std::string> DevCloud::write_config(ProcessConfig config) const {
  config.apply(overrides_);
  const std::string path = state_dir_ + "/etc/" + config.process() + ".toml";
  TRY_VOID(write_file(path, config.text(), 0600));
  return path;
}

Result<void> DevCloud::start_central() {
  ProcessConfig central = config_of("central", external_identity_ ? "central-network" : "identity,central-network", "CentralRegion");
  central.set("control.address", central_control_);
  TRY(const auto config, write_config(std::move(central)));
  std::vector<std::string> places{"--config", config, "--central", "127.0.0.1"};
  for (const auto& region : regions_) {
    places.insert(places.end(), {"--region", region.name + "=" + region.address});
  }
  std::vector<std::string> bootstrap{self(), "bootstrap", "--admin-password", options_.admin_password};
  bootstrap.insert(bootstrap.end(), places.begin(), places.end());
  TRY_VOID(run(bootstrap));
  if (external_identity_) TRY_VOID(register_in_keystone(places));
  return supervisor_.add({"central", Spawn{{self(), "serve", "--config", config}, state_dir_ + "/log/central.log", {}, {}, -1}, {}, SIGTERM, 5s});
}

Result<void> DevCloud::register_in_keystone(const std::vector<std::string>& places) const {
  std::vector<std::string> command{self(), "keystone", "register", "--os-username", "admin", "--os-password", options_.admin_password, "--os-project-name", "admin"};
  command.insert(command.end(), places.begin(), places.end());
  return run(command);
}

Result<void> DevCloud::start_region(const DevRegion& region) {
  ProcessConfig made = config_of(region.name, "local-network,images,containers", region.name);
  made.set("listen.address", region.address);
  made.set("control.address", region.control_address);
  made.set("central.control_url", fmt::format("https://{}:9519", central_control_));
  made.set("central.network_url", "http://127.0.0.1:9696");
  TRY(const auto config, write_config(std::move(made)));
  return supervisor_.add({region.name, Spawn{{self(), "serve", "--config", config}, fmt::format("{}/log/{}.log", state_dir_, region.name), {}, {}, -1}, {}, SIGTERM, 5s});
}

Result<void> DevCloud::start_host(const DevRegion& region, DevHost& host) {
  TRY(const auto made, lab_->add_host(host.name, host.vtep, region.number));
  host.init = made.init;
  const Namespaces inside{made.init};
  ProcessConfig agent = config_of(host.name, "agent", region.name);
  agent.set("host", host.name);
  agent.set("agent.region_control_url", fmt::format("https://{}:9519", region.control_address));
  agent.set("agent.vtep", host.vtep);
  agent.set("agent.docker_socket", host.docker_socket);
  agent.set("agent.bridge_mappings", "external:br-ex");
  TRY(const auto config, write_config(std::move(agent)));
  // the agent first: dockerd asks its network driver as soon as it restores containers
  TRY_VOID(supervisor_.add({"agent-" + host.name,
                            Spawn{{self(), "serve", "--config", config}, fmt::format("{}/log/agent-{}.log", state_dir_, host.name), {}, inside, made.driver_listen_fd},
                            {}, SIGTERM, 5s}));
  const std::string data = state_dir_ + "/" + host.name + ".docker";
  // in a file, so that it can be changed before a restart
  const std::string daemon = state_dir_ + "/etc/dockerd-" + host.name + ".json";
  TRY_VOID(write_file(daemon, "{\"live-restore\": true}\n", 0600));
  return supervisor_.add({"dockerd-" + host.name,
                          Spawn{{"dockerd", "--config-file=" + daemon, "--bridge=none", "--iptables=false", "--ip-forward=false",
                                  // a registry on the underlay is on this machine: it needs no TLS
                                  "--insecure-registry=" + lab_->address(0, 0) + "/16", "--data-root=" + data,
                                 "--exec-root=/run/docker", "--pidfile=/run/docker.pid", "--host=unix://" + host.docker_socket, "--group=root",
                                 "--cgroup-parent=" + made.cgroup, "--storage-driver=overlay2"},
                                fmt::format("{}/log/dockerd-{}.log", state_dir_, host.name), {}, inside, -1},
                          [init = made.init] { clear_after_dockerd(init); }, SIGTERM, 15s});
}

ClientAccess DevCloud::client_access() const {
  ClientAccess access;
  access.auth_url = identity_url_;
  access.password = options_.admin_password;
  for (const auto& region : regions_) access.regions.push_back(region.name);
  return access;
}

std::string DevCloud::openrc() const { return app::openrc(client_access()); }

Result<void> DevCloud::write_client_files() const {
  TRY_VOID(write_file(state_dir_ + "/openrc", openrc(), 0600));
  auto access = client_access();
  access.regions.insert(access.regions.begin(), "CentralRegion");
  return write_file(state_dir_ + "/clouds.yaml", clouds_yaml(access), 0600);
}

Result<void> DevCloud::wait_ready(const std::function<void(const std::string&)>& say, const std::atomic<bool>& cancelled) {
  std::vector<std::pair<std::string, std::function<bool()>>> waits;
  waits.emplace_back("central", [] { return answers("http://127.0.0.1:9696", "/healthz"); });
  for (const auto& region : regions_) {
    waits.emplace_back(region.name, [url = "http://" + region.address + ":9517"] { return answers(url, "/healthz"); });
    for (const auto& host : region.hosts) {
      waits.emplace_back("dockerd of " + host.name, [url = "unix://" + host.docker_socket] { return answers(url, "/_ping"); });
    }
  }
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  // a host counts when its region knows what it has: before that nothing would be placed on it
  waits.emplace_back("every host", [this] { return every_host_is_known(); });
  for (const auto& [name, ready] : waits) {
    while (!ready()) {
      supervisor_.tick();
      if (cancelled) return failed(Code::cancelled, "dev.cancelled", "Asked to stop.");
      if (std::chrono::steady_clock::now() > deadline) {
        return failed(Code::timeout, "dev.not_ready", "{} does not answer; its log is under {}/log.", name, state_dir_);
      }
      std::this_thread::sleep_for(20ms);
    }
  }
  say("every service answers");
  return {};
}

bool DevCloud::every_host_is_known() const {
  for (const auto& region : regions_) {
    User admin(identity_url_of(region.name));
    if (!admin.login(options_.admin_password)) return false;
    const auto listed = admin.call(region.address, 9517, "GET", "/v1/hosts");
    const Json* hosts = listed ? member(*listed, "hosts") : nullptr;
    if (hosts == nullptr || !hosts->is_array() || hosts->get_array().size() != region.hosts.size()) return false;
    for (const auto& host : hosts->get_array()) {
      const Json* memory = member(host, "mem_total");
      if (memory == nullptr || !memory->is_int64() || memory->get_int64() == 0) return false;
    }
  }
  return true;
}

void DevCloud::stop() {
  if (lab_ == nullptr) return;
  supervisor_.stop_all();
  lab_.reset();
  std::error_code ignored;
  if (options_.keep_state) return;
  if (options_.state_dir.empty()) {
    fs::remove_all(state_dir_, ignored);
  } else {
    for (const auto& region : regions_) {
      for (const auto& host : region.hosts) fs::remove(host.docker_socket, ignored);
    }
  }
}

}  // namespace causeway::app
