#include "causeway/services/agent/container_keeper.hpp"

#include <algorithm>
#include <map>

#include "causeway/base/log.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/services/agent/capsule_parts.hpp"
#include "causeway/services/agent/names.hpp"
#include "causeway/services/agent/naming/name_keeper.hpp"

namespace causeway::services {
namespace {

using Kind = domain::ContainerStepKind;

/// Ours to try again; everything else is the Engine's or the image's last word.
bool may_pass(const Error& error) {
  return error.code == Code::unavailable || error.code == Code::timeout || error.code == Code::cancelled ||
         error.code == Code::internal || error.code == Code::unauthenticated;
}

/// Counts the Engine's own trouble, which is tried again a few times; everything else that may pass for as long as it
/// takes.
bool is_to_be_tried_again(domain::AgentContainer& memory, const Error& error) {
  if (error.reason == "engine.error") return ++memory.start_failures < domain::max_start_attempts;
  return may_pass(error);
}

std::optional<std::chrono::seconds> seconds_of(const std::optional<int>& timeout) {
  if (!timeout) return std::nullopt;
  return std::chrono::seconds(*timeout);
}

}  // namespace

ContainerKeeper::ContainerKeeper(Deps deps, Options options) : deps_(deps), options_(std::move(options)) {}

Result<Step> ContainerKeeper::step(const std::string& key) {
  const domain::ContainerId id(id_of_key(key, "container"));
  TRY(Work work, observe(id));
  report(work);
  const auto steps = domain::plan_container(work.view);
  if (steps.empty()) return Step::settled;
  for (const auto& step : steps) {
    auto done = perform(work, step);
    if (!done) note_waiting(work, done.error());
    if (!done) return failed(std::move(done).error().while_("{} of container {}", domain::to_text(step.kind), id));
    if (work.waiting) {
      report(work);
      return Step::settled;
    }
    if (!work.view.memory.error.empty()) break;  // given up: what is left would only fail again
    // a refusal is the answer to a task that was planned as if it had worked
    if (step.kind == Kind::connect && !work.view.memory.refused_networks.empty()) break;
  }
  return Step::again;
}

/// What was seen, and how far its image is.
void ContainerKeeper::report(const Work& work) {
  auto report = domain::report_of(work.view);
  {
    const std::lock_guard lock(mutex_);
    const auto waits = waiting_for_.find(work.id);
    const bool in_making = report && report->status == domain::ContainerStatus::creating && report->status_reason.empty();
    if (waits != waiting_for_.end() && in_making) report->status_reason = waits->second;
    if (waits != waiting_for_.end() && !in_making) waiting_for_.erase(waits);
  }
  const auto key = container_key(work.id);
  if (!report || work.desired->remove) deps_.images.forget(key);
  if (!report) return deps_.reporter.forget(work.id);
  if (auto progress = deps_.images.progress(key)) {
    report->task_state = domain::task_state_pulling;
    report->status_detail = *std::move(progress);
  }
  deps_.reporter.container(*report);
}

/// Whoever waits for a container that cannot be made yet is told why.
void ContainerKeeper::note_waiting(const Work& work, const Error& error) {
  if (error.code == Code::cancelled) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_for_[work.id] = error.message;
  }
  report(work);
}

Result<ContainerKeeper::Work> ContainerKeeper::observe(const domain::ContainerId& id) {
  Work work;
  work.id = id;
  TRY(work.view.seen, deps_.engine.inspect(id));
  TRY(const auto remembered, boundary::view(deps_.store, [&](boundary::Reader& reader) {
        return boundary::find<domain::AgentContainer>(reader, id);
      }));
  work.view.memory = remembered.value_or(domain::AgentContainer{});
  work.view.memory.id = id;
  work.desired = deps_.view.container(id);  // after observing: never older than what was seen
  work.view.desired = work.desired.get();
  if (work.desired) {
    if (!remembered && !work.desired->engine_id.empty()) {  // this agent lost its state; the region knows what it had
      work.view.memory.created = true;
      work.view.memory.engine_id = work.desired->engine_id;
      work.view.memory.task_done = work.desired->task_done;
    }
    resolve_records(work);
    TRY(work.view.capsule, siblings_of(deps_.view, deps_.engine, *work.desired));
    TRY_VOID(resolve_detaching(work));
    if (work.desired->remove) {
      TRY(work.view.ports_released, ports_released(*work.desired));
    }
  }
  // after a start of ours nobody else says who is in which namespace
  if (options_.naming != nullptr && work.view.seen && work.view.seen->pid > 0) options_.naming->ensure(work.view.seen->sandbox, work.view.ports);
  work.view.orphan_grace_over = orphan_grace_over(work);
  return work;
}

