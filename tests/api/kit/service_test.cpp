#include "causeway/api/kit/service.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "causeway/adapters/memory/sequential_ids.hpp"

using namespace causeway;
using namespace causeway::api;

namespace {

struct Echo {};

Result<Reply> named(const char* name, Call& call) {
  JsonObject out{{"handler", name}, {"user", call.caller.user_id.str()}, {"peer", call.peer_name}, {"body", call.body}};
  for (const auto& [key, value] : call.params) out[key] = value;
  return Reply::json(std::move(out));
}
Result<Reply> list(Echo&, Call& call) { return named("list", call); }
Result<Reply> show(Echo&, Call& call) { return named("show", call); }
Result<Reply> literal(Echo&, Call& call) { return named("literal", call); }
Result<Reply> create(Echo&, Call& call) { return named("create", call); }
Result<Reply> bug(Echo&, Call&) { throw std::runtime_error("password=hunter2"); }

constexpr Route<Echo> routes[] = {
    {"GET", "/v1/things", Access::open, "list", 200, &list},
    {"GET", "/v1/things/{id}", Access::open, "show", 200, &show},
    {"GET", "/v1/things/special", Access::open, "literal", 200, &literal},
    {"POST", "/v1/things", Access::open, "create", 201, &create},
    {"GET", "/v1/bug", Access::open, "bug", 200, &bug},
    {"GET", "/v1/token", Access::any_token, "token", 200, &list},
    {"GET", "/v1/project", Access::project, "project", 200, &list},
    {"GET", "/v1/admin", Access::admin, "admin", 200, &list},
    {"GET", "/v1/peer", Access::peer, "peer", 200, &list},
    {"POST", "/v1/project", Access::project, "write", 201, &create},
    {"GET", "/v1/newer", Access::any_token, "newer", 200, &list, BodyKind::none, default_body_limit, since(5)},
    {"GET", "/v1/older", Access::any_token, "older", 200, &list, BodyKind::none, default_body_limit, until(4)},
};
static_assert(routes_ok(routes));

constexpr Route<Echo> twice[] = {{"GET", "/a", Access::open, "x", 200, &list},
                                 {"GET", "/a", Access::open, "y", 200, &list}};
static_assert(!routes_ok(twice));

domain::Caller caller(const char* user, const char* project, std::vector<std::string> roles) {
  domain::Caller who;
  who.user_id = domain::UserId(user);
  who.project_id = domain::ProjectId(project);
  who.roles = std::move(roles);
  return who;
}

class KnownTokens final : public boundary::TokenVerifier {
 public:
  Result<domain::Caller> verify(std::string_view token) override {
    if (token == "user") return caller("u", "p", {"member"});
    if (token == "unscoped") return caller("n", "", {});
    if (token == "admin") return caller("a", "p", {"admin"});
    if (token == "reader") return caller("r", "p", {"reader"});
    if (token == "system") return caller("s", "", {"admin"});
    return failed(Code::unauthenticated, "token.invalid", "No such token.");
  }
};

struct Kit {
  explicit Kit(std::function<void(Style&)> change = nullptr) {
    Style style;
    style.name = "test";
    style.identity_url = "http://identity";
    style.render_error = [](const Error& error, int status, const Call* call) {
      http::Response response;
      response.status = status;
      response.body =
          to_text(JsonObject{{"reason", error.reason}, {"message", error.message}, {"dispatched", call != nullptr}});
      return response;
    };
    if (change) change(style);
    static Echo target;
    std::vector<BoundRoute> bound;
    bind_routes(bound, routes, target);
    service = std::make_unique<Service>(std::vector<Mount>{{style, bound}},
                                        Service::Deps{&tokens, ids, [this] { return trouble; }});
  }
  http::Request request(std::string method, std::string path, std::string token = "") {
    http::Request made;
    made.method = std::move(method);
    made.path = made.target = std::move(path);
    if (!token.empty()) made.headers.set("X-Auth-Token", token);
    return made;
  }
  http::Response send(std::string method, std::string path, std::string token = "") {
    return service->handle(request(std::move(method), std::move(path), std::move(token)));
  }
  std::string handler(std::string method, std::string path) {
    const auto answer = send(std::move(method), std::move(path));
    return answer.status < 300 ? text_member(*parse_json(answer.body), "handler") : std::to_string(answer.status);
  }
  adapters::SequentialIds ids;
  KnownTokens tokens;
  std::string trouble;
  std::unique_ptr<Service> service;
};

}  // namespace

TEST(Service, finds_the_closest_row) {
  Kit kit;
  EXPECT_EQ(kit.handler("GET", "/v1/things"), "list");
  EXPECT_EQ(kit.handler("GET", "/v1/things/7"), "show");
  EXPECT_EQ(kit.handler("GET", "/v1/things/special"), "literal");
  EXPECT_EQ(kit.handler("POST", "/v1/things"), "create");
  EXPECT_EQ(kit.handler("HEAD", "/v1/things"), "list");
  EXPECT_EQ(kit.handler("GET", "/v1/things/"), "list");
  EXPECT_EQ(kit.handler("GET", "/v1//things"), "404");
  EXPECT_EQ(kit.handler("GET", "/v1/things.json"), "404");
  EXPECT_EQ(kit.handler("GET", "/v1/nothing"), "404");
  EXPECT_EQ(kit.handler("GET", ""), "404");
  EXPECT_EQ(kit.handler("GET", "/"), "404");
}

