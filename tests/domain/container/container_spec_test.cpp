#include "causeway/domain/container/container_spec.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/policy/policy.hpp"

namespace causeway::domain {
namespace {

bool everything(std::string_view) { return true; }
bool as_admin(std::string_view rule) {
  Caller who;
  who.roles = {"admin"};
  return Policy().allows(rule, who);
}

Result<ContainerSpec> parse(const std::string& text, SpecContext context = {}) {
  return parse_spec(parse_json(text).value().get_object(), context);
}
/// `{"image": "nginx", <rest>}`
Result<ContainerSpec> parse_with(const std::string& rest, SpecContext context = {}) {
  return parse(R"({"image":"nginx",)" + rest + "}", context);
}

TEST(ContainerSpec, reads_what_the_stock_client_sends) {
  const auto spec = parse(
      R"({"name":"web","image":"nginx","memory":"128","cpu":"0.5","environment":{"A":"1"},"labels":{},"auto_remove":false,
                              "command":["sh","-c","sleep 9"],"hints":{},"nets":[{"network":"net1","v4-fixed-ip":"10.0.0.9"}],"mounts":[],
                              "restart_policy":{"Name":"on-failure","MaximumRetryCount":"3"},"interactive":true,"tty":true,
                              "healthcheck":{"cmd":"true","interval":5,"retries":3,"timeout":2},"disk":20,"security_groups":["default"]})");
  ASSERT_TRUE(spec) << spec.error().describe();
  EXPECT_EQ(spec->name, "web");
  EXPECT_EQ(spec->memory_mib, 128);
  EXPECT_EQ(spec->cpu, 0.5);
  EXPECT_EQ(spec->disk_gib, 20);
  EXPECT_EQ(spec->environment.at("A"), "1");
  EXPECT_EQ(spec->command, (std::vector<std::string>{"sh", "-c", "sleep 9"}));
  ASSERT_EQ(spec->nets.size(), 1U);
  EXPECT_EQ(spec->nets[0].network, "net1");
  EXPECT_EQ(spec->nets[0].fixed_ip_v4->to_string(), "10.0.0.9");
  EXPECT_EQ(spec->restart_policy.maximum_retry_count, 3);
  EXPECT_EQ(spec->healthcheck->test, "true");
  EXPECT_TRUE(spec->interactive && spec->tty);
}

TEST(ContainerSpec, what_is_not_given_stays_open) {
  const auto spec =
      parse(R"({"image":"nginx","command":[],"hints":{},"nets":[],"mounts":[],"name":null,"memory":null,"cpu":null})");
  ASSERT_TRUE(spec);
  EXPECT_TRUE(spec->name.empty() && spec->command.empty() && spec->nets.empty() && spec->image_driver.empty());
  EXPECT_FALSE(spec->memory_mib || spec->cpu || spec->disk_gib);
  EXPECT_EQ(spec->restart_policy.name, "no");
}

struct Bad {
  const char* rest;
  const char* field;
};
class RefusedFields : public ::testing::TestWithParam<Bad> {};
TEST_P(RefusedFields, are_named_in_the_error) {
  const auto spec = parse_with(GetParam().rest, {40, everything});
  ASSERT_FALSE(spec) << GetParam().rest;
  EXPECT_EQ(spec.error().code, Code::invalid);
  EXPECT_EQ(spec.error().field, GetParam().field) << spec.error().describe();
  EXPECT_NE(spec.error().message.find(GetParam().field), std::string::npos) << spec.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    ContainerSpec, RefusedFields,
    ::testing::Values(Bad{R"("bogus":1)", "bogus"}, Bad{R"("name":"-x")", "name"}, Bad{R"("name":"a")", "name"},
                      Bad{R"("name":7)", "name"}, Bad{R"("cpu":"0.05")", "cpu"}, Bad{R"("cpu":17)", "cpu"},
                      Bad{R"("cpu":"1e1")", "cpu"}, Bad{R"("cpu":true)", "cpu"}, Bad{R"("memory":"3")", "memory"},
                      Bad{R"("memory":8193)", "memory"}, Bad{R"("memory":"64m")", "memory"},
                      Bad{R"("memory":512.5)", "memory"}, Bad{R"("disk":0)", "disk"}, Bad{R"("disk":"161")", "disk"},
                      Bad{R"("cpu_policy":null)", "cpu_policy"}, Bad{R"("command":"ls")", "command"},
                      Bad{R"("command":[{}])", "command"}, Bad{R"("auto_remove":"true")", "auto_remove"},
                      Bad{R"("tty":null)", "tty"}, Bad{R"("interactive":"yes")", "interactive"},
                      Bad{R"("image_pull_policy":"sometimes")", "image_pull_policy"},
                      Bad{R"("image_driver":"s3")", "image_driver"}, Bad{R"("labels":{"a":["x","y"]})", "labels"},
                      Bad{R"("environment":[])", "environment"}, Bad{R"("environment":{"a=b":"c"})", "environment"},
                      Bad{R"("hostname":null)", "hostname"}, Bad{R"("hostname":"a b")", "hostname"},
                      Bad{R"("restart_policy":{"MaximumRetryCount":1})", "restart_policy"},
                      Bad{R"("restart_policy":{"Name":"always","MaximumRetryCount":"1"})", "restart_policy"},
                      Bad{R"("restart_policy":{"Name":"no","Other":1})", "restart_policy"},
                      Bad{R"("restart_policy":{"Name":"never"})", "Name"},
                      Bad{R"("restart_policy":{"Name":"always"},"auto_remove":true)", "auto_remove"},
                      Bad{R"("nets":[{"network":"a","port":"b"}])", "nets"}, Bad{R"("nets":[{}])", "nets"},
                      Bad{R"("nets":[{"network":"a","x":1}])", "nets"},
                      Bad{R"("nets":[{"network":"a","v4-fixed-ip":"fe80::1"}])", "v4-fixed-ip"},
                      Bad{R"("nets":[{"network":"a","v6-fixed-ip":"10.0.0.1"}])", "v6-fixed-ip"},
                      Bad{R"("nets":{})", "nets"}, Bad{R"("security_groups":[""])", "security_groups"},
                      Bad{R"("exposed_ports":["80"])", "exposed_ports"}, Bad{R"("exposed_ports":{"80/sctp":{}})", "exposed_ports"},
                      Bad{R"("exposed_ports":{"0":{}})", "exposed_ports"}, Bad{R"("exposed_ports":{"65536":{}})", "exposed_ports"},
                      Bad{R"("exposed_ports":{"-1":{}})", "exposed_ports"}, Bad{R"("exposed_ports":{"http":{}})", "exposed_ports"},
                      Bad{R"("exposed_ports":{"80/":{}})", "exposed_ports"},
                      Bad{R"("exposed_ports":{},"security_groups":[])", "exposed_ports"},
                      Bad{R"("mounts":{})", "mounts"}, Bad{R"("mounts":[{}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v1"}])", "mounts"}, Bad{R"("mounts":[{"destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v1","destination":"d"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v1","destination":"/"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v1","destination":"/a/../b"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"../etc","destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"/etc","destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v","destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"type":"tmpfs","source":"v1","destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"type":"bind","source":"/etc/passwd!","destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"type":"bind","size":1,"destination":"/d"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v1","destination":"/d","mode":"ro"}])", "mounts"},
                      Bad{R"("mounts":[{"source":"v1","destination":"/d"},{"source":"v2","destination":"/d/"}])", "mounts"},
                      Bad{R"("mounts":[{"size":"0","destination":"/d"}])", "size"},
                      Bad{R"("mounts":[{"source":7,"destination":"/d"}])", "source"},
                      Bad{R"("registry":"x")", "registry"}, Bad{R"("registry":null)", "registry"},
                      Bad{R"("healthcheck":{"interval":1})", "healthcheck"},
                      Bad{R"("healthcheck":{"cmd":"x","retries":-1})", "retries"}, Bad{R"("image":"-")", "image"}));

TEST(ContainerSpec, needs_an_image) {
  const auto spec = parse("{}");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().message, "'image' is a required property");
}