void ContainerKeeper::resolve_records(Work& work) const {
  work.view.complete = true;
  for (const auto& id : domain::staying_ports(*work.desired)) {
    const auto port = deps_.view.port(id);
    const bool here = port && deps_.view.is_own(*port) && deps_.view.network(port->network_id) &&
                      std::ranges::all_of(port->fixed_ips,
                                          [&](const auto& ip) { return deps_.view.subnet(ip.subnet_id) != nullptr; });
    work.view.complete = work.view.complete && here;
    if (!here) continue;
    work.view.networks.push_back(port->network_id);
    work.view.ports.push_back(id);
  }
}

Result<void> ContainerKeeper::resolve_detaching(Work& work) const {
  for (const auto& id : work.desired->detaching_ports) {
    const auto port = deps_.view.port(id);
    domain::DetachingPort leaving{id, port ? port->network_id : domain::NetworkId(), false};
    TRY(leaving.released, deps_.data_plane.is_released(id));
    work.view.detaching.push_back(std::move(leaving));
  }
  return {};
}

Result<bool> ContainerKeeper::ports_released(const domain::Container& container) {
  for (const auto& port : container.ports) {
    TRY(const bool released, deps_.data_plane.is_released(port));
    if (!released) return false;
  }
  return true;
}

bool ContainerKeeper::orphan_grace_over(const Work& work) {
  std::lock_guard lock(mutex_);
  if (work.desired || !work.view.seen || (options_.synced && !options_.synced())) {
    orphan_since_.erase(work.id);
    return false;
  }
  const auto now = deps_.clock.steady();
  return now - orphan_since_.try_emplace(work.id, now).first->second >= options_.orphan_grace;
}

Result<void> ContainerKeeper::perform(Work& work, const domain::ContainerStep& step) {
  auto& memory = work.view.memory;
  switch (step.kind) {
    case Kind::ensure_ports:
      return ensure_ports(work);
    case Kind::ensure_image:
      return ensure_image(work);
    case Kind::ensure_networks:
      return ensure_networks(work);
    case Kind::create:
      return create(work);
    case Kind::adopt:
      memory.created = true;
      memory.engine_id = work.view.seen->engine_id;
      memory.generation = work.view.seen->generation;
      return remember(memory);
    case Kind::start:
      return start(work);
    case Kind::do_task:
      return do_task(work, *step.task);
    case Kind::pass_task:
      domain::note_result(memory, *work.desired, step.task->seq, step.reason);
      return remember(memory);
    case Kind::clear_error:
      memory.error.clear();
      memory.notice.clear();
      memory.refused_networks.clear();
      memory.start_failures = 0;
      return remember(memory);
    case Kind::update_size:
      return update_size(work);
    case Kind::connect:
      return connect(work, step.network, step.port);
    case Kind::disconnect:
      return deps_.engine.disconnect(work.id, step.network);
    case Kind::release_port:
      return deps_.data_plane.release_port(step.port);
    case Kind::discard:
      log::warn("container {} was half made; making it anew", work.id);
      memory.created = false;
      TRY_VOID(remember(memory));
      return deps_.engine.remove(work.id);
    case Kind::stop:
      if (const auto stopped = deps_.engine.stop(work.id, std::nullopt); !stopped) {
        log::warn("stopping container {} before its removal: {}", work.id, stopped.error().describe());
      }
      return {};
    case Kind::remove:
      if (!work.desired) log::warn("removing container {}: the region knows nothing of it", work.id);
      return deps_.engine.remove(work.id);
    case Kind::release_ports:
      return release_ports(work);
    case Kind::forget:
      return forget(work);
  }
  return {};
}

