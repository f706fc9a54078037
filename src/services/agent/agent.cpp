#include "causeway/services/agent/agent.hpp"

#include <atomic>
#include <condition_variable>
#include <thread>

#include "causeway/base/log.hpp"
#include "causeway/domain/host/cpu_set.hpp"
#include "causeway/services/agent/container_keeper.hpp"
#include "causeway/services/agent/convergence/applied_watch.hpp"
#include "causeway/services/agent/data_plane.hpp"
#include "causeway/services/agent/direct/direct_sweep.hpp"
#include "causeway/services/agent/firewall/firewall_keeper.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/agent/image_commit.hpp"
#include "causeway/services/agent/image_keeper.hpp"
#include "causeway/services/agent/images/host_image_keeper.hpp"
#include "causeway/services/agent/names.hpp"
#include "causeway/services/agent/naming/name_keeper.hpp"
#include "causeway/services/agent/port_board.hpp"
#include "causeway/services/agent/routers/router_keeper.hpp"
#include "causeway/services/agent/short_cuts/forgetting_firewall.hpp"
#include "causeway/services/agent/short_cuts/short_cut_keeper.hpp"

namespace causeway::services {
namespace {

constexpr const char* inventory_key = "inventory";
constexpr const char* mounts_key = "mounts";
constexpr std::size_t exec_cap = 1 << 20;

Reconciler::Options loop_options(const Agent::Options& options, std::string name) {
  Reconciler::Options out;
  out.name = std::move(name);
  out.workers = options.workers;
  out.resync = options.resync;
  out.first_backoff = options.first_backoff;
  return out;
}

}  // namespace

struct Agent::Impl {
  const Deps deps;
  const Options options;
  HostView view;
  PortBoard board;
  std::unique_ptr<NameKeeper> naming;
  ImageKeeper images;
  ImageCommit commits;
  Reporter reporter;
  std::unique_ptr<ShortCutKeeper> short_cuts;
  ForgettingFirewall filter;
  FirewallKeeper firewall;
  TrunkKeeper trunks;
  DataPlane data_plane;
  RouterKeeper routers;
  ContainerKeeper containers;
  HostImageKeeper host_images;
  Reconciler links_loop;       ///< "network/", "port/", "router/", "orphans": quick, never waits for Docker's driver calls
  Reconciler containers_loop;  ///< "container/", "inventory": may wait minutes for the Engine
  AppliedWatch applied;
  NetworkDriver driver;
  std::optional<DirectSweep> direct_sweep;
  std::mutex info_mutex;
  boundary::EngineInfo info;  ///< the last one that could be had
  std::mutex redial_mutex;
  std::condition_variable_any redial;
  std::jthread events;
  std::jthread filter_events;

  /// Reports of two lives of an agent are told apart by when it began.
  static Options with_session(Options options, boundary::Clock& clock) {
    options.reports.session = std::to_string(clock.now().time_since_epoch().count());
    return options;
  }

  Impl(Deps d, Options o)
      : deps(d),
        options(with_session(std::move(o), d.clock)),
        view(deps.store, options.host),
        naming(d.name_server == nullptr ? nullptr : std::make_unique<NameKeeper>(view, *d.name_server)),
        images({deps.engine, deps.region, deps.pulls, deps.digests, deps.clock}, options.images),
        commits(deps.engine, deps.data, deps.region),
        reporter(
            deps.region, [this] { return inventory(); }, [this] { return expected(); }, report_options()),
        short_cuts(d.fast_path == nullptr ? nullptr : std::make_unique<ShortCutKeeper>(view, *d.fast_path)),
        filter(deps.firewall, d.fast_path),
        firewall({view, filter, deps.clock,
                  [this](const std::set<domain::PortId>& ports) {
                    for (const auto& port : ports) links_loop.wake(port_key(port));
                  },
                  options.synced},
                 std::uint32_t(std::chrono::duration_cast<std::chrono::seconds>(deps.clock.now().time_since_epoch()).count())),
        trunks(view, deps.links, deps.vlans),
        data_plane({view, deps.links, deps.engine, deps.clock, board, reporter, firewall, deps.shaper, trunks},
                   {options.vtep, options.orphan_grace, options.synced,
                    [this](std::set<std::string>& names) { routers.add_wanted_links(names); }}),
        routers({view, deps.links, deps.routers, deps.clock, data_plane, reporter}, routers_options(options)),
        containers({deps.store, view, deps.engine, deps.clock, data_plane, images, deps.mounts, reporter, commits},
                   {options.orphan_grace, options.synced, [this] { return cpus_to_share(); }, options.sandbox_image, naming.get()}),
        host_images(view, deps.engine, images, deps.pulls),
        links_loop(loop_options(options, "agent-links"),
                   [this](const std::string& key) { return links_step(key); }),
        containers_loop(loop_options(options, "agent-containers"),
                        [this](const std::string& key) { return container_step(key); }),
        applied(deps.store, view, links_loop, [this] { reporter.beat(); }, {}),
        driver(view, board, [this](const domain::PortId& port) { links_loop.wake(port_key(port)); }, driver_options()) {
    if (driver.direct() == nullptr || options.driver.networks == nullptr) return;
    direct_sweep.emplace(DirectSweep::Deps{*options.driver.networks, *driver.direct(), view, deps.clock,
                                           [this](const std::string& endpoint) {
                                             driver.delete_endpoint(endpoint);
                                             return driver.direct()->delete_endpoint(endpoint);
                                           }},
                         options.driver.forgotten_after);
  }