TEST(ContainerSpec, each_field_is_taken_from_its_version_on) {
  const std::map<std::string_view, const char*> samples{
      {"entrypoint", R"(["a"])"}, {"runtime", R"("runc")"}, {"auto_remove", "true"}, {"exposed_ports", "{}"},
      {"mounts", "[]"},           {"hostname", R"("h")"},   {"healthcheck", "{}"},   {"host", R"("h1")"},
      {"privileged", "false"},    {"registry", R"("reg")"}};
  int gated = 0;
  for (const auto& field : create_fields()) {
    if (field.since == 1) continue;
    ++gated;
    ASSERT_TRUE(samples.contains(field.name)) << field.name;
    const std::string rest = fmt::format("\"{}\":{}", field.name, samples.at(field.name));
    const auto below = parse_with(rest, {field.since - 1, everything});
    ASSERT_FALSE(below) << field.name;
    EXPECT_EQ(below.error().field, field.name);
    EXPECT_EQ(below.error().reason, field.below == BelowVersion::names_version ? "microversion.param" : "field.unknown")
        << field.name;
    const auto at = parse_with(rest, {field.since, everything});
    if (!at)
      EXPECT_EQ(at.error().reason, "policy.denied") << at.error().describe();
  }
  EXPECT_EQ(gated, 10);
}

