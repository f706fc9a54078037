#include "causeway/services/central/facts/central_agents.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/agent_note.hpp"
#include "causeway/domain/network/port.hpp"

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