  NetworkDriver::Options driver_options() {
    auto out = options.driver;
    if (!naming) return out;
    out.joined = [this](const domain::PortId& port, const std::string& sandbox) { naming->joined(port, sandbox); };
    out.left = [this](const domain::PortId& port) { naming->left(port); };
    return out;
  }

  Reporter::Options report_options() {
    auto out = options.reports;
    out.applied = [this] { return applied.now(); };
    return out;
  }

  void wake(const std::string& key) {
    const bool waits_for_engine = key.starts_with("container/") || key.starts_with("image/");
    (waits_for_engine ? containers_loop : links_loop).wake(key);
  }

  static RouterKeeper::Options routers_options(const Options& options) {
    RouterKeeper::Options out;
    out.region = options.region;
    out.host = options.host;
    out.vtep = options.vtep;
    out.physical_networks = options.physical_networks;
    out.orphan_grace = options.orphan_grace;
    out.synced = options.synced;
    return out;
  }

  /// What the key's links are for, once they are as they should be.
  Result<Step> links_step(const std::string& key) {
    TRY(const auto outcome, make_links(key));
    if (short_cuts && outcome == Step::settled) TRY_VOID(short_cuts->after(key));
    return outcome;
  }

  Result<Step> make_links(const std::string& key) {
    if (FirewallKeeper::handles(key)) return firewall.step(key);
    if (key.starts_with("router/")) {
      auto outcome = routers.step(key);
      if (outcome && !view.router(domain::RouterId(id_of_key(key, "router")))) links_loop.forget(key);
      return outcome;
    }
    if (key == DataPlane::orphans_key) TRY_VOID(routers.sweep_orphans());
    return data_plane.step(key);
  }

  Reporter::Containers expected() const {
    if (options.synced && !options.synced()) return std::nullopt;
    return view.containers();
  }

  Result<Step> container_step(const std::string& key) {
    if (key == inventory_key) return refresh_inventory();
    if (key == mounts_key) return sweep_mounts();
    if (key.starts_with("image/")) {
      auto outcome = host_images.step(key);
      if (outcome && !view.host_image(domain::HostImageId(id_of_key(key, "image")))) containers_loop.forget(key);
      return outcome;
    }
    auto outcome = containers.step(key);
    // one that is nobody's and nowhere needs no resync
    if (outcome && *outcome == Step::settled) {
      const domain::ContainerId id(id_of_key(key, "container"));
      if (!view.container(id) && !deps.engine.inspect(id).value_or(domain::SeenContainer{}))
        containers_loop.forget(key);
      if (!view.container(id)) containers_loop.wake(mounts_key);
    }
    return outcome;
  }

  /// Files and volumes of containers that are gone.
  Result<Step> sweep_mounts() {
    TRY_VOID(deps.mounts.sweep([this](const std::function<void(const domain::Container&)>& each) {
      if (options.synced && !options.synced()) return false;
      for (const auto& id : view.containers()) {
        if (const auto container = view.container(id)) each(*container);
      }
      return true;
    }));
    return Step::settled;
  }

  Result<Step> refresh_inventory() {
    TRY(auto fresh, deps.engine.info());
    bool changed = false;
    {
      std::lock_guard lock(info_mutex);
      changed = !(fresh == info);
      info = std::move(fresh);
    }
    if (changed) reporter.beat();
    return Step::settled;
  }

  /// The CPUs that no container has for itself, when some has.
  std::string cpus_to_share() {
    if (!options.cpu_pinning) return "";
    domain::CpuSet pinned;
    for (const auto& id : view.containers()) {
      if (const auto container = view.container(id)) pinned.merge(domain::parse_cpus(container->cpuset));
    }
    std::lock_guard lock(info_mutex);
    return domain::to_text(domain::shared_cpus(int(info.cpus), pinned));
  }

  domain::Host inventory() {
    std::lock_guard lock(info_mutex);
    domain::Host host;
    host.id = options.host;
    host.uuid = options.uuid;
    host.region = options.region;
    host.vtep = options.vtep;
    host.api_address = options.api_address;
    host.cpus = info.cpus;
    host.memory_mib = info.memory_mib;
    host.disk_gib = info.disk_gib;
    host.architecture = info.architecture;
    host.os_type = info.os_type;
    host.os = info.os;
    host.kernel_version = info.kernel_version;
    host.engine_version = info.engine_version;
    host.labels = info.labels;
    host.runtimes = info.runtimes;
    host.cpu_pinning = options.cpu_pinning;
    host.disk_quota = info.disk_quota;
    for (const auto& [name, bridge] : options.physical_networks) host.physical_networks.push_back(name);
    return host;
  }