TEST(ContainerSpec, says_from_which_version_on_in_the_words_of_zun) {
  const auto spec = parse_with(R"("hostname":"h")", {8});
  ASSERT_FALSE(spec);
  EXPECT_EQ(
      spec.error().message,
      "Invalid param hostname because current request version is 1.8. hostname is only supported from version 1.9");
}

TEST(ContainerSpec, some_choices_are_for_administrators_and_privilege_is_for_nobody) {
  for (const char* rest : {R"("runtime":"runc")", R"("image_pull_policy":"always")", R"("host":"h1")"}) {
    const auto user = parse_with(rest, {40});
    ASSERT_FALSE(user) << rest;
    EXPECT_EQ(user.error().code, Code::forbidden);
    EXPECT_TRUE(parse_with(rest, {40, as_admin})) << rest;
  }
  for (const char* rest : {R"("privileged":false)", R"("privileged":true)"}) {
    EXPECT_EQ(parse_with(rest, {40}).error().code, Code::forbidden);
    const auto admin = parse_with(rest, {40, as_admin});
    ASSERT_FALSE(admin);
    EXPECT_EQ(admin.error().message, "Policy doesn't allow container:create:privileged to be performed.");
    EXPECT_TRUE(parse_with(rest, {40, everything})) << "where the operator allows it";
  }
}

TEST(ContainerSpec, privilege_may_be_given_to_administrators) {
  const auto policy = Policy::with({{"container:create:privileged", "admin"}}).value();
  const auto asked = [&](const char* rest, bool admin) {
    Caller who;
    who.roles = {admin ? "admin" : "member"};
    return parse_with(rest, {40, [&](std::string_view rule) { return policy.allows(rule, who); }});
  };
  EXPECT_TRUE(asked(R"("privileged":"True")", true).value().privileged);
  EXPECT_FALSE(asked(R"("privileged":false)", true).value().privileged);
  EXPECT_EQ(asked(R"("privileged":false)", false).error().code, Code::forbidden);
}

TEST(ContainerSpec, reads_mounts_of_each_kind) {
  const auto spec = parse_with(R"("mounts":[{"type":"bind","source":"aGVsbG8=","destination":"/etc/motd"},
      {"source":"data.v1","destination":"/data/"},{"type":"volume","size":"2","source":"","destination":"/own"}])");
  ASSERT_TRUE(spec) << spec.error().describe();
  ASSERT_EQ(spec->mounts.size(), 3U);
  EXPECT_EQ(spec->mounts[0].content, "aGVsbG8=");
  EXPECT_EQ(spec->mounts[0].destination, "/etc/motd");
  EXPECT_EQ(spec->mounts[1].type, "volume");
  EXPECT_EQ(spec->mounts[1].source, "data.v1");
  EXPECT_EQ(spec->mounts[1].destination, "/data");
  EXPECT_TRUE(spec->mounts[2].source.empty());
  EXPECT_EQ(spec->mounts[2].size_gib, 2);
}

TEST(ContainerSpec, says_that_there_is_no_block_storage) {
  const auto spec = parse_with(R"("mounts":[{"source":"11111111-2222-4333-8444-555555555555","destination":"/d"}])");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().reason, "mount.no_block_storage");
  EXPECT_EQ(spec.error().field, "mounts");
}

TEST(ContainerSpec, files_and_mounts_are_bounded) {
  const auto file = [](std::size_t bytes, const char* where) {
    return fmt::format(R"({{"type":"bind","source":"{}","destination":"{}"}})", std::string(bytes, 'A'), where);
  };
  EXPECT_TRUE(parse_with(fmt::format(R"("mounts":[{}])", file(256 << 10, "/a"))));
  EXPECT_EQ(parse_with(fmt::format(R"("mounts":[{},{}])", file(256 << 10, "/a"), file(4, "/b"))).error().field, "mounts");
  std::string many;
  for (int i = 0; i < 17; ++i) many += fmt::format(R"({}{{"size":1,"destination":"/v{}"}})", i == 0 ? "" : ",", i);
  EXPECT_EQ(parse_with(fmt::format(R"("mounts":[{}])", many)).error().field, "mounts");
}