TEST(Service, reads_paths_as_the_style_says) {
  Kit kit([](Style& style) { style.drop_empty_segments = style.strip_json_suffix = true; });
  EXPECT_EQ(kit.handler("GET", "//v1///things//"), "list");
  EXPECT_EQ(kit.handler("GET", "/v1/things.json"), "list");
  EXPECT_EQ(kit.handler("GET", "/v1/things/7.json"), "show");
  EXPECT_EQ(kit.handler("GET", "/v1/things/.json"), "404");
}

TEST(Service, decodes_parameters) {
  Kit kit;
  EXPECT_EQ(text_member(*parse_json(kit.send("GET", "/v1/things/a%2Fb%20c").body), "id"), "a/b c");
}

TEST(Service, names_the_methods_of_a_path_once) {
  Kit kit;
  const auto answer = kit.send("DELETE", "/v1/things/special");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.get("Allow"), "GET");
  EXPECT_EQ(kit.send("PATCH", "/v1/things").headers.get("Allow"), "GET, POST");
}

TEST(Service, lets_in_whom_the_row_says) {
  struct Case {
    const char* token;
    int open, any, project, admin;
  };
  for (const auto& [token, open, any, project, admin] :
       {Case{"", 200, 401, 401, 401}, Case{"forged", 200, 401, 401, 401}, Case{"unscoped", 200, 200, 403, 403},
        Case{"user", 200, 200, 200, 403}, Case{"admin", 200, 200, 200, 200}, Case{"system", 200, 200, 200, 200}}) {
    Kit kit;
    EXPECT_EQ(kit.send("GET", "/v1/things", token).status, open) << token;
    EXPECT_EQ(kit.send("GET", "/v1/token", token).status, any) << token;
    EXPECT_EQ(kit.send("GET", "/v1/project", token).status, project) << token;
    EXPECT_EQ(kit.send("GET", "/v1/admin", token).status, admin) << token;
    EXPECT_EQ(kit.send("GET", "/v1/peer", token).status, 401) << token << ": no token stands for a certificate";
  }
}

TEST(Service, lets_readers_read_and_nothing_else) {
  Kit kit;
  EXPECT_EQ(kit.send("GET", "/v1/project", "reader").status, 200);
  EXPECT_EQ(kit.send("HEAD", "/v1/project", "reader").status, 200);
  EXPECT_EQ(kit.send("POST", "/v1/project", "reader").status, 403);
  EXPECT_EQ(kit.send("POST", "/v1/project", "user").status, 201);
  EXPECT_EQ(kit.send("POST", "/v1/project", "unscoped").status, 403);
}

TEST(Service, asks_the_style_whether_a_row_exists_in_the_version_of_the_call) {
  Kit kit([](Style& style) {
    style.check_version = [](const Call&, Versions versions) -> Result<void> {
      if (versions.since > 4) return failed(Code::invalid, "version", "It came in {}.", versions.since);
      return {};
    };
  });
  EXPECT_EQ(kit.send("GET", "/v1/newer", "user").status, 400);
  EXPECT_EQ(kit.send("GET", "/v1/newer").status, 401) << "strangers learn nothing";
  EXPECT_EQ(kit.send("GET", "/v1/older", "user").status, 200);
}

TEST(Service, takes_peers_by_their_certificate_alone) {
  Kit kit;
  auto request = kit.request("GET", "/v1/peer");
  request.peer.common_name = "region:R1";
  const auto answer = kit.service->handle(std::move(request));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(text_member(*parse_json(answer.body), "peer"), "region:R1");
}

TEST(Service, says_where_to_get_a_token) {
  Kit kit;
  EXPECT_EQ(kit.send("GET", "/v1/token").headers.get("WWW-Authenticate"), "Keystone uri=\"http://identity\"");
}

TEST(Service, refuses_what_is_no_json) {
  Kit kit;
  auto request = kit.request("POST", "/v1/things");
  request.body = "{\"a\":";
  EXPECT_EQ(kit.service->handle(std::move(request)).status, 400);
}

TEST(Service, refuses_in_the_style_of_the_api) {
  Kit kit;
  const auto answer = kit.service->refuse(kit.request("POST", "/v1/things"), 413, "The body is too long.");
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, R"({"reason":"http.refused","message":"The body is too long.","dispatched":false})");
  EXPECT_TRUE(answer.headers.get("X-Openstack-Request-Id").starts_with("req-"));
}

TEST(Service, tells_nothing_of_an_exception) {
  Kit kit;
  const auto answer = kit.send("GET", "/v1/bug");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("hunter2"), std::string::npos);
}

TEST(Service, gives_every_answer_a_request_id) {
  Kit kit;
  for (const char* path : {"/v1/things", "/v1/nothing", "/v1/token", "/v1/bug"}) {
    EXPECT_TRUE(kit.send("GET", path).headers.get("X-Openstack-Request-Id").starts_with("req-0000")) << path;
  }
}

TEST(Service, serves_health_and_metrics_in_front) {
  Kit kit;
  EXPECT_EQ(kit.send("GET", "/healthz").body, "ok\n");
  kit.trouble = "the disk is full";
  EXPECT_EQ(kit.send("GET", "/healthz").status, 503);
  kit.send("GET", "/v1/things");
  EXPECT_NE(kit.send("GET", "/metrics").body.find("causeway_request_seconds"), std::string::npos);
}