  /// The Engine can be asked again: everything may have changed, and containers without a record show up only here.
  void engine_is_back() {
    if (direct_sweep) direct_sweep->engine_is_back();
    containers_loop.wake(inventory_key);
    containers_loop.wake(mounts_key);
    for (const auto& id : view.containers()) wake(container_key(id));
    links_loop.wake(DataPlane::orphans_key);
    const auto ours = deps.engine.list();
    if (!ours) {
      log::warn("listing the host's containers: {}", ours.error().describe());
      return;
    }
    for (const auto& id : *ours) wake(container_key(id));
  }

  /// Somebody else's change of the packet filter is looked at when it happens.
  void follow_firewall(std::stop_token stop) {
    while (!stop.stop_requested()) {
      links_loop.wake(firewall_key);
      const auto ended = deps.firewall.watch([this] { links_loop.wake(firewall_check_key); }, stop);
      if (stop.stop_requested()) return;
      if (!ended) log::warn("the packet filter: {}", ended.error().describe());
      std::unique_lock lock(redial_mutex);
      redial.wait_for(lock, stop, options.engine_redial, [] { return false; });
    }
  }

  /// Follows the Engine. Every new stream starts with a look at everything, so that nothing between two streams is
  /// missed.
  void follow_engine(std::stop_token stop) {
    std::string last_error;
    while (!stop.stop_requested()) {
      const auto ended = deps.engine.watch(
          0, [&] { engine_is_back(); },
          [&](const boundary::EngineEvent& event) {
            // members of a capsule wait for each other
            for (const auto& id : view.capsule_of(event.container)) wake(container_key(id));
          },
          stop);
      if (stop.stop_requested()) return;
      const auto text = ended ? std::string("the stream ended") : ended.error().describe();
      if (text != last_error) log::warn("the container engine: {}", text);
      last_error = text;
      std::unique_lock lock(redial_mutex);
      redial.wait_for(lock, stop, options.engine_redial, [] { return false; });
    }
  }
};

Agent::Agent(Deps deps, Options options) : impl_(std::make_unique<Impl>(deps, std::move(options))) {}

Agent::~Agent() { stop(); }

Result<void> Agent::start() {
  auto& impl = *impl_;
  TRY_VOID(impl.deps.links.ensure_host_settings());
  TRY_VOID(impl.view.start([&impl](const std::set<std::string>& keys) {
    for (const auto& key : keys) impl.wake(key);
    impl.applied.changed();
  }));
  impl.applied.start();
  impl.links_loop.start();
  impl.images.start([&impl](const std::string& key) { impl.wake(key); });
  impl.containers_loop.start();
  impl.reporter.start();
  impl.events = std::jthread([&impl](std::stop_token stop) { impl.follow_engine(std::move(stop)); });
  impl.filter_events = std::jthread([&impl](std::stop_token stop) { impl.follow_firewall(std::move(stop)); });
  impl.links_loop.wake(DataPlane::orphans_key);
  if (impl.direct_sweep) impl.direct_sweep->start();
  return {};
}

void Agent::stop() {
  auto& impl = *impl_;
  impl.events.request_stop();
  impl.filter_events.request_stop();
  if (impl.events.joinable()) impl.events.join();
  if (impl.filter_events.joinable()) impl.filter_events.join();
  if (impl.direct_sweep) impl.direct_sweep->stop();
  impl.view.stop();
  impl.images.stop();
  impl.commits.stop();
  impl.applied.stop();
  impl.containers_loop.stop();
  impl.links_loop.stop();
  impl.reporter.stop();
}

void Agent::connected() {
  impl_->reporter.resend_all();
  impl_->links_loop.wake(DataPlane::orphans_key);
  impl_->links_loop.wake(firewall_key);
}

void Agent::replica_at(const std::string& region_store, boundary::Revision cursor) { impl_->applied.replica_at(region_store, cursor); }

NetworkDriver& Agent::driver() { return impl_->driver; }

Result<boundary::ExecResult> Agent::execute(const domain::ContainerId& id, const std::vector<std::string>& command,
                                            std::chrono::seconds timeout) {
  return impl_->deps.engine.execute(id, command, timeout, exec_cap);
}

Result<std::vector<boundary::FoundImage>> Agent::search_images(const std::string& term) {
  return impl_->deps.engine.search_images(term);
}

std::vector<KeyStatus> Agent::status() const {
  auto out = impl_->containers_loop.status();
  for (auto& key : impl_->links_loop.status()) out.push_back(std::move(key));
  return out;
}

bool Agent::wait_idle(std::chrono::milliseconds limit) {
  auto& impl = *impl_;
  const auto loops_idle = [&] { return impl.containers_loop.wait_idle(limit) && impl.links_loop.wait_idle(limit); };
  // a transfer that ends wakes the loops
  return loops_idle() && impl.images.wait_idle(limit) && loops_idle();
}

}  // namespace causeway::services
