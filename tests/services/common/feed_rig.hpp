#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>

#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/common/feed.hpp"
#include "causeway/services/common/interests.hpp"
#include "causeway/services/common/replica.hpp"

namespace causeway::test {

using adapters::MemoryStore;
using boundary::Revision;
using namespace std::chrono_literals;

inline constexpr auto patience = 10s;

/// A stream's end in memory: what was written stays pending until somebody takes it.
class MemorySink final : public boundary::LineSink {
 public:
  bool write(std::string lines) override {
    std::lock_guard lock(mutex_);
    if (closed_) return false;
    pending_ += lines.size();
    for (std::size_t at = 0; at < lines.size();) {
      const auto end = lines.find('\n', at);
      lines_.push_back(lines.substr(at, end - at));
      at = end + 1;
    }
    came_.notify_all();
    return true;
  }
  std::size_t pending() const override {
    std::lock_guard lock(mutex_);
    return pending_;
  }
  bool closed() const override {
    std::lock_guard lock(mutex_);
    return closed_;
  }
  void close() override {
    std::function<void()> left;
    {
      std::lock_guard lock(mutex_);
      if (closed_) return;
      closed_ = true;
      left = drained_;
    }
    came_.notify_all();
    if (left) left();  // on the closer's own thread: the strictest order
  }
  void on_drain(std::function<void()> callback) override {
    std::lock_guard lock(mutex_);
    drained_ = std::move(callback);
  }

  /// The next lines, at most `n`; empty when none came in time or the stream is closed.
  std::vector<std::string> take(std::size_t n, std::chrono::milliseconds wait = patience) {
    std::vector<std::string> out;
    std::function<void()> drained;
    {
      std::unique_lock lock(mutex_);
      came_.wait_for(lock, wait, [&] { return !lines_.empty() || closed_; });
      while (!lines_.empty() && out.size() < n) {
        pending_ -= lines_.front().size() + 1;
        out.push_back(std::move(lines_.front()));
        lines_.pop_front();
      }
      if (lines_.empty() && !out.empty()) drained = drained_;
    }
    if (drained) drained();
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::string> lines_;
  std::size_t pending_ = 0;
  bool closed_ = false;
  std::function<void()> drained_;
};

inline Result<void> apply_lines(services::Replica& replica, const std::vector<std::string>& lines) {
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  return replica.apply(views);
}

inline bool put(boundary::Store& store, const auto& value) {
  return store
      .write([&](boundary::Writer& writer) -> Result<void> {
        TRY_VOID(boundary::put(writer, value));
        return {};
      })
      .has_value();
}
inline void erase(boundary::Store& store, std::string_view kind, std::string_view id) {
  ignore(store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(writer.erase(kind, id));
    return {};
  }),
         "the comparison afterwards notices");
}
inline void drop_tombstones(boundary::Store& store) {
  ignore(store.write([&](boundary::Writer& writer) { return writer.drop_tombstones(store.revision()); }), "as above");
}

