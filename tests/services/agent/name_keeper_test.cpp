#include "causeway/services/agent/naming/name_keeper.hpp"

#include "agent_room.hpp"

namespace causeway::testing {
namespace {

namespace dns = domain::dns;
using services::HostView;
using services::NameKeeper;

class FakeNameServer final : public boundary::NameServer {
 public:
  void serve(const std::string& sandbox, Resolve) override { served.insert(sandbox); }
  void drop(const std::string& sandbox) override { served.erase(sandbox); }
  std::set<std::string> served;
};

const domain::NetworkId town("aaaaaaaa-0000-4000-8000-00000000000a"), other("bbbbbbbb-0000-4000-8000-00000000000b");

struct NameRoom {
  NameRoom() {
    put(network(town, "Town", "corp.example."));
    put(network(other, "other", ""));
    put(subnet("s1", town, "10.0.0.0/24", "192.0.2.53"));
    put(subnet("s2", other, "10.9.0.0/24", ""));
    put(port("mine", town, "asker", "10.0.0.2"));
    put(port("far", town, "Web", "10.0.0.7"));
    put(port("away", other, "secret", "10.9.0.7"));
    EXPECT_TRUE(view.start([](const auto&) {}));
    keeper.joined(domain::PortId("mine"), "/sandbox");
  }
  ~NameRoom() { view.stop(); }
  template <class T>
  void put(const T& value) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, value));
      return {};
    }));
  }
  static domain::Network network(const domain::NetworkId& id, const char* name, const char* domain) {
    domain::Network out;
    out.id = id;
    out.name = name;
    out.dns_domain = domain;
    return out;
  }
  static domain::Subnet subnet(const char* id, const domain::NetworkId& of, const char* cidr, const char* server) {
    domain::Subnet out;
    out.id = domain::SubnetId(id);
    out.network_id = of;
    out.cidr = *domain::Cidr::parse(cidr);
    if (*server != 0) out.dns_nameservers = {ip(server)};
    return out;
  }
  static domain::Port port(const char* id, const domain::NetworkId& on, const char* name, const char* address) {
    domain::Port out;
    out.id = domain::PortId(id);
    out.network_id = on;
    out.dns_name = name;
    out.mac_address = domain::Mac::from_number(0x020000000000 + std::hash<std::string>()(id) % 0xffff);
    out.fixed_ips = {{domain::SubnetId("s"), ip(address)}};
    return out;
  }
  boundary::NameVerdict ask(const std::string& name, std::uint16_t type = dns::type_a) const {
    return keeper.resolve("/sandbox", {name, type, dns::class_in});
  }
  std::string told(const std::string& name, std::uint16_t type = dns::type_a) const {
    const auto verdict = ask(name, type);
    if (!verdict.known) return "forward";
    if (verdict.answer.rcode == dns::Rcode::no_such_name) return "none";
    return verdict.answer.addresses.empty() ? verdict.answer.target : verdict.answer.addresses.front().to_string();
  }
  adapters::MemoryStore store;
  HostView view{store, domain::HostName("h1")};
  FakeNameServer server;
  NameKeeper keeper{view, server};
};

TEST(NameKeeper, answers_for_the_askers_networks_and_no_others) {
  NameRoom room;
  const std::pair<const char*, const char*> cases[] = {
      {"web", "10.0.0.7"},       {"web.town", "10.0.0.7"}, {"web.corp.example", "10.0.0.7"}, {"asker", "10.0.0.2"},
      {"secret", "none"},        {"secret.other", "forward"}, {"nobody", "none"},             {"nobody.corp.example", "none"},
      {"www.example.org", "forward"}, {"web.other", "forward"}, {"a.web.town", "forward"},    {"", "forward"},
  };
  for (const auto& [name, wanted] : cases) EXPECT_EQ(room.told(name), wanted) << name;
  EXPECT_EQ(room.told("web", dns::type_aaaa), "10.0.0.7");  // what of the family is there is the message's business
  EXPECT_EQ(room.told("7.0.0.10.in-addr.arpa", dns::type_ptr), "web.corp.example");
  EXPECT_EQ(room.told("8.0.0.10.in-addr.arpa", dns::type_ptr), "none");
  EXPECT_EQ(room.told("7.0.9.10.in-addr.arpa", dns::type_ptr), "forward");
  EXPECT_EQ(room.ask("www.example.org").name_servers, std::vector{ip("192.0.2.53")});
}

TEST(NameKeeper, names_come_and_go_with_their_ports) {
  NameRoom room;
  room.put(NameRoom::port("far", town, "renamed", "10.0.0.8"));
  EXPECT_TRUE(eventually([&] { return room.told("renamed") == "10.0.0.8" && room.told("web") == "none"; }));
  EXPECT_EQ(room.told("7.0.0.10.in-addr.arpa", dns::type_ptr), "none");
  ASSERT_TRUE(room.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<domain::Port>(writer, "far"));
    return {};
  }));
  EXPECT_TRUE(eventually([&] { return room.told("renamed") == "none"; }));
}

TEST(NameKeeper, a_sandbox_is_served_as_long_as_a_port_is_in_it) {
  NameRoom room;
  EXPECT_EQ(room.server.served, std::set<std::string>{"/sandbox"});
  room.keeper.joined(domain::PortId("away"), "/sandbox");
  EXPECT_EQ(room.told("secret"), "10.9.0.7");
  room.keeper.left(domain::PortId("mine"));
  EXPECT_EQ(room.told("web"), "none");
  EXPECT_FALSE(room.server.served.empty());
  room.keeper.left(domain::PortId("away"));
  EXPECT_TRUE(room.server.served.empty());
  room.keeper.ensure("/sandbox", {domain::PortId("mine")});
  EXPECT_EQ(room.told("web"), "10.0.0.7");
  EXPECT_EQ(room.server.served, std::set<std::string>{"/sandbox"});
}

}  // namespace
}  // namespace causeway::testing