Result<void> ContainerKeeper::ensure_ports(const Work& work) {
  for (const auto& port : domain::staying_ports(*work.desired)) TRY_VOID(deps_.data_plane.ensure_port(port));
  return {};
}

Result<void> ContainerKeeper::ensure_image(Work& work) {
  using Found = Result<std::optional<std::string>>;
  const bool is_sandbox = work.desired->capsule_role == domain::CapsuleRole::sandbox;
  auto reference = is_sandbox ? Found(ensure_sandbox_image(deps_.engine, options_.sandbox_image))
                              : deps_.images.ensure(container_key(work.id), {work.desired->image_ref, work.id});
  if (!reference) return settle(work, std::move(reference).error());
  work.waiting = !reference->has_value();
  if (!work.waiting) work.image = **std::move(reference);
  return {};
}

Result<void> ContainerKeeper::ensure_networks(Work& work) {
  for (const auto& port : domain::staying_ports(*work.desired)) {
    TRY(const auto attachment, attachment_of(port));
    auto done = deps_.engine.ensure_network({attachment.network, attachment.subnets});
    if (!done) return settle(work, std::move(done).error());
  }
  return {};
}

Result<boundary::EngineAttachment> ContainerKeeper::attachment_of(const domain::PortId& id) const {
  const auto port = deps_.view.port(id);
  if (!port) return failed(Code::unavailable, "port.unknown", "The record of port {} went away.", id);
  boundary::EngineAttachment attachment{port->network_id, port->id, {}, {}, port->mac_address};
  std::map<domain::SubnetId, domain::Cidr> subnets;
  for (const auto& ip : port->fixed_ips) {
    auto& address = ip.ip_address.is_v4() ? attachment.ipv4 : attachment.ipv6;
    if (!address) address = ip.ip_address;
    const auto subnet = deps_.view.subnet(ip.subnet_id);
    if (!subnet) return failed(Code::unavailable, "port.unknown", "The record of subnet {} is not here yet.", ip.subnet_id);
    subnets.insert_or_assign(subnet->id, subnet->cidr);
  }
  for (const auto& [subnet, cidr] : subnets) attachment.subnets.push_back({subnet, cidr});
  return attachment;
}

/// Ours first. The others are for what it does not do (questions over TCP), and while this agent is away.
std::vector<domain::IpAddress> ContainerKeeper::name_servers_of(const domain::Container& container) const {
  std::vector<domain::IpAddress> out;
  if (const auto own = domain::IpAddress::parse(boundary::NameServer::address)) out.push_back(*own);
  for (const auto& id : domain::staying_ports(container)) {
    const auto port = deps_.view.port(id);
    if (!port) continue;
    for (const auto& subnet : deps_.view.subnets_of(port->network_id)) {
      for (const auto& server : subnet->dns_nameservers) {
        if (server.is_v4() && std::ranges::find(out, server) == out.end()) out.push_back(server);
      }
    }
  }
  return out;
}

Result<boundary::EngineContainerSpec> ContainerKeeper::spec_of(const Work& work) const {
  boundary::EngineContainerSpec spec{*work.desired, work.image, {}, {}};
  if (spec.container.cpuset.empty() && options_.cpus_to_share) spec.container.cpuset = options_.cpus_to_share();
  std::set<domain::NetworkId> networks;
  // the Engine's first attachment is eth0; Zun's users expect that to be the last of their nets
  const auto ports = domain::staying_ports(*work.desired);
  for (auto id = ports.rbegin(); id != ports.rend(); ++id) {
    TRY(auto attachment, attachment_of(*id));
    if (!networks.insert(attachment.network).second) {
      return failed(Code::invalid, "engine.network_twice", "A container cannot have two ports on network {}.",
                    attachment.network);
    }
    spec.attachments.push_back(std::move(attachment));
  }
  TRY_VOID(join_capsule(work.view, spec));
  if (options_.naming != nullptr && spec.sandbox.empty() && !spec.attachments.empty()) spec.name_servers = name_servers_of(*work.desired);
  return spec;
}