inline domain::Network a_network(const std::string& id, std::uint32_t vni, const std::string& name = "") {
  domain::Network network;
  network.id = domain::NetworkId(id);
  network.vni = vni;
  network.name = name;
  return network;
}
inline domain::Subnet a_subnet(const std::string& id, const std::string& network, const std::string& name = "") {
  domain::Subnet subnet;
  subnet.id = domain::SubnetId(id);
  subnet.network_id = domain::NetworkId(network);
  subnet.name = name;
  return subnet;
}
inline domain::Port a_port(const std::string& id, const std::string& network, const std::string& region,
                           const std::string& host, std::uint32_t address) {
  domain::Port port;
  port.id = domain::PortId(id);
  port.network_id = domain::NetworkId(network);
  port.region = domain::RegionName(region);
  port.host = domain::HostName(host);
  port.mac_address = domain::Mac::from_number(0xfa163e000000 + address);
  port.fixed_ips = {{domain::SubnetId("s-" + network), domain::IpAddress::v4(0x0a000000 + address)}};
  return port;
}
inline domain::SecurityGroup a_group(const std::string& id, const std::string& name) {
  domain::SecurityGroup group;
  group.id = domain::SecurityGroupId(id);
  group.project_id = domain::ProjectId("shop");
  group.name = name;
  return group;
}
inline domain::Interest an_interest(const std::string& region, const std::string& network) {
  const domain::RegionName name(region);
  const domain::NetworkId id(network);
  return {domain::Interest::id_of(name, id), name, id};
}
/// Joins networks; `gateway` is "network@region/host" or "".
inline domain::Router a_router(const std::string& id, const std::vector<std::string>& networks,
                               const std::string& gateway = "") {
  domain::Router router;
  router.id = domain::RouterId(id);
  for (const auto& network : networks) {
    domain::RouterInterface leg;
    leg.network_id = domain::NetworkId(network);
    leg.port_id = domain::PortId(id + "-" + network);
    router.interfaces.push_back(leg);
  }
  if (gateway.empty()) return router;
  const auto at = gateway.find('@'), slash = gateway.find('/');
  domain::RouterGateway outside;
  outside.network_id = domain::NetworkId(gateway.substr(0, at));
  outside.region = domain::RegionName(gateway.substr(at + 1, slash - at - 1));
  outside.host = domain::HostName(gateway.substr(slash + 1));
  router.gateways = {outside};
  return router;
}
inline domain::FloatingIp a_floating_ip(const std::string& id, const std::string& router, std::uint32_t address = 1) {
  domain::FloatingIp floating;
  floating.id = domain::FloatingIpId(id);
  floating.floating_network_id = domain::NetworkId("ext");
  floating.floating_ip_address = domain::IpAddress::v4(0xac1e0000 + address);
  if (!router.empty()) floating.router_id = domain::RouterId(router);
  return floating;
}
inline domain::Container a_container(const std::string& id, const std::string& host, const std::string& name = "") {
  domain::Container container;
  container.id = domain::ContainerId(id);
  container.host = domain::HostName(host);
  container.name = name;
  return container;
}

/// "kind id" -> body, of some kinds.
using Picture = std::map<std::string, std::string>;
inline std::vector<boundary::Record> records(boundary::Store& store, const std::vector<std::string>& kinds) {
  std::vector<boundary::Record> out;
  ignore(store.read([&](boundary::Reader& reader) -> Result<void> {
    for (const auto& kind : kinds) {
      TRY(const auto some, reader.list({kind, "", "", "", SIZE_MAX}));
      out.insert(out.end(), some.begin(), some.end());
    }
    return {};
  }),
         "an empty picture is noticed");
  return out;
}
template <class Keep>
Picture picture(boundary::Store& store, const std::vector<std::string>& kinds, Keep keep) {
  Picture out;
  for (const auto& record : records(store, kinds)) {
    if (keep(record)) out[record.kind + " " + record.id] = to_text(record.body);
  }
  return out;
}

/// Source store, feed, and a replica of it for region R1 or host h1.
struct FeedRig {
  enum class Of { region, host };
  explicit FeedRig(Of kind) : of(kind) { server->start(); }

  static inline const std::vector<std::string> kinds{"pod", "network", "subnet", "port", "container", "security_group",
                                                     "router", "floatingip"};
  static bool owned(std::string_view kind, const Json& body) {
    return kind != "port" || text_member(body, "region") != "R1";
  }

  Of of;
  MemoryStore source, copy;
  services::FeedServer::Options options{2ms, 3, 256 * 1024};
  std::unique_ptr<services::FeedServer> server = std::make_unique<services::FeedServer>(source, options);
  services::Replica replica{
      copy, "source", kinds,
      of == Of::region ? services::Replica::Owns(&owned) : [](auto, const auto&) { return true; }};