TEST(ContainerSpec, reads_exposed_ports_with_and_without_a_protocol) {
  const auto spec = parse_with(R"("exposed_ports":{"80":{},"443/tcp":{},"53/udp":null})");
  ASSERT_TRUE(spec) << spec.error().describe();
  ASSERT_EQ(spec->exposed_ports.size(), 3U);
  EXPECT_EQ(spec->exposed_ports[0].port, 80);
  EXPECT_EQ(spec->exposed_ports[0].protocol, "tcp");
  EXPECT_EQ(spec->exposed_ports[2].port, 53);
  EXPECT_EQ(spec->exposed_ports[2].protocol, "udp");
  EXPECT_TRUE(parse_with(R"("exposed_ports":null,"mounts":null)").value().exposed_ports.empty());
}

TEST(ContainerSpec, words_for_booleans_mean_what_they_say) {
  const auto spec = parse_with(R"("tty":"false","auto_heal":"False","interactive":"True")");
  ASSERT_TRUE(spec);
  EXPECT_FALSE(spec->tty || spec->auto_heal);
  EXPECT_TRUE(spec->interactive);
}

TEST(ContainerSpec, pull_policies_may_be_capitalised) {
  for (const char* word : {"Never", "Always", "IfNotPresent", "never", "always", "ifnotpresent"}) {
    const auto spec = parse_with(fmt::format(R"("image_pull_policy":"{}")", word), {40, everything});
    ASSERT_TRUE(spec) << word;
    EXPECT_TRUE(spec->image_pull_policy == "never" || spec->image_pull_policy == "always" || spec->image_pull_policy == "ifnotpresent");
  }
}

TEST(ContainerSpec, the_terminal_follows_the_version) {
  const auto tty = [](const char* rest, int minor) { return parse_with(rest, {minor}).value().tty; };
  EXPECT_FALSE(tty(R"("interactive":true)", 19));
  EXPECT_TRUE(tty(R"("interactive":true)", 20));
  EXPECT_FALSE(tty(R"("interactive":false,"tty":true)", 35));
  EXPECT_TRUE(tty(R"("tty":true)", 35));
  EXPECT_FALSE(tty(R"("interactive":true)", 36));
  EXPECT_TRUE(tty(R"("tty":"true")", 40));
}

TEST(ContainerSpec, the_command_was_a_line_before_it_was_a_list) {
  EXPECT_EQ(parse_with(R"("command":"\"ls\" \"-l x\"")", {19})->command,
            (std::vector<std::string>{"ls", "-l x"}));
  EXPECT_FALSE(parse_with(R"("command":["ls"])", {19}));
  EXPECT_EQ(parse_with(R"("command":["sleep",3])")->command, (std::vector<std::string>{"sleep", "3"}));
}

TEST(ContainerUpdate, takes_name_auto_heal_and_size_and_says_what_it_cannot_do) {
  const auto parse_text = [](const char* text) { return parse_update(parse_json(text).value().get_object()); };
  const auto update = parse_text(R"({"name":"new","auto_heal":true})");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->name, "new");
  EXPECT_EQ(update->auto_heal, true);
  EXPECT_TRUE(parse_text("{}"));
  EXPECT_EQ(parse_text(R"({"cpu":"0.5"})")->cpu, 0.5);
  EXPECT_EQ(parse_text(R"({"memory":"64"})")->memory_mib, 64);
  EXPECT_FALSE(parse_text(R"({"memory":null,"cpu":null})")->resizes());
  EXPECT_EQ(parse_text(R"({"cpu":17})").error().field, "cpu");
  EXPECT_EQ(parse_text(R"({"memory":"64M"})").error().field, "memory");
  EXPECT_EQ(parse_text(R"({"memory":3})").error().field, "memory");
  EXPECT_EQ(parse_text(R"({"image":"x"})").error().reason, "field.unknown");
  EXPECT_EQ(parse_text(R"({"name":"*"})").error().field, "name");
}

}  // namespace
}  // namespace causeway::domain
