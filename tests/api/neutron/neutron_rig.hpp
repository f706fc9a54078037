#pragma once

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/boundary/tokens.hpp"
#include "causeway/services/central/central_families.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "fake_network.hpp"

namespace causeway::test {

class NeutronTokens final : public boundary::TokenVerifier {
 public:
  Result<Caller> verify(std::string_view token) override {
    Caller who;
    who.roles = {"member"};
    if (token == "alice")
      who.project_id = ProjectId("p1");
    else if (token == "bob")
      who.project_id = ProjectId("p2");
    else if (token == "admin")
      who.project_id = ProjectId("p0"), who.roles = {"admin"};
    else if (token == "system")
      who.roles = {"admin"};
    else
      return failed(Code::unauthenticated, "token.invalid", "No such token.");
    return who;
  }
};

class FakeForwarder final : public boundary::Forwarder {
 public:
  Result<Answer> forward(const Message& message) override {
    seen = fmt::format("{} {} {} {}", message.method, message.target, message.token, message.body);
    last = message;
    return answer;
  }
  std::string seen;
  Message last;
  Result<Answer> answer = Answer{201, "{}"};
};

struct Heard {
  int status = 0;
  Json body;
  std::string text;
  std::string type() const {
    return member(body, "NeutronError") != nullptr ? text_member(*member(body, "NeutronError"), "type") : "";
  }
  std::string message() const {
    return member(body, "NeutronError") != nullptr ? text_member(*member(body, "NeutronError"), "message") : "";
  }
  std::string of(std::string_view envelope, std::string_view key) const {
    const Json* inner = member(body, envelope);
    const Json* value = inner != nullptr ? member(*inner, key) : nullptr;
    return value == nullptr ? "(none)" : value->is_string() ? to_std(value->get_string()) : to_text(*value);
  }
  std::vector<std::string> each(std::string_view collection, std::string_view key) const {
    std::vector<std::string> out;
    const Json* list = member(body, collection);
    if (list == nullptr) return {"(no list) " + text};
    for (const auto& item : list->get_array()) out.push_back(text_member(item, key));
    return out;
  }
};

/// The Networking API of the centre, or of a region, over fakes. Tokens: alice (p1), bob (p2), admin, system (no
/// project).
struct Neutron {
  enum class At { centre, region };
  explicit Neutron(At at = At::centre)
      : api{network, at == At::centre ? &network : nullptr, at == At::centre ? nullptr : &forwarder, "R1", nullptr, nullptr, &resources, &trunk_facts, &network},
        service({{api::neutron_style("http://identity"), api::neutron_routes(api)}}, {&tokens, ids, {}}) {}

  Heard send(const std::string& token, const std::string& method, const std::string& target,
             const std::string& body = "", const std::string& if_match = "") {
    return exchange(service, token, method, target, body, if_match);
  }
  static Heard exchange(api::Service& service, const std::string& token, const std::string& method,
                        const std::string& target, const std::string& body = "", const std::string& if_match = "") {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos)
      request.query = http::Query::parse(std::string_view(target).substr(question + 1));
    request.headers.set("Host", "net:9696");
    if (!token.empty()) request.headers.set("X-Auth-Token", token);
    if (!if_match.empty()) request.headers.set("If-Match", if_match);
    request.body = body;
    auto response = service.handle(std::move(request));
    Heard heard{response.status, nullptr, std::move(response.body)};
    if (!heard.text.empty()) heard.body = parse_json(heard.text).value_or(Json(nullptr));
    return heard;
  }
  std::string a_network(const std::string& body = R"({"network":{"name":"n"}})") {
    return send("alice", "POST", "/v2.0/networks", body).of("network", "id");
  }

  adapters::SequentialIds ids;
  adapters::MemoryStore store;
  adapters::ManualClock clock;
  /// The families are the real ones: they need nothing but a store.
  services::CentralFamilies families{{store, clock, ids, RegionName("CentralRegion"), {}}};
  api::CentralResources resources{families.address_scopes, families.subnet_pools, families.rbac_policies, families.qos_policies,
                                  families.quotas, families.agents, families.facts, families.trunks};
  services::TrunkFacts trunk_facts{store};
  NeutronTokens tokens;
  FakeNetwork network;
  FakeForwarder forwarder;
  api::NeutronApi api;
  api::Service service;
};

}  // namespace causeway::test
