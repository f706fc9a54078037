#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// The statuses of the wire (Zun), exact case.
enum class ContainerStatus {
  creating,
  created,
  running,
  stopped,
  paused,
  restarting,
  rebuilding,
  deleting,
  deleted,
  dead,
  error,
  unknown
};
constexpr auto names_of(ContainerStatus) {
  using enum ContainerStatus;
  using std::string_view;
  return std::array{std::pair{creating, string_view("Creating")},     std::pair{created, string_view("Created")},
                    std::pair{running, string_view("Running")},       std::pair{stopped, string_view("Stopped")},
                    std::pair{paused, string_view("Paused")},         std::pair{restarting, string_view("Restarting")},
                    std::pair{rebuilding, string_view("Rebuilding")}, std::pair{deleting, string_view("Deleting")},
                    std::pair{deleted, string_view("Deleted")},       std::pair{dead, string_view("Dead")},
                    std::pair{error, string_view("Error")},           std::pair{unknown, string_view("Unknown")}};
}

enum class TaskAction { start, stop, reboot, kill, pause, unpause, rebuild, commit, network_attach, network_detach };
constexpr auto names_of(TaskAction) {
  using enum TaskAction;
  using std::string_view;
  return std::array{std::pair{start, string_view("start")},
                    std::pair{stop, string_view("stop")},
                    std::pair{reboot, string_view("reboot")},
                    std::pair{kill, string_view("kill")},
                    std::pair{pause, string_view("pause")},
                    std::pair{unpause, string_view("unpause")},
                    std::pair{rebuild, string_view("rebuild")},
                    std::pair{commit, string_view("commit")},
                    std::pair{network_attach, string_view("network_attach")},
                    std::pair{network_detach, string_view("network_detach")}};
}

/// One action that the user asked for, done by the host's agent in order of `seq`, each once.
struct ContainerTask {
  std::int64_t seq = 0;
  TaskAction action = TaskAction::start;
  std::optional<int> timeout;  ///< seconds, stop and reboot
  std::string signal;          ///< kill
  std::string request_id;
  std::string image_id{};  ///< commit: the image of the image service that receives the data
  bool run = false;        ///< rebuild: start it again afterwards
  PortId port_id{};        ///< network_attach and network_detach
  static constexpr auto fields() {
    using K = ContainerTask;
    return std::tuple{field("seq", &K::seq),       field("action", &K::action),     field("timeout", &K::timeout),
                      field("signal", &K::signal), field("image_id", &K::image_id), field("run", &K::run),
                      field("port_id", &K::port_id), field("request_id", &K::request_id)};
  }
};

/// How a task ended; the host repeats it until the region has taken the task off the queue.
struct TaskResult {
  std::int64_t seq = 0;
  std::string error;  ///< "" = it was done
  static constexpr auto fields() { return std::tuple{field("seq", &TaskResult::seq), field("error", &TaskResult::error)}; }
  bool operator==(const TaskResult&) const = default;
};

struct RestartPolicy {
  std::string name = "no";
  int maximum_retry_count = 0;
  static constexpr auto fields() {
    using R = RestartPolicy;
    return std::tuple{field("name", &R::name), field("maximum_retry_count", &R::maximum_retry_count)};
  }
};

struct Healthcheck {
  std::string test;
  int interval = 0, timeout = 0, retries = 0;  ///< seconds, seconds, times; 0 = the Engine's default
  static constexpr auto fields() {
    using H = Healthcheck;
    return std::tuple{field("test", &H::test), field("interval", &H::interval), field("timeout", &H::timeout),
                      field("retries", &H::retries)};
  }
};

/// Something of the host inside the container. `volume`: a Docker volume of the host, named `source` within the project,
/// or without a name and gone with the container. `bind`: one file with the given content.
struct Mount {
  std::string type = "volume";
  std::string source;       ///< volume: its name, "" = one of its own
  std::string content;      ///< bind: base64 of the file
  std::string destination;  ///< absolute path inside the container
  std::int64_t size_gib = 0;
  bool read_only = false;
  static constexpr auto fields() {
    using M = Mount;
    return std::tuple{field("type", &M::type),         field("source", &M::source),
                      field("content", &M::content),   field("destination", &M::destination),
                      field("size_gib", &M::size_gib), field("read_only", &M::read_only)};
  }
};

struct ExposedPort {
  int port = 0;
  std::string protocol = "tcp";  ///< "tcp" or "udp"
  static constexpr auto fields() {
    return std::tuple{field("port", &ExposedPort::port), field("protocol", &ExposedPort::protocol)};
  }
};

