#include "causeway/app/dev/supervisor.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <thread>

#include "causeway/base/log.hpp"

namespace causeway::app {

using Steady = std::chrono::steady_clock;

Result<void> Supervisor::add(Process process) {
  entries_.push_back({std::move(process), -1, true, 0, {}});
  return start(entries_.back());
}

Result<void> Supervisor::start(Entry& entry) {
  if (entry.process.before_start) entry.process.before_start();
  TRY(entry.pid, spawn(entry.process.spawn));
  return {};
}

void Supervisor::reap() {
  int status = 0;
  for (auto& entry : entries_) {
    if (entry.pid <= 0 || waitpid(entry.pid, &status, WNOHANG) != entry.pid) continue;
    if (entry.wanted) {
      const std::string how = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status)) : fmt::format("exit {}", WEXITSTATUS(status));
      log::warn("{} ended ({}), starting it again; its log is {}", entry.process.name, how, entry.process.spawn.log_file);
    }
    entry.pid = -1;
    entry.not_before = Steady::now() + std::chrono::milliseconds(200);
  }
}

void Supervisor::tick() {
  reap();
  for (auto& entry : entries_) {
    if (!entry.wanted || entry.pid > 0 || Steady::now() < entry.not_before) continue;
    ++entry.restarts;
    if (auto started = start(entry); !started) {
      log::error("{}: {}", entry.process.name, started.error().describe());
      entry.not_before = Steady::now() + std::chrono::seconds(1);
    }
  }
  std::vector<Request> requests;
  {
    std::lock_guard lock(mutex_);
    requests.swap(requests_);
  }
  for (auto& request : requests) request.answer.set_value(carry_out(request.verb, request.name));
}

void Supervisor::stop(Entry& entry) {
  entry.wanted = false;
  if (entry.pid <= 0) return;
  kill(entry.pid, entry.process.stop_signal);
  const auto deadline = Steady::now() + entry.process.stop_timeout;
  while (entry.pid > 0 && Steady::now() < deadline) {
    reap();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (entry.pid <= 0) return;
  log::warn("{} did not stop in time, killing it", entry.process.name);
  kill(entry.pid, SIGKILL);
  waitpid(entry.pid, nullptr, 0);
  entry.pid = -1;
}

void Supervisor::stop_all() {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) stop(*entry);
}

Result<Json> Supervisor::request(const std::string& verb, const std::string& name) {
  std::future<Result<Json>> answer;
  {
    std::lock_guard lock(mutex_);
    requests_.push_back({verb, name, {}});
    answer = requests_.back().answer.get_future();
  }
  if (answer.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
    return failed(Code::timeout, "dev.timeout", "The supervisor is busy.");
  }
  return answer.get();
}

Result<Json> Supervisor::carry_out(const std::string& verb, const std::string& name) {
  if (verb == "list") return list();
  for (auto& entry : entries_) {
    if (entry.process.name != name) continue;
    if (verb == "stop") {
      stop(entry);
    } else if (verb == "kill") {
      if (entry.pid > 0) kill(entry.pid, SIGKILL);
    } else if (verb == "restart") {
      stop(entry);
      entry.wanted = true;
    } else if (verb == "start") {
      entry.wanted = true;
    } else {
      return failed(Code::invalid, "dev.bad_verb", "There is no verb '{}'; use stop, start, kill or restart.", verb);
    }
    return list();
  }
  return failed(Code::not_found, "dev.no_process", "There is no process '{}'.", name);
}

Json Supervisor::list() const {
  JsonArray out;
  for (const auto& entry : entries_) {
    out.push_back(JsonObject{{"name", entry.process.name}, {"pid", entry.pid}, {"restarts", entry.restarts},
                             {"wanted", entry.wanted}, {"log", entry.process.spawn.log_file}});
  }
  return out;
}

}  // namespace causeway::app
