#include "causeway/adapters/memory/memory_engine.hpp"

#include <algorithm>
#include <array>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {

using boundary::EngineEvent;
using domain::EngineState;

namespace {

constexpr int killed = 137;      ///< 128 + SIGKILL
constexpr int terminated = 143;  ///< 128 + SIGTERM

Error refused(std::string_view what, const domain::ContainerId& id, EngineState state) {
  return fail(Code::conflict, "engine.refused", "Cannot {} container {}: it is {}.", what, id, to_name(state));
}

bool lives(EngineState state) { return state == EngineState::running || state == EngineState::paused; }

}  // namespace

/// Waits while the operation is held, and returns a planned failure.
Result<void> MemoryEngine::enter(std::unique_lock<std::mutex>& lock, const std::string& operation) {
  changed_.wait(lock, [&] { return !held_.contains(operation); });
  const auto planned = failures_.find(operation);
  if (planned == failures_.end()) return {};
  auto error = std::move(planned->second);
  failures_.erase(planned);
  return failed(std::move(error));
}

Result<MemoryEngine::Container*> MemoryEngine::find(const domain::ContainerId& id) {
  const auto found = containers_.find(id);
  if (found == containers_.end())
    return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  return &found->second;
}

void MemoryEngine::tell(const domain::ContainerId& id, const std::string& action) {
  events_.push_back({id, action, ++tick_});
  changed_.notify_all();
}

Result<boundary::EngineInfo> MemoryEngine::info() {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "info"));
  return boundary::EngineInfo{4, 8192, 100, "x86_64", "linux", "Memory OS", "6.1", "20.10", {}, {"runc"}};
}

bool MemoryEngine::has_network(const boundary::EngineAttachment& attachment) const {
  const auto found = networks_.find(attachment.network);
  return found != networks_.end() && found->second.contains(attachment.subnets);
}

Result<void> MemoryEngine::ensure_network(const boundary::EngineNetworkSpec& spec) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "ensure_network"));
  networks_[spec.id].insert(spec.subnets);
  return {};
}

Result<void> MemoryEngine::remove_network(const domain::NetworkId& id) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "remove_network"));
  const bool used = std::ranges::any_of(containers_, [&](const auto& entry) {
    return lives(entry.second.seen.state) && std::ranges::count(entry.second.seen.networks, id) > 0;
  });
  if (used) return failed(Code::conflict, "engine.network_in_use", "Network {} is in use on this host.", id);
  networks_.erase(id);
  return {};
}

Result<std::vector<domain::NetworkId>> MemoryEngine::list_networks() {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "list_networks"));
  std::vector<domain::NetworkId> out;
  for (const auto& [id, made_with] : networks_) out.push_back(id);
  return out;
}

Result<std::string> MemoryEngine::create(const boundary::EngineContainerSpec& spec) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "create"));
  const auto& id = spec.container.id;
  if (containers_.contains(id)) return failed(Code::conflict, "engine.name_taken", "Container {} exists.", id);
  if (!images_.contains(spec.image)) return failed(Code::not_found, "engine.no_image", "No such image: {}", spec.image);
  Container made{spec, {}, 0, 0};
  for (const auto& attachment : spec.attachments) {
    if (!has_network(attachment)) {
      return failed(Code::not_found, "engine.no_network", "Network {} not found", attachment.network);
    }
    made.seen.networks.push_back(attachment.network);
  }
  if (!spec.sandbox.empty()) {
    if (by_engine_id(spec.sandbox) == nullptr) {
      return failed(Code::not_found, "engine.no_container", "No such container: {}", spec.sandbox);
    }
    made.seen.joined = spec.sandbox;
  }
  made.seen.id = id;
  made.seen.engine_id = fmt::format("{:064x}", ++tick_);
  made.seen.generation = spec.container.generation;
  made.seen.cpu_shares = domain::cpu_shares_of(spec.container.cpu);
  made.seen.memory_mib = spec.container.memory_mib;
  made.seen.command = spec.container.command;
  made.seen.entrypoint = spec.container.entrypoint;
  made.seen.hostname = spec.container.hostname.empty() ? made.seen.engine_id.substr(52) : spec.container.hostname;
  const auto engine_id = made.seen.engine_id;
  containers_.emplace(id, std::move(made));
  tell(id, "create");
  return engine_id;
}