  std::unique_ptr<services::Interest> interest() const {
    if (of == Of::region) return std::make_unique<services::RegionInterest>(domain::RegionName("R1"));
    return std::make_unique<services::HostInterest>(domain::RegionName("R1"), domain::HostName("h1"));
  }
  std::shared_ptr<MemorySink> dial() {
    auto sink = std::make_shared<MemorySink>();
    const auto at = replica.position().value();
    server->subscribe("peer", sink, interest(), at.store_id, at.cursor);
    return sink;
  }
  bool level() const {
    const auto at = replica.applied();
    return at.store_id == source.store_id() && at.cursor == source.revision() && replica.synced();
  }
  /// Applies lines, `step` at a time, until the replica is level; the kinds of lines seen.
  std::string follow(std::shared_ptr<MemorySink>& sink, std::size_t step = 1) {
    std::string seen;
    const auto until = std::chrono::steady_clock::now() + patience;
    do {
      if (sink->closed()) sink = dial();  // the history went while it was slow
      const auto lines = sink->take(step);
      if (const auto applied = apply_lines(replica, lines); !applied) return "failed: " + applied.error().describe();
      for (const auto& line : lines) seen += text_member(*parse_json(line), "op") + " ";
      if (std::chrono::steady_clock::now() > until) return "never level: " + seen;
    } while (!level());
    return seen;
  }
  std::string catch_up(std::size_t step = 1) {
    auto sink = dial();
    auto seen = follow(sink, step);
    sink->close();
    return seen;
  }

  bool holds_gateway(const domain::Router& router) const {
    for (const auto& gateway : router.gateways) {
      if (gateway.region.str() == "R1" && (of == Of::region || gateway.host.str() == "h1")) return true;
    }
    return false;
  }
  /// Networks that the subscriber has ports on, what routers join to them, and the routers: until nothing is added.
  std::pair<std::set<std::string>, std::set<std::string>> reached() {
    std::set<std::string> networks, routers, outside;
    for (const auto& record : records(source, {"interest", "port"})) {
      const bool ours = of == Of::region ? record.kind == "interest" && text_member(record.body, "region") == "R1"
                                         : record.kind == "port" && text_member(record.body, "host") == "h1";
      if (ours) networks.insert(text_member(record.body, "network_id"));
    }
    for (std::size_t before = SIZE_MAX; before != networks.size() + routers.size();) {
      before = networks.size() + routers.size();
      for (const auto& record : records(source, {"router"})) {
        const auto router = *decode<domain::Router>(record.body);
        bool joined = holds_gateway(router);
        for (const auto& leg : router.interfaces) joined = joined || networks.contains(leg.network_id.str());
        if (!joined) continue;
        routers.insert(record.id);
        for (const auto& leg : router.interfaces) networks.insert(leg.network_id.str());
        if (holds_gateway(router)) outside.insert(router.gateways.at(0).network_id.str());
      }
    }
    networks.merge(outside);
    return {networks, routers};
  }
  /// That a port of h1 names.
  std::set<std::string> groups() {
    std::set<std::string> out;
    for (const auto& record : records(source, {"port"})) {
      const auto port = *decode<domain::Port>(record.body);
      if (port.host.str() != "h1") continue;
      for (const auto& group : port.security_groups) out.insert(group.str());
    }
    return out;
  }
  Picture wanted() {
    const auto found = reached();
    const auto named = groups();
    const auto& networks = found.first;
    const auto& routers = found.second;
    return picture(source, kinds, [&](const boundary::Record& record) {
      if (record.kind == "pod") return of == Of::region;
      if (record.kind == "security_group") return of == Of::region || named.contains(record.id);
      if (record.kind == "container") return of == Of::host && text_member(record.body, "host") == "h1";
      if (record.kind == "network") return networks.contains(record.id);
      if (record.kind == "router") return routers.contains(record.id);
      if (record.kind == "floatingip") return routers.contains(text_member(record.body, "router_id"));
      if (of == Of::region && !owned(record.kind, record.body)) return false;
      return networks.contains(text_member(record.body, "network_id"));
    });
  }
  Picture held() {
    return picture(copy, kinds,
                   [&](const boundary::Record& record) { return of == Of::host || owned(record.kind, record.body); });
  }
};

}  // namespace causeway::test
