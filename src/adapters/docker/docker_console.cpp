#include "causeway/adapters/docker/docker_console.hpp"

#include <thread>

#include "causeway/adapters/docker/demux_duplex.hpp"
#include "causeway/adapters/docker/docker_json.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// Docker takes a sequence of keys for "detach" and holds its first key back until the next one: of the default, ^P ^Q,
/// a shell's user would notice. This one nobody types.
constexpr const char* detach_keys = "ctrl-^,ctrl-_,ctrl-^,ctrl-_";
constexpr const char* detach_keys_in_url = "ctrl-%5E,ctrl-_,ctrl-%5E,ctrl-_";
/// How long a process may take from "started" to running; the Engine's own patience is 10 s.
constexpr std::chrono::milliseconds start_time = 10s;
constexpr std::chrono::milliseconds start_poll = 10ms;

bool flag_at(const Json& json, std::string_view key) {
  const Json* value = member(json, key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::unique_ptr<async::Duplex> readable(std::unique_ptr<async::Duplex> stream, bool terminal) {
  return terminal ? std::move(stream) : std::make_unique<DemuxDuplex>(std::move(stream));
}

std::string size_query(const domain::TerminalSize& size) { return fmt::format("?h={}&w={}", size.height, size.width); }

}  // namespace

struct DockerConsole::Target {
  std::string engine_id;
  bool running = false;
  bool terminal = false;
  bool takes_input = false;
};

struct DockerConsole::Exec {
  bool running = false;
  bool ended = false;
  bool terminal = false;
};

DockerConsole::DockerConsole(std::string socket_path) : client_(std::move(socket_path)) {}

Result<DockerConsole::Target> DockerConsole::find(const domain::ContainerId& id) {
  TRY(const Json json, client_.call("GET", "/containers/" + container_name(id) + "/json"));
  const auto seen = read_container(json);
  if (!seen || seen->id != id)
    return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  Target target;
  target.engine_id = seen->engine_id;
  target.running = seen->state == domain::EngineState::running;
  if (const Json* config = member(json, "Config")) {
    target.terminal = flag_at(*config, "Tty");
    target.takes_input = flag_at(*config, "OpenStdin");
  }
  return target;
}

Result<DockerConsole::Target> DockerConsole::find_running(const domain::ContainerId& id) {
  TRY(auto target, find(id));
  if (!target.running) return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);
  return target;
}

Result<DockerConsole::Exec> DockerConsole::find_exec(const domain::ContainerId& id, const std::string& exec) {
  const auto unknown = [&] {
    return failed(Code::not_found, "exec.not_found", "Container {} has no exec instance {}.", id, exec);
  };
  if (!domain::is_exec_id(exec)) return unknown();
  TRY(const auto target, find(id));
  auto json = client_.call("GET", "/exec/" + exec + "/json");
  if (!json && json.error().code == Code::not_found) return unknown();
  if (!json) return std::unexpected(std::move(json).error());
  if (text_member(*json, "ContainerID") != target.engine_id) return unknown();
  Exec found;
  found.running = flag_at(*json, "Running");
  const Json* exit_code = member(*json, "ExitCode");
  found.ended = exit_code != nullptr && exit_code->is_number();
  if (const Json* process = member(*json, "ProcessConfig")) found.terminal = flag_at(*process, "tty");
  return found;
}

Result<std::unique_ptr<async::Duplex>> DockerConsole::attach(const domain::ContainerId& id) {
  TRY(const auto target, find_running(id));
  TRY(auto stream,
      client_.take_over(fmt::format("/containers/{}/attach?logs=0&stream=1&stdin={:d}&stdout=1&stderr=1&detachKeys={}",
                                    target.engine_id, target.takes_input, detach_keys_in_url),
                        std::nullopt));
  return readable(std::move(stream), target.terminal);
}

Result<std::string> DockerConsole::create_exec(const domain::ContainerId& id, const domain::ExecSpec& spec) {
  TRY(const auto target, find_running(id));
  JsonArray words;
  for (const auto& word : spec.command) words.push_back(Json(word));
  TRY(const Json made, client_.call("POST", "/containers/" + target.engine_id + "/exec",
                                    JsonObject{{"AttachStdin", spec.interactive},
                                               {"AttachStdout", true},
                                               {"AttachStderr", true},
                                               {"Tty", spec.interactive},
                                               {"DetachKeys", detach_keys},
                                               {"Cmd", words}}));
  return text_member(made, "Id");
}

Result<std::unique_ptr<async::Duplex>> DockerConsole::start_exec(const domain::ContainerId& id,
                                                                 const std::string& exec) {
  TRY(const auto found, find_exec(id, exec));
  if (found.running || found.ended)
    return failed(Code::conflict, "exec.used", "The exec instance {} was started before.", exec);
  auto stream = client_.take_over("/exec/" + exec + "/start", JsonObject{{"Detach", false}, {"Tty", found.terminal}});
  if (!stream && stream.error().code == Code::conflict)
    return failed(Code::conflict, "exec.used", "The exec instance {} cannot be started: {}", exec,
                  stream.error().message);
  if (!stream) return std::unexpected(std::move(stream).error());
  TRY_VOID(wait_until_started(id, exec));
  return readable(*std::move(stream), found.terminal);
}

Result<void> DockerConsole::wait_until_started(const domain::ContainerId& id, const std::string& exec) {
  for (auto waited = 0ms; waited < start_time; waited += start_poll) {
    TRY(const auto found, find_exec(id, exec));
    if (found.running || found.ended) return {};
    std::this_thread::sleep_for(start_poll);
  }
  return {};  // slow, but the stream stands and will tell
}

Result<void> DockerConsole::resize(const domain::ContainerId& id, const domain::TerminalSize& size) {
  TRY(const auto target, find_running(id));
  TRY_VOID(client_.call("POST", "/containers/" + target.engine_id + "/resize" + size_query(size)));
  return {};
}

Result<void> DockerConsole::resize_exec(const domain::ContainerId& id, const std::string& exec,
                                        const domain::TerminalSize& size) {
  TRY(const auto found, find_exec(id, exec));
  // the Engine would wait for its start
  if (!found.running) return failed(Code::conflict, "exec.not_running", "The exec instance {} does not run.", exec);
  TRY_VOID(client_.call("POST", "/exec/" + exec + "/resize" + size_query(size)));
  return {};
}

}  // namespace causeway::adapters