/// What a container is within a capsule (a group that shares one network sandbox). `none`: it is in no capsule.
enum class CapsuleRole { none, sandbox, init, app };
constexpr auto names_of(CapsuleRole) {
  using enum CapsuleRole;
  using std::string_view;
  return std::array{std::pair{none, string_view("none")}, std::pair{sandbox, string_view("sandbox")},
                    std::pair{init, string_view("init")}, std::pair{app, string_view("app")}};
}

/// The image that a container was asked to run: `driver` "glance" (id of the image service) or "docker" (a reference).
struct ImageRef {
  std::string driver = "glance";
  std::string id;        ///< glance: image uuid; docker: the full reference
  std::string checksum;  ///< glance: verified after the transfer
  std::string pull_policy;
  std::string registry_id{};  ///< docker: whose credentials to pull with; "" = none
  static constexpr auto fields() {
    using R = ImageRef;
    return std::tuple{field("driver", &R::driver), field("id", &R::id), field("checksum", &R::checksum),
                      field("pull_policy", &R::pull_policy), field("registry_id", &R::registry_id)};
  }
};

/// A container. Owned by its region: what the user asked for, what was decided (host, ports), and what its host last
/// saw. The host's agent receives this record and the ports with device_id = id by the feed; it holds everything needed
/// to run it.
struct Container {
  static constexpr std::string_view kind = "container";
  ContainerId id;
  ProjectId project_id;
  UserId user_id;
  // what the user asked for
  std::string name;
  std::string image;  ///< as the user wrote it
  ImageRef image_ref;
  std::vector<std::string> command;
  std::vector<std::string> entrypoint;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> labels;
  std::string workdir;
  std::string hostname;
  std::string runtime;
  double cpu = 1.0;
  std::int64_t memory_mib = 512;
  std::optional<std::int64_t> disk_gib;
  std::optional<std::string> cpu_policy;
  RestartPolicy restart_policy;
  std::optional<Healthcheck> healthcheck;
  bool interactive = false;
  bool tty = false;
  bool auto_remove = false;
  bool auto_heal = false;
  bool privileged = false;
  std::string availability_zone;
  std::vector<SecurityGroupId> security_groups;
  std::vector<Mount> mounts;
  std::vector<ExposedPort> wanted_ports;  ///< to expose beyond those of the image
  // what was decided
  HostName host;
  std::string cpuset;           ///< CPUs of the host that are this container's alone, "0-1,4"; "" = shared ones
  std::int64_t generation = 0;  ///< grows with each rebuild; the Engine's container of another generation is replaced
  std::string capsule_id;
  CapsuleRole capsule_role = CapsuleRole::none;
  int capsule_order = 0;  ///< init containers run one after the other in this order
  std::vector<PortId> ports;         ///< in the order of the user's nets; the last one becomes eth0 as in Zun
  std::vector<PortId> kept_ports;    ///< of them, those that existed before and outlive the container
  std::vector<PortId> detaching_ports;  ///< of them, those that go as soon as the host has let go of them
  bool run = false;                  ///< start it once it is created
  bool remove = false;               ///< the user asked to delete it; the record goes when the host says it is gone
  bool remove_stop = false;          ///< stop it in an orderly way first
  bool abandoned = false;  ///< deleted while its host was dead: nobody sees it, its addresses stay held until the host is back or given up
  std::int64_t task_seq = 0;         ///< seq of the newest task
  std::vector<ContainerTask> tasks;  ///< not yet done, oldest first
  // what the host saw
  ContainerStatus status = ContainerStatus::creating;
  std::string status_reason;
  std::string status_detail;
  std::string task_state;      ///< "container_creating", ... or ""
  std::int64_t task_done = 0;  ///< seq of the newest task done
  std::string engine_id;       ///< Docker's container id
  std::vector<std::string> seen_command, seen_entrypoint;
  std::string seen_hostname;
  std::vector<int> exposed_ports;
  std::string health;     ///< "healthy", "unhealthy", "starting", "" without a check
  int restart_count = 0;  ///< by the Engine, for its restart policy
  std::optional<int> exit_code;
  Time started_at{};
  Time finished_at{};  ///< of the last run; the host's word, else when the region first heard that it ended
  Time observed_at{};  ///< when this group last changed; that it still holds is as fresh as the host's last_seen
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using C = Container;
    return std::tuple_cat(
        std::tuple{field("id", &C::id),
                   field("project_id", &C::project_id),
                   field("user_id", &C::user_id),
                   field("name", &C::name),
                   field("image", &C::image),
                   field("image_ref", &C::image_ref),
                   field("command", &C::command),
                   field("entrypoint", &C::entrypoint),
                   field("environment", &C::environment),
                   field("labels", &C::labels),
                   field("workdir", &C::workdir),
                   field("hostname", &C::hostname),
                   field("runtime", &C::runtime),
                   field("cpu", &C::cpu),
                   field("memory_mib", &C::memory_mib),
                   field("disk_gib", &C::disk_gib),
                   field("cpu_policy", &C::cpu_policy),
                   field("restart_policy", &C::restart_policy),
                   field("healthcheck", &C::healthcheck),
                   field("interactive", &C::interactive),
                   field("tty", &C::tty),
                   field("auto_remove", &C::auto_remove),
                   field("auto_heal", &C::auto_heal),
                   field("privileged", &C::privileged),
                   field("availability_zone", &C::availability_zone),
                   field("security_groups", &C::security_groups),
                   field("mounts", &C::mounts),
                   field("wanted_ports", &C::wanted_ports)},
        std::tuple{field("host", &C::host), field("cpuset", &C::cpuset), field("generation", &C::generation),
                   field("capsule_id", &C::capsule_id), field("capsule_role", &C::capsule_role),
                   field("capsule_order", &C::capsule_order), field("ports", &C::ports),
                   field("kept_ports", &C::kept_ports), field("detaching_ports", &C::detaching_ports),
                   field("run", &C::run), field("remove", &C::remove), field("remove_stop", &C::remove_stop),
                   field("abandoned", &C::abandoned), field("task_seq", &C::task_seq), field("tasks", &C::tasks)},
        std::tuple{field("status", &C::status), field("status_reason", &C::status_reason),
                   field("status_detail", &C::status_detail), field("task_state", &C::task_state),
                   field("task_done", &C::task_done), field("engine_id", &C::engine_id),
                   field("seen_command", &C::seen_command), field("seen_entrypoint", &C::seen_entrypoint),
                   field("seen_hostname", &C::seen_hostname), field("exposed_ports", &C::exposed_ports),
                   field("health", &C::health), field("restart_count", &C::restart_count),
                   field("exit_code", &C::exit_code), field("started_at", &C::started_at),
                   field("finished_at", &C::finished_at), field("observed_at", &C::observed_at),
                   field("created_at", &C::created_at), field("updated_at", &C::updated_at)});
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"project_id", project_id.str()}, {"name", name}};
    if (!host.empty()) out.push_back({"host", host.str()});
    if (!capsule_id.empty()) out.push_back({"capsule_id", capsule_id});
    return out;
  }
};

