#include "causeway/api/host/host_api.hpp"

#include <gtest/gtest.h>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_data.hpp"
#include "causeway/adapters/memory/memory_engine.hpp"
#include "causeway/adapters/memory/memory_firewall.hpp"
#include "causeway/adapters/memory/memory_links.hpp"
#include "causeway/adapters/memory/memory_shaper.hpp"
#include "causeway/adapters/memory/memory_mounts.hpp"
#include "causeway/adapters/memory/memory_router_links.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/memory/memory_vlan_splitter.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::testing {
namespace {

class SilentRegion final : public boundary::RegionGateway {
 public:
  Result<boundary::ReportAnswer> report(const boundary::HostReport&) override { return boundary::ReportAnswer{}; }
  Result<void> fetch_image(const domain::ImageId&, std::uint64_t, const std::function<Result<void>(std::string_view)>&,
                           std::stop_token) override {
    return {};
  }
  Result<void> store_image(const domain::ImageId&, boundary::ByteSource&, std::stop_token) override { return {}; }
};

class SilentPulls final : public boundary::PullGateway {
 public:
  Result<domain::RegistryCredentials> credentials_for(const domain::ContainerId&) override {
    return failed(Code::not_found, "registry.no_credentials", "There are none.");
  }
  Result<void> report_image(const domain::HostImageReport&) override { return {}; }
};

class HostApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    engine_.publish("image");
    ASSERT_TRUE(engine_.pull_image({"image", std::nullopt}, {}, {}));
    boundary::EngineContainerSpec spec;
    spec.container.id = domain::ContainerId("c1");
    spec.image = "image";
    ASSERT_TRUE(engine_.create(spec));
    ASSERT_TRUE(engine_.start(spec.container.id));
  }
  http::Response call(const char* method, const std::string& path, const std::string& query, const std::string& body,
                      const std::string& peer = "region:RegionOne") {
    http::Request request;
    request.method = method;
    request.path = path;
    request.target = path + query;
    if (!query.empty()) request.query = http::Query::parse(query.substr(1));
    request.body = body;
    request.peer.common_name = peer;
    auto response = service_.handle(std::move(request));
    std::string piece(100, '\0');
    while (response.source) {
      const auto count = response.source->read(piece);
      if (!count) response.body += "(broken)";
      if (!count || *count == 0) break;
      response.body.append(piece, 0, *count);
    }
    return response;
  }
  static std::string reason_of(const http::Response& response) {
    return text_member(*member(*parse_json(response.body), "error"), "reason");
  }

  adapters::MemoryStore store_;
  adapters::MemoryEngine engine_;
  adapters::MemoryLinks links_;
  adapters::MemoryShaper shaper_;
  adapters::ManualClock clock_;
  adapters::SystemDigests digests_;
  adapters::SequentialIds ids_;
  SilentRegion region_;
  SilentPulls pulls_;
  adapters::MemoryVolumes volumes_;
  adapters::MemoryHostFiles files_;
  services::MountKeeper mounts_{volumes_, files_};
  adapters::MemoryData data_{engine_};
  adapters::MemoryFirewall firewall_;
  adapters::MemoryRouterLinks routers_{links_};
  adapters::MemoryVlanSplitter vlans_;
  services::Agent agent_{{store_, engine_, links_, region_, digests_, clock_, mounts_, data_, pulls_, firewall_, routers_, shaper_, vlans_}, {}};
  api::StreamPumps followers_{2, 2};
  api::HostApi api_{agent_, data_, followers_, contract::region_common_name("RegionOne")};
  api::Service service_{{api::host_mount(api_)}, {nullptr, ids_, {}}};
};

TEST_F(HostApiTest, streams_logs) {
  data_.write_log(domain::ContainerId("c1"), "one\ntwo\n");
  const auto answer = call("GET", "/v1/containers/c1/logs", "?stdout=true&stderr=true&timestamps=false", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "one\ntwo\n");
  EXPECT_EQ(call("GET", "/v1/containers/c1/logs", "?stdout=false", "").body, "");
  EXPECT_EQ(call("GET", "/v1/containers/c1/logs", "?tail=1", "").body, "two\n");
  EXPECT_EQ(call("GET", "/v1/containers/c1/logs", "?tail=many", "").status, 400);
  EXPECT_EQ(call("GET", "/v1/containers/nobody/logs", "", "").status, 404);
  data_.break_next_source(5);
  EXPECT_EQ(call("GET", "/v1/containers/c1/logs", "", "").body, "one\nt(broken)");
}

