#include "causeway/services/central/facts/central_agents.hpp"

#include <set>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/agent_note.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/router/host_routing.hpp"

namespace causeway::services {

using boundary::By;
using boundary::NetworkAgent;
using boundary::Reader;
using boundary::Writer;
using domain::AgentNote;
using domain::Host;

namespace {

Result<NetworkAgent> agent_of(Reader& reader, const Host& host) {
  NetworkAgent agent{host, !host.down && !host.forced_down, "", 0};
  TRY(const auto note, boundary::find<AgentNote>(reader, host.uuid));
  if (note) agent.description = note->description;
  TRY(agent.ports, boundary::count<domain::Port>(reader, By{"host", host.id.str()}));
  return agent;
}

Result<NetworkAgent> agent_by_id(Reader& reader, const std::string& id) {
  TRY(const auto hosts, boundary::list<Host>(reader, By{"uuid", id}));
  if (hosts.empty() || id.empty()) return failed(Code::not_found, "agent.not_found", "Agent {} could not be found.", id);
  return agent_of(reader, hosts.front());
}

Result<std::vector<NetworkAgent>> agents_of(Reader& reader, const std::set<domain::HostName>& hosts) {
  std::vector<NetworkAgent> out;
  for (const auto& name : hosts) {
    TRY(const auto host, boundary::find<Host>(reader, name));
    if (!host) continue;
    TRY(auto agent, agent_of(reader, *host));
    out.push_back(std::move(agent));
  }
  return out;
}

template <class T, class Id>
Result<std::vector<T>> found_of(Reader& reader, const std::set<Id>& ids) {
  std::vector<T> out;
  for (const auto& id : ids) {
    TRY(auto value, boundary::find<T>(reader, id));
    if (value) out.push_back(*std::move(value));
  }
  return out;
}

}  // namespace

Result<std::vector<NetworkAgent>> CentralAgents::list() {
  return boundary::view(deps_.store, [](Reader& reader) -> Result<std::vector<NetworkAgent>> {
    TRY(const auto hosts, boundary::list<Host>(reader));
    std::vector<NetworkAgent> out;
    for (const auto& host : hosts) {
      TRY(auto agent, agent_of(reader, host));
      out.push_back(std::move(agent));
    }
    return out;
  });
}

Result<NetworkAgent> CentralAgents::get(const std::string& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return agent_by_id(reader, id); });
}

Result<NetworkAgent> CentralAgents::describe(const std::string& id, const std::string& description) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<NetworkAgent> {
    TRY(auto agent, agent_by_id(writer, id));
    agent.description = description;
    TRY_VOID(boundary::put(writer, AgentNote{id, description}));
    return agent;
  });
}

Result<std::vector<NetworkAgent>> CentralAgents::of_network(const domain::NetworkId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<NetworkAgent>> {
    TRY_VOID(boundary::get<domain::Network>(reader, id));
    TRY(const auto ports, boundary::list<domain::Port>(reader, By{"network_id", id.str()}));
    std::set<domain::HostName> hosts;
    for (const auto& port : ports) hosts.insert(port.host);
    return agents_of(reader, hosts);
  });
}

Result<std::vector<NetworkAgent>> CentralAgents::of_router(const domain::RouterId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<NetworkAgent>> {
    TRY_VOID(boundary::get<domain::Router>(reader, id));
    TRY(const auto told, boundary::list<domain::HostRouting>(reader, By{"router_id", id.str()}));
    std::set<domain::HostName> hosts;
    for (const auto& routing : told) hosts.insert(routing.host);
    return agents_of(reader, hosts);
  });
}

Result<std::vector<domain::Network>> CentralAgents::networks_of(const std::string& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<domain::Network>> {
    TRY(const auto agent, agent_by_id(reader, id));
    TRY(const auto ports, boundary::list<domain::Port>(reader, By{"host", agent.host.id.str()}));
    std::set<domain::NetworkId> ids;
    for (const auto& port : ports) ids.insert(port.network_id);
    return found_of<domain::Network>(reader, ids);
  });
}

Result<std::vector<domain::Router>> CentralAgents::routers_of(const std::string& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<domain::Router>> {
    TRY(const auto agent, agent_by_id(reader, id));
    TRY(const auto routing, boundary::find<domain::HostRouting>(reader, domain::HostRouting::id_of(agent.host.region, agent.host.id)));
    std::set<domain::RouterId> ids;
    for (const auto& router : routing ? routing->routers : std::vector<domain::SeenRouter>()) ids.insert(router.id);
    return found_of<domain::Router>(reader, ids);
  });
}

Result<void> CentralAgents::remove(const std::string& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto agent, agent_by_id(writer, id));
    if (agent.alive || agent.ports > 0) {
      return failed(Code::conflict, "agent.in_use", "Agent {} cannot be deleted: host {} {}.", id, agent.host.id,
                    agent.alive ? "is alive" : fmt::format("has {} ports", agent.ports));
    }
    TRY_VOID(boundary::erase<AgentNote>(writer, id));
    TRY_VOID(boundary::erase<Host>(writer, agent.host.id));
    return {};
  });
}

}  // namespace causeway::services