Result<std::optional<domain::SeenContainer>> MemoryEngine::inspect(const domain::ContainerId& id) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "inspect"));
  const auto found = containers_.find(id);
  if (found == containers_.end()) return std::nullopt;
  return found->second.seen;
}

Result<std::vector<domain::ContainerId>> MemoryEngine::list() {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "list"));
  std::vector<domain::ContainerId> out;
  for (const auto& [id, container] : containers_) out.push_back(id);
  return out;
}

MemoryEngine::Container* MemoryEngine::by_engine_id(const std::string& engine_id) {
  for (auto& [id, container] : containers_) {
    if (container.seen.engine_id == engine_id) return &container;
  }
  return nullptr;
}

Result<void> MemoryEngine::run(std::unique_lock<std::mutex>& lock, const domain::ContainerId& id) {
  TRY(Container * container, find(id));
  if (container->seen.state == EngineState::running) return {};
  if (container->seen.state == EngineState::paused) return failed(refused("start", id, container->seen.state));
  const auto spec = container->spec;
  if (const auto* sandbox = by_engine_id(spec.sandbox);
      !spec.sandbox.empty() && (sandbox == nullptr || sandbox->seen.state != EngineState::running)) {
    return failed(Code::conflict, "engine.refused", "cannot join network of a non running container: {}", spec.sandbox);
  }
  if (on_start_) {
    const auto hook = on_start_;
    lock.unlock();
    const auto agreed = hook(spec);
    lock.lock();
    TRY_VOID(agreed);
    TRY(container, find(id));
  }
  auto& seen = container->seen;
  if (!spec.container.command.empty() && spec.container.command.front() == "fail") {
    seen.error = "executable file not found in $PATH";
    seen.exit_code = 127;
    return failed(Code::invalid, "engine.refused", "{}", seen.error);
  }
  ++container->starts;
  seen.state = EngineState::running;
  seen.pid = ++tick_;
  seen.error.clear();
  seen.exit_code = 0;
  seen.started_at = Time(Duration(++tick_));
  tell(id, "start");
  return {};
}

Result<void> MemoryEngine::halt(std::unique_lock<std::mutex>& lock, const domain::ContainerId& id, int code) {
  TRY(Container * container, find(id));
  if (!lives(container->seen.state)) return {};
  if (on_stop_) {
    const auto hook = on_stop_;
    const auto spec = container->spec;
    lock.unlock();
    ignore(hook(spec), "Docker ignores what a driver says at the end of a container");
    lock.lock();
    TRY(container, find(id));
  }
  auto& seen = container->seen;
  seen.state = EngineState::exited;
  seen.pid = 0;
  seen.exit_code = code;
  seen.finished_at = Time(Duration(++tick_));
  tell(id, "die");
  return {};
}

Result<void> MemoryEngine::start(const domain::ContainerId& id) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "start"));
  return run(lock, id);
}

Result<void> MemoryEngine::stop(const domain::ContainerId& id, std::optional<std::chrono::seconds> /*timeout*/) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "stop"));
  return halt(lock, id, terminated);
}

Result<void> MemoryEngine::restart(const domain::ContainerId& id, std::optional<std::chrono::seconds> /*timeout*/) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "restart"));
  TRY_VOID(halt(lock, id, terminated));
  return run(lock, id);
}

Result<void> MemoryEngine::kill(const domain::ContainerId& id, const std::string& signal) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "kill"));
  TRY(Container * container, find(id));
  if (!lives(container->seen.state)) return failed(refused("kill", id, container->seen.state));
  static constexpr std::array known{"", "SIGKILL", "SIGTERM", "SIGHUP", "SIGUSR1", "9", "KILL"};
  if (std::ranges::find(known, signal) == known.end())
    return failed(Code::invalid, "engine.refused", "Invalid signal: {}", signal);
  ++container->kills;
  if (signal == "SIGHUP" || signal == "SIGUSR1") return {};
  return halt(lock, id, killed);
}

Result<void> MemoryEngine::pause(const domain::ContainerId& id) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "pause"));
  TRY(Container * container, find(id));
  if (container->seen.state != EngineState::running) return failed(refused("pause", id, container->seen.state));
  container->seen.state = EngineState::paused;
  tell(id, "pause");
  return {};
}

Result<void> MemoryEngine::unpause(const domain::ContainerId& id) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "unpause"));
  TRY(Container * container, find(id));
  if (container->seen.state != EngineState::paused) return failed(refused("unpause", id, container->seen.state));
  container->seen.state = EngineState::running;
  tell(id, "unpause");
  return {};
}