TEST_F(HostApiTest, moves_archives_both_ways) {
  EXPECT_EQ(call("PUT", "/v1/containers/c1/archive", "?path=/tmp", "a=hello\n").status, 200);
  const auto answer = call("GET", "/v1/containers/c1/archive", "?path=/tmp/a", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "a=hello\n");
  EXPECT_NE(answer.headers.get("X-Causeway-Path-Stat"), "");
  EXPECT_EQ(reason_of(call("GET", "/v1/containers/c1/archive", "?path=/nowhere", "")), "container.no_path");
  EXPECT_EQ(reason_of(call("PUT", "/v1/containers/c1/archive", "?path=/tmp", "rubbish")), "container.bad_archive");
  EXPECT_EQ(call("PUT", "/v1/containers/nobody/archive", "?path=/tmp", "a=b").status, 404);
}

TEST_F(HostApiTest, tells_what_a_container_uses_and_runs) {
  EXPECT_EQ(member(*parse_json(call("GET", "/v1/containers/c1/stats", "", "").body), "sent_bytes")->as_int64(), 4);
  EXPECT_EQ(call("GET", "/v1/containers/c1/top", "?ps_args=aux", "").body,
            R"({"titles":["PID","CMD"],"processes":[["1","init"]]})");
  EXPECT_EQ(call("GET", "/v1/containers/c1/top", "?ps_args=bogus", "").status, 400);
  engine_.exit(domain::ContainerId("c1"), 0);
  EXPECT_EQ(reason_of(call("GET", "/v1/containers/c1/stats", "", "")), "container.not_running");
}

TEST_F(HostApiTest, searches_registries) {
  const auto answer = call("GET", "/v1/images/search", "?term=ima", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"([{"name":"image","description":"","official":false,"automated":false,"stars":0}])");
  EXPECT_EQ(call("GET", "/v1/images/search", "?term=ima", "", "region:Other").status, 403);
}

TEST_F(HostApiTest, runs_a_command) {
  const auto answer = call("POST", "/v1/containers/c1/exec", "", R"({"command":["echo","hi"],"timeout_seconds":5})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"output":"hi\n","exit_code":0})");
  EXPECT_EQ(call("POST", "/v1/containers/c1/exec", "", R"({"command":["sleep","9"],"timeout_seconds":1})").status, 504);
  EXPECT_EQ(reason_of(call("POST", "/v1/containers/c1/exec", "", R"({"command":[]})")), "exec.no_command");
  EXPECT_EQ(reason_of(call("POST", "/v1/containers/c1/exec", "", R"({"command":["a"],"timeout_seconds":0})")),
            "exec.bad_timeout");
  engine_.exit(domain::ContainerId("c1"), 0);
  EXPECT_EQ(reason_of(call("POST", "/v1/containers/c1/exec", "", R"({"command":["a"]})")), "container.not_running");
}

TEST_F(HostApiTest, serves_its_own_region_and_nobody_else) {
  for (const char* path : {"/v1/containers/c1/logs", "/v1/status"}) {
    EXPECT_EQ(call("GET", path, "", "").status, 200) << path;
    EXPECT_EQ(call("GET", path, "", "", "").status, 401) << path;
    for (const char* peer : {"region:RegionTwo", "host:RegionOne/h1", "RegionOne", "region:RegionOne "}) {
      EXPECT_EQ(call("GET", path, "", "", peer).status, 403) << path << " " << peer;
    }
  }
  EXPECT_EQ(call("POST", "/v1/containers/c1/exec", "", R"({"command":["echo"]})", "host:RegionOne/h2").status, 403);
}

}  // namespace
}  // namespace causeway::testing