Result<void> ContainerKeeper::create(Work& work) {
  auto spec = spec_of(work);
  if (!spec) return settle(work, std::move(spec).error());
  auto mounts = deps_.mounts.ensure(*work.desired);
  if (!mounts) return settle(work, std::move(mounts).error());
  spec->mounts = *std::move(mounts);
  auto made = deps_.engine.create(*spec);
  if (!made) {
    if (made.error().reason == "engine.name_taken") {
      TRY(const auto seen, deps_.engine.inspect(work.id));
      if (seen) return {};  // an earlier try of ours that went unanswered: the next look adopts it
    }
    return settle(work, std::move(made).error());
  }
  auto& memory = work.view.memory;
  memory.created = true;
  memory.engine_id = *std::move(made);
  memory.generation = work.desired->generation;
  memory.start_failures = 0;
  memory.notice.clear();
  memory.tried_size.clear();
  memory.refused_networks.clear();
  return remember(memory);
}

/// The Engine's word on a size is final: what it refuses is told once and not tried again.
Result<void> ContainerKeeper::update_size(Work& work) {
  const auto& desired = *work.desired;
  auto& memory = work.view.memory;
  const auto done = deps_.engine.update(work.id, domain::cpu_shares_of(desired.cpu), desired.memory_mib);
  if (!done && may_pass(done.error()) && done.error().reason != "engine.error") return failed(done.error());
  if (!done) {
    log::warn("resizing container {}: {}", work.id, done.error().describe());
    memory.notice = fmt::format("The container could not be resized: {}", done.error().message);
    memory.tried_size = domain::size_of(desired);
    return remember(memory);
  }
  TRY(const auto seen, deps_.engine.inspect(work.id));
  // an Engine that takes a size and shows another would be asked for ever
  const bool kept = seen && domain::has_size(*seen, desired);
  const auto before = memory;
  memory.tried_size = kept ? "" : domain::size_of(desired);
  if (!before.tried_size.empty()) memory.notice.clear();
  return memory == before ? Result<void>() : remember(memory);
}

Result<void> ContainerKeeper::connect(Work& work, const domain::NetworkId& network, const domain::PortId& port) {
  TRY_VOID(deps_.data_plane.ensure_port(port));
  TRY(const auto attachment, attachment_of(port));
  auto done = deps_.engine.ensure_network({attachment.network, attachment.subnets});
  if (done) done = deps_.engine.connect(work.id, attachment);
  ignore(deps_.data_plane.look_at(port), "the port's own key looks again");
  if (done) return {};
  auto error = std::move(done).error();
  auto& memory = work.view.memory;
  if (is_to_be_tried_again(memory, error)) return again_later(memory, std::move(error));
  log::warn("connecting container {} to network {}: {}", work.id, network, error.describe());
  memory.start_failures = 0;
  memory.notice = fmt::format("The container could not be connected to network {}: {}", network, error.message);
  memory.refused_networks.push_back({network, memory.notice});
  return remember(memory);
}

Result<void> ContainerKeeper::start(Work& work) {
  auto& memory = work.view.memory;
  auto started = deps_.engine.start(work.id);
  look_at_ports(work);
  if (!started) return settle(work, std::move(started).error());
  if (memory.start_failures == 0) return {};
  memory.start_failures = 0;
  return remember(memory);
}