Result<void> MemoryEngine::update(const domain::ContainerId& id, std::int64_t cpu_shares, std::int64_t memory_mib) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "update"));
  TRY(Container * container, find(id));
  constexpr std::int64_t least_mib = 6;  // Docker's
  if (memory_mib < least_mib)
    return failed(Code::invalid, "engine.refused", "Minimum memory limit allowed is {}MB", least_mib);
  container->seen.cpu_shares = cpu_shares;
  container->seen.memory_mib = memory_mib;
  tell(id, "update");
  return {};
}

Result<void> MemoryEngine::connect(const domain::ContainerId& id, const boundary::EngineAttachment& attachment) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "connect"));
  TRY(Container * container, find(id));
  if (std::ranges::count(container->seen.networks, attachment.network) > 0) return {};
  if (!has_network(attachment))
    return failed(Code::not_found, "engine.no_network", "Network {} not found", attachment.network);
  if (lives(container->seen.state) && on_start_) {
    auto only = container->spec;
    only.attachments = {attachment};
    const auto hook = on_start_;
    lock.unlock();
    const auto agreed = hook(only);
    lock.lock();
    TRY_VOID(agreed);
    TRY(container, find(id));
  }
  container->spec.attachments.push_back(attachment);
  container->seen.networks.push_back(attachment.network);
  return {};
}

Result<void> MemoryEngine::disconnect(const domain::ContainerId& id, const domain::NetworkId& network) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "disconnect"));
  const auto found = containers_.find(id);
  if (found == containers_.end() || std::ranges::count(found->second.seen.networks, network) == 0) return {};
  auto& attachments = found->second.spec.attachments;
  const auto attachment = std::ranges::find(attachments, network, &boundary::EngineAttachment::network);
  if (lives(found->second.seen.state) && on_stop_ && attachment != attachments.end()) {
    auto only = found->second.spec;
    only.attachments = {*attachment};
    const auto hook = on_stop_;
    lock.unlock();
    ignore(hook(only), "Docker ignores what a driver says at the end of an attachment");
    lock.lock();
  }
  TRY(Container * container, find(id));
  std::erase_if(container->spec.attachments, [&](const auto& one) { return one.network == network; });
  std::erase(container->seen.networks, network);
  return {};
}

Result<void> MemoryEngine::remove(const domain::ContainerId& id) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "remove"));
  if (!containers_.contains(id)) return {};
  TRY_VOID(halt(lock, id, killed));
  containers_.erase(id);
  tell(id, "destroy");
  return {};
}

Result<boundary::ExecResult> MemoryEngine::execute(const domain::ContainerId& id,
                                                   const std::vector<std::string>& command,
                                                   std::chrono::seconds timeout, std::size_t cap) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "execute"));
  TRY(const Container* container, find(id));
  if (container->seen.state != EngineState::running) {
    return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);
  }
  if (command.front() == "sleep")
    return failed(Code::timeout, "exec.timeout", "The command did not end within {} s.", timeout.count());
  std::string text;
  for (std::size_t i = 1; i < command.size(); ++i) text += command[i] + (i + 1 < command.size() ? " " : "\n");
  return boundary::ExecResult{text.substr(0, cap), command.front() == "false" ? 1 : 0};
}

Result<std::optional<std::string>> MemoryEngine::find_image(const std::string& reference) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "find_image"));
  const auto found = images_.find(reference);
  if (found == images_.end()) return std::nullopt;
  return found->second;
}

Result<void> MemoryEngine::load_image(const std::string& reference, const boundary::ReadBytes& archive,
                                      std::stop_token stop) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    TRY(const std::size_t size, archive(buffer));
    if (size == 0) break;
    if (stop.stop_requested()) return failed(Code::cancelled, "engine.cancelled", "The load was broken off.");
    text.append(buffer.data(), size);
  }
  const auto words = split(trim(text), ' ');
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "load_image"));
  if (words.size() < 2 || words[0] != "image")
    return failed(Code::invalid, "image.bad_archive", "The archive holds no image.");
  images_[reference] = std::string(words[1]);
  return {};
}

Result<std::optional<boundary::EngineImage>> MemoryEngine::describe_image(const std::string& reference) {
  TRY(auto id, find_image(reference));
  if (!id) return std::nullopt;
  return boundary::EngineImage{*std::move(id), std::int64_t(reference.size())};
}