/// What a host reports of one container, upwards to its region.
struct ContainerReport {
  ContainerId id;
  bool gone = false;  ///< removed as asked, or found absent with nothing left of it
  ContainerStatus status = ContainerStatus::unknown;
  std::string status_reason;
  std::string status_detail;
  std::string task_state;
  std::int64_t task_done = 0;
  std::vector<TaskResult> task_results;  ///< of those that the region still has queued
  std::vector<PortId> released_ports;    ///< of the detaching ones, those that the host let go of
  std::string engine_id;
  std::vector<std::string> seen_command, seen_entrypoint;
  std::string seen_hostname;
  std::vector<int> exposed_ports;
  std::string health;
  int restart_count = 0;
  std::optional<int> exit_code;
  Time started_at{};
  Time finished_at{};  ///< 0 when it runs, or when the host cannot tell
  static constexpr auto fields() {
    using R = ContainerReport;
    return std::tuple{field("id", &R::id),
                      field("gone", &R::gone),
                      field("status", &R::status),
                      field("status_reason", &R::status_reason),
                      field("status_detail", &R::status_detail),
                      field("task_state", &R::task_state),
                      field("task_done", &R::task_done),
                      field("task_results", &R::task_results),
                      field("released_ports", &R::released_ports),
                      field("engine_id", &R::engine_id),
                      field("seen_command", &R::seen_command),
                      field("seen_entrypoint", &R::seen_entrypoint),
                      field("seen_hostname", &R::seen_hostname),
                      field("exposed_ports", &R::exposed_ports),
                      field("health", &R::health),
                      field("restart_count", &R::restart_count),
                      field("exit_code", &R::exit_code),
                      field("started_at", &R::started_at),
                      field("finished_at", &R::finished_at)};
  }
};

/// What a host reports of one port.
struct PortReport {
  PortId id;
  bool ready = false;    ///< the kernel was seen to hold its links
  bool plugged = false;  ///< its interface is inside a container's sandbox
  std::string error;
  static constexpr auto fields() {
    using R = PortReport;
    return std::tuple{field("id", &R::id), field("ready", &R::ready), field("plugged", &R::plugged),
                      field("error", &R::error)};
  }
};

}  // namespace causeway::domain