Result<void> ContainerKeeper::do_task(Work& work, const domain::ContainerTask& task) {
  if (task.action == domain::TaskAction::commit) return do_commit(work, task);
  auto& memory = work.view.memory;
  const bool once = !domain::repeatable(task.action);
  if (once) {
    domain::note_result(memory, *work.desired, task.seq, "The host's agent was stopped while it did this.");
    TRY_VOID(remember(memory));
  }
  auto done = run_task(work, task);
  look_at_ports(work);
  if (!done) {
    auto error = std::move(done).error();
    if (!once && is_to_be_tried_again(memory, error)) return again_later(memory, std::move(error));
    log::warn("{} of container {}: {}", to_name(task.action), work.id, error.describe());
    const auto text = error.message.empty() ? error.reason : error.message;
    const bool was_start = task.action == domain::TaskAction::start || task.action == domain::TaskAction::reboot;
    (was_start ? memory.error : memory.notice) = text;
    if (!was_start) memory.start_failures = 0;
    domain::note_result(memory, *work.desired, task.seq, text);
    return remember(memory);
  }
  memory.error.clear();
  memory.notice.clear();
  memory.start_failures = 0;
  domain::note_result(memory, *work.desired, task.seq, "");
  return remember(memory);
}

/// Whatever becomes of the image, the container is as it was: a failure is the task's alone.
Result<void> ContainerKeeper::do_commit(Work& work, const domain::ContainerTask& task) {
  const auto done = deps_.commits.run(work.id, domain::ImageId(task.image_id));
  if (!done && ImageCommit::may_pass(done.error())) return done;
  if (!done) log::warn("commit of container {}: {}", work.id, done.error().describe());
  domain::note_result(work.view.memory, *work.desired, task.seq, done ? "" : done.error().message);
  return remember(work.view.memory);
}

Result<void> ContainerKeeper::run_task(const Work& work, const domain::ContainerTask& task) {
  switch (task.action) {
    case domain::TaskAction::start:
      return deps_.engine.start(work.id);
    case domain::TaskAction::stop:
      return deps_.engine.stop(work.id, seconds_of(task.timeout));
    case domain::TaskAction::reboot:
      return deps_.engine.restart(work.id, seconds_of(task.timeout));
    case domain::TaskAction::kill:
      return deps_.engine.kill(work.id, task.signal);
    case domain::TaskAction::pause:
      return deps_.engine.pause(work.id);
    case domain::TaskAction::unpause:
      return deps_.engine.unpause(work.id);
    case domain::TaskAction::rebuild:
    case domain::TaskAction::commit:
    case domain::TaskAction::network_attach:
    case domain::TaskAction::network_detach:
      break;
  }
  return {};
}

/// Goes on past failures: one port that is stuck does not keep the addresses of the others.
Result<void> ContainerKeeper::release_ports(const Work& work) {
  Result<void> outcome;
  for (const auto& port : work.desired->ports) {
    if (auto done = deps_.data_plane.release_port(port); !done && outcome) outcome = std::move(done);
  }
  return outcome;
}

Result<void> ContainerKeeper::forget(const Work& work) {
  deps_.reporter.forget(work.id);
  return deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<domain::AgentContainer>(writer, work.id));
    return {};
  });
}

void ContainerKeeper::look_at_ports(const Work& work) {
  for (const auto& port : work.desired->ports) {
    ignore(deps_.data_plane.look_at(port), "the port's own key looks again");
  }
}

/// Only the Engine's own trouble is counted, so only that is worth a write.
Result<void> ContainerKeeper::again_later(const domain::AgentContainer& memory, Error error) {
  if (error.reason == "engine.error") TRY_VOID(remember(memory));
  return failed(std::move(error));
}

Result<void> ContainerKeeper::settle(Work& work, Error error) {
  auto& memory = work.view.memory;
  if (is_to_be_tried_again(memory, error)) return again_later(memory, std::move(error));
  log::warn("container {}: {}", work.id, error.describe());
  memory.error = error.message.empty() ? error.reason : error.message;
  domain::note_hopeless(memory, *work.desired, memory.error);
  return remember(memory);
}

Result<void> ContainerKeeper::remember(const domain::AgentContainer& memory) {
  return deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, memory));
    return {};
  });
}

}  // namespace causeway::services