Result<void> MemoryEngine::pull_image(const boundary::PullRequest& request, const boundary::PullTold& told,
                                      std::stop_token /*stop*/) {
  std::unique_lock lock(mutex_);
  ++pulls_;
  if (told) {
    lock.unlock();
    told({1, 2, 1'000'000, 2'000'000});
    lock.lock();
  }
  TRY_VOID(enter(lock, "pull_image"));
  const auto& reference = request.reference;
  const auto found = registry_.find(reference);
  if (found == registry_.end()) return failed(Code::not_found, "engine.no_image", "No registry has {}.", reference);
  if (!found->second.empty() && (!request.credentials || request.credentials->password != found->second)) {
    return failed(Code::forbidden, "engine.pull_denied", "unauthorized: authentication required");
  }
  images_[reference] = "sha256:" + reference;
  return {};
}

Result<std::vector<boundary::FoundImage>> MemoryEngine::search_images(const std::string& term) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "search_images"));
  std::vector<boundary::FoundImage> out;
  for (const auto& [reference, password] : registry_) {
    if (reference.find(term) != std::string::npos) out.push_back({reference, "", false, false, 0});
  }
  return out;
}

Result<void> MemoryEngine::remove_image(const std::string& reference) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "remove_image"));
  const bool used =
      std::ranges::any_of(containers_, [&](const auto& entry) { return entry.second.spec.image == reference; });
  if (!used) images_.erase(reference);
  return {};
}

Result<std::vector<std::string>> MemoryEngine::list_images() {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "list_images"));
  std::vector<std::string> out;
  for (const auto& [name, id] : images_) out.push_back(name);
  return out;
}

Result<void> MemoryEngine::watch(std::int64_t since, const std::function<void()>& open,
                                 const std::function<void(const EngineEvent&)>& seen, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  TRY_VOID(enter(lock, "watch"));
  std::size_t next = since == 0 ? events_.size() : 0;
  const int broken = broken_;
  lock.unlock();
  open();
  lock.lock();
  while (!stop.stop_requested() && broken == broken_) {
    if (next == events_.size()) {
      changed_.wait(lock, stop, [&] { return next < events_.size() || broken != broken_; });
      continue;
    }
    const EngineEvent event = events_[next++];
    if (event.nanos < since) continue;
    lock.unlock();
    seen(event);
    lock.lock();
  }
  if (stop.stop_requested()) return failed(Code::cancelled, "engine.cancelled", "The watch was broken off.");
  return failed(Code::unavailable, "engine.unreachable", "The stream of events broke.");
}

void MemoryEngine::on_start(Hook hook) {
  std::lock_guard lock(mutex_);
  on_start_ = std::move(hook);
}

void MemoryEngine::on_stop(Hook hook) {
  std::lock_guard lock(mutex_);
  on_stop_ = std::move(hook);
}

void MemoryEngine::fail_next(const std::string& operation, Error error) {
  std::lock_guard lock(mutex_);
  failures_.emplace(operation, std::move(error));
}

void MemoryEngine::hold(const std::string& operation) {
  std::lock_guard lock(mutex_);
  held_.insert(operation);
}

void MemoryEngine::release(const std::string& operation) {
  {
    std::lock_guard lock(mutex_);
    held_.erase(operation);
  }
  changed_.notify_all();
}

void MemoryEngine::publish(const std::string& reference, const std::string& password) {
  std::lock_guard lock(mutex_);
  registry_[reference] = password;
}

int MemoryEngine::pulls() const {
  std::lock_guard lock(mutex_);
  return pulls_;
}

void MemoryEngine::exit(const domain::ContainerId& id, int code) {
  std::unique_lock lock(mutex_);
  ignore(halt(lock, id, code), "a container that is not there does not end");
}

void MemoryEngine::vanish(const domain::ContainerId& id) {
  std::unique_lock lock(mutex_);
  ignore(halt(lock, id, killed), "it may not run");
  containers_.erase(id);
  tell(id, "destroy");
}

void MemoryEngine::break_watches() {
  {
    std::lock_guard lock(mutex_);
    ++broken_;
  }
  changed_.notify_all();
}

int MemoryEngine::starts(const domain::ContainerId& id) const {
  std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  return found == containers_.end() ? 0 : found->second.starts;
}

int MemoryEngine::kills(const domain::ContainerId& id) const {
  std::lock_guard lock(mutex_);
  const auto found = containers_.find(id);
  return found == containers_.end() ? 0 : found->second.kills;
}

}  // namespace causeway::adapters
