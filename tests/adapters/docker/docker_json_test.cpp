#include "causeway/adapters/docker/docker_json.hpp"

#include <gtest/gtest.h>

#include "causeway/adapters/docker/streams.hpp"

namespace causeway::adapters {
namespace {

std::string frame(char stream, std::string_view payload) {
  std::string out(8, '\0');
  out[0] = stream;
  out[7] = char(payload.size());
  return out + std::string(payload);
}

TEST(Demultiplexer, takes_frames_apart_wherever_they_are_cut) {
  const std::string bytes = frame(1, "hello ") + frame(2, "") + frame(2, "world");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    std::string text;
    Demultiplexer parts([&](std::string_view payload) { text += payload; });
    ASSERT_TRUE(parts.take(std::string_view(bytes).substr(0, cut)));
    ASSERT_TRUE(parts.take(std::string_view(bytes).substr(cut)));
    EXPECT_EQ(text, "hello world") << cut;
  }
}

TEST(Demultiplexer, refuses_what_is_no_such_stream) {
  Demultiplexer parts([](std::string_view) {});
  EXPECT_FALSE(parts.take("plain text of a terminal"));
}

TEST(JsonLines, gives_whole_lines_wherever_they_are_cut) {
  const std::string bytes = "{\"a\":1}\r\n\n{\"a\":2}\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    int lines = 0;
    JsonLines reader([&](const Json&) -> Result<void> {
      ++lines;
      return {};
    });
    ASSERT_TRUE(reader.take(std::string_view(bytes).substr(0, cut)));
    ASSERT_TRUE(reader.take(std::string_view(bytes).substr(cut)));
    EXPECT_EQ(lines, 2) << cut;
  }
}

TEST(DockerJson, asks_for_what_zun_asks_for) {
  boundary::EngineContainerSpec spec;
  auto& c = spec.container;
  c.id = domain::ContainerId("c1");
  c.environment = {{"A", "b"}};
  c.cpu = 0.5;
  c.memory_mib = 64;
  c.restart_policy = {"on-failure", 3};
  c.healthcheck = domain::Healthcheck{"true", 2, 1, 4};
  c.disk_gib = 5;
  spec.image = "causeway.local/image:x";
  spec.attachments = {{domain::NetworkId("n1"),
                       domain::PortId("p1"),
                       *domain::IpAddress::parse("10.0.0.5"),
                       {},
                       *domain::Mac::parse("fa:16:3e:00:00:01")}};
  EXPECT_EQ(create_body(spec),
            *parse_json(R"({"Image":"causeway.local/image:x","Env":["A=b"],"Labels":{"causeway.container":"c1","causeway.generation":"0"},
    "Tty":false,"OpenStdin":false,"AttachStdin":false,"StdinOnce":false,"AttachStdout":true,"AttachStderr":true,
    "Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":2000000000,"Timeout":1000000000,"Retries":4},
    "HostConfig":{"NetworkMode":"n1","Memory":67108864,"CpuShares":512,"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},
      "Privileged":false,"AutoRemove":false,"StorageOpt":{"size":"5G"}},
    "MacAddress":"fa:16:3e:00:00:01",
    "NetworkingConfig":{"EndpointsConfig":{"n1":{"IPAMConfig":{"IPv4Address":"10.0.0.5"},"DriverOpts":{"causeway.port":"p1"}}}}})"))
      << to_text(create_body(spec));
}

TEST(DockerJson, asks_for_mounts_and_ports) {
  boundary::EngineContainerSpec spec;
  spec.container.wanted_ports = {{80, "tcp"}, {53, "udp"}};
  spec.mounts = {{boundary::EngineMountKind::file, "/state/files/c1/0", "/etc/motd"},
                 {boundary::EngineMountKind::volume, "causeway-p1-data", "/data"}};
  const auto body = create_body(spec);
  EXPECT_EQ(*member(body, "ExposedPorts"), *parse_json(R"({"80/tcp":{},"53/udp":{}})"));
  EXPECT_EQ(*member(*member(body, "HostConfig"), "Mounts"),
            *parse_json(R"([{"Type":"bind","Source":"/state/files/c1/0","Target":"/etc/motd","ReadOnly":false},
                            {"Type":"volume","Source":"causeway-p1-data","Target":"/data","ReadOnly":false}])"));
}

TEST(DockerJson, knows_which_storage_limits_disk_space) {
  EXPECT_TRUE(supports_disk_quota("overlay2", "xfs", "rw,attr2,prjquota"));
  EXPECT_TRUE(supports_disk_quota("btrfs", "", ""));
  EXPECT_FALSE(supports_disk_quota("overlay2", "xfs", "rw,attr2,noquota"));
  EXPECT_FALSE(supports_disk_quota("overlay2", "extfs", "rw,prjquota"));
  EXPECT_FALSE(supports_disk_quota("vfs", "xfs", "prjquota"));
}

TEST(DockerJson, finds_the_mount_that_holds_a_path) {
  const char* mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                       "30 22 8:2 / /var/lib rw,nosuid shared:2 - xfs /dev/sdb1 rw,prjquota\n"
                       "31 22 8:3 / /var/library rw - ext4 /dev/sdc1 ro\nnonsense\n";
  EXPECT_EQ(mount_options_of(mounts, "/var/lib/docker"), "rw,prjquota");
  EXPECT_EQ(mount_options_of(mounts, "/var/library/docker"), "ro");
  EXPECT_EQ(mount_options_of(mounts, "/srv"), "rw");
  EXPECT_EQ(mount_options_of("", "/srv"), "");
}

TEST(DockerJson, reads_of_the_engine_where_its_data_is) {
  EngineStorage storage;
  read_info(*parse_json(R"({"NCPU":2,"Driver":"overlay2","DockerRootDir":"/d","DriverStatus":[["Backing Filesystem","xfs"],["x","y"]]})"), storage);
  EXPECT_EQ(storage.root, "/d");
  EXPECT_EQ(storage.driver, "overlay2");
  EXPECT_EQ(storage.backing, "xfs");
}

TEST(DockerJson, reads_a_container) {
  const auto seen = read_container(
      *parse_json(R"({"Id":"abc","Config":{"Labels":{"causeway.container":"c1"},"Cmd":["a","b"],"Entrypoint":null,
    "Hostname":"h","ExposedPorts":{"443/tcp":{},"80/tcp":{}}},"State":{"Status":"exited","Pid":0,"ExitCode":3,"Error":"",
    "StartedAt":"2026-01-02T03:04:05.123456789Z","FinishedAt":"0001-01-01T00:00:00Z"},"NetworkSettings":{"Networks":{"n1":{}}}})"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->state, domain::EngineState::exited);
  EXPECT_EQ(seen->exit_code, 3);
  EXPECT_EQ(iso_time(seen->started_at, true), "2026-01-02T03:04:05.123456Z");
  EXPECT_EQ(seen->finished_at, Time{});
  EXPECT_EQ(seen->exposed_ports, (std::vector<int>{80, 443}));
  EXPECT_EQ(seen->networks, std::vector<domain::NetworkId>{domain::NetworkId("n1")});
}

TEST(DockerJson, does_not_see_containers_of_others) {
  EXPECT_FALSE(read_container(*parse_json(R"({"Id":"abc","Config":{"Labels":null},"State":{"Status":"running"}})")));
  EXPECT_FALSE(
      read_event(*parse_json(R"({"Type":"container","Action":"die","Actor":{"ID":"x","Attributes":{"name":"y"}}})")));
}

}  // namespace
}  // namespace causeway::adapters
