#include <gtest/gtest.h>

#include <map>
#include <set>

#include "causeway/domain/container/container_spec.hpp"

/// Every field of a create: what it takes, and what it refuses by name. Row for row the table of the container API.
namespace causeway::domain {
namespace {

struct Forms {
  std::vector<std::string> good;
  std::vector<std::string> bad;
  std::string named = {};  ///< the member that the error names, where it is not the field itself
};

std::string text_of(std::size_t length) { return "\"" + std::string(length, 'a') + "\""; }
const std::vector<std::string> no_object{"7", "true", R"("text")", "[]"};
const std::vector<std::string> no_list{"7", "true", R"("text")", "{}"};

std::vector<std::string> with(std::vector<std::string> list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

const Forms flag{{"true", "false", R"("True")", R"("true")", R"("False")", R"("false")"},
                 {"null", "1", "0", R"("yes")", R"("TRUE")", R"("")", "[]", "{}"}};
const Forms any_text{{R"("/srv")", R"("")", "null"}, {"7", "true", "[]", "{}", R"("a\u0000b")"}};
const Forms host_name{{R"("h")", R"("web-1.example_com")"},
                      {"null", R"("")", R"("a b")", R"("a/b")", R"("ä")", "7", "[]"}};
const Forms dictionary{{"{}", "null", R"({"a":"b"})", R"({"a":1})", R"({"a":""})"},
                       with({R"({"a":["x"]})", R"({"a":{}})", R"({"a":null})", R"({"":"b"})"}, no_object)};

/// By field; every one of create_fields() is here.
const std::map<std::string, Forms>& table() {
  static const std::map<std::string, Forms> forms{
      {"image", {{R"("nginx")", R"("registry:5000/team/app:1.2")", text_of(255)}, {"null", R"("a")", R"("")", R"("--")", "7", "[]", text_of(256)}}},
      {"name", {{R"("web")", R"("w1._-")", "null", R"("")", text_of(255)},
                {R"("a")", R"("-web")", R"(".web")", R"("we b")", R"("w/b")", R"("wéb")", "7", "true", "[]", text_of(256)}}},
      {"command", {{R"(["ls","-l"])", "[]", "null", "[1,true]"}, {R"("ls -l")", "{}", "7", "[{}]", "[[]]", "[null]"}}},
      {"entrypoint", {{R"(["sh"])", "[]", "null"}, {R"("sh")", "{}", "7", "[{}]"}}},
      {"cpu", {{"1", "0.1", "16.0", R"("0.5")", R"("16")", "null"},
               {"0.05", "16.5", "0", "-1", R"("")", R"("1e1")", R"("one")", R"("-1")", R"("1.2.3")", "true", "[]", "{}"}}},
      {"cpu_policy", {{R"("dedicated")", R"("shared")"}, {"null", R"("fast")", R"("")", "7", "[]"}}},
      {"memory", {{"4", R"("512")", "8192", "null"}, {"3", "8193", R"("3")", R"("64m")", R"("")", "512.5", "512.0", R"("512.0")", "-4", "true", "[]", R"("99999999999999999999")"}}},
      {"disk", {{"1", R"("160")", "null"}, {"0", "161", R"("x")", "1.5", "true", "{}", "-1"}}},
      {"workdir", any_text},
      {"runtime", {{R"("runc")", R"("")", "null"}, {"7", "true", "[]", text_of(33)}}},
      {"auto_remove", {{"true", "false", "null"}, {R"("true")", "1", "[]", "{}"}}},
      {"image_pull_policy", {{R"("never")", R"("always")", R"("ifnotpresent")", R"("Never")", R"("Always")", R"("IfNotPresent")", "null"},
                             {R"("sometimes")", R"("NEVER")", R"("")", "7", "[]"}}},
      {"image_driver", {{R"("glance")", R"("docker")", R"("None")", "null"}, {R"("s3")", R"("")", R"("none")", "7", "[]"}}},
      {"labels", dictionary},
      {"hints", {{"{}", "null", R"({"label:disk":"ssd"})"}, no_object}},
      {"environment", {dictionary.good, with({R"({"A=B":"c"})"}, dictionary.bad)}},
      {"restart_policy", {{"null", R"({"Name":"no"})", R"({"Name":"always"})", R"({"Name":"unless-stopped","MaximumRetryCount":0})",
                           R"({"Name":"on-failure","MaximumRetryCount":"3"})", R"({"Name":"on-failure","MaximumRetryCount":null})"},
                          with({"{}", R"({"MaximumRetryCount":1})", R"({"Name":"always","MaximumRetryCount":1})",
                                R"({"Name":"unless-stopped","MaximumRetryCount":"2"})", R"({"Name":"no","Delay":1})"}, no_object)}},
      {"restart_policy.Name", {{}, {R"({"Name":"never"})", R"({"Name":null})", R"({"Name":7})"}, "Name"}},
      {"restart_policy.MaximumRetryCount",
       {{}, {R"({"Name":"on-failure","MaximumRetryCount":-1})", R"({"Name":"on-failure","MaximumRetryCount":"x"})", R"({"Name":"on-failure","MaximumRetryCount":1.5})"}, "MaximumRetryCount"}},
      {"interactive", flag},
      {"tty", flag},
      {"auto_heal", flag},
      {"privileged", flag},
      {"security_groups", {{"[]", "null", R"(["default","web"])", "[" + text_of(255) + "]"}, with({R"([""])", "[" + text_of(256) + "]", "[{}]"}, no_list)}},
      {"exposed_ports", {{"{}", "null"}, no_object}},
      {"nets", {{"[]", "null", R"([{"network":"n"}])", R"([{"port":"p"}])", R"([{"network":"n","v4-fixed-ip":"10.0.0.9","v6-fixed-ip":"fd00::9"}])"},
                with({"[7]", "[{}]", R"([{"network":"n","port":"p"}])", R"([{"v4-fixed-ip":"10.0.0.9"}])", R"([{"network":"n","mac":"x"}])"}, no_list)}},
      {"nets.network", {{}, {R"([{"network":""}])", R"([{"network":7}])", R"([{"network":)" + text_of(256) + "}]"}, "network"}},
      {"nets.port", {{}, {R"([{"port":""}])", R"([{"port":null}])"}, "port"}},
      {"nets.v4", {{}, {R"([{"network":"n","v4-fixed-ip":"10.0.0"}])", R"([{"network":"n","v4-fixed-ip":"fd00::9"}])", R"([{"network":"n","v4-fixed-ip":7}])"}, "v4-fixed-ip"}},
      {"nets.v6", {{}, {R"([{"network":"n","v6-fixed-ip":"10.0.0.9"}])", R"([{"network":"n","v6-fixed-ip":"fd00::zz"}])"}, "v6-fixed-ip"}},
      {"mounts", {{"[]", "null"}, no_list}},
      {"hostname", {host_name.good, with(host_name.bad, {text_of(64)})}},
      {"availability_zone", {{R"("nova")", "null"}, {R"("")", "7", "[]", text_of(256)}}},
      {"healthcheck", {{"{}", "null", R"({"cmd":"true"})", R"({"cmd":"true","interval":5,"retries":"3","timeout":2})", R"({"cmd":"true","other":1})"},
                       with({R"({"interval":1})", R"({"cmd":""})"}, no_object)}},
      {"healthcheck.cmd", {{}, {R"({"cmd":7})", R"({"cmd":["true"]})"}, "cmd"}},
      {"healthcheck.interval", {{}, {R"({"cmd":"x","interval":-1})", R"({"cmd":"x","interval":"1s"})", R"({"cmd":"x","interval":99999999})"}, "interval"}},
      {"healthcheck.retries", {{}, {R"({"cmd":"x","retries":1.5})", R"({"cmd":"x","retries":-1})"}, "retries"}},
      {"healthcheck.timeout", {{}, {R"({"cmd":"x","timeout":true})", R"({"cmd":"x","timeout":"soon"})"}, "timeout"}},
      {"registry", {{}, {"null", R"("")", R"("a")", R"("-reg")", "7", "[]", text_of(256)}}},
      {"host", {host_name.good, with(host_name.bad, {text_of(256)})}},
  };
  return forms;
}

std::string field_of(const std::string& row) { return row.substr(0, row.find('.')); }

Result<ContainerSpec> create(const std::string& field, const std::string& value, int minor = 40) {
  const auto image = field == "image" ? std::string() : std::string(R"("image":"nginx",)");
  const auto body = parse_json("{" + image + "\"" + field + "\":" + value + "}");
  if (!body) return std::unexpected(body.error());
  return parse_spec(body->get_object(), {minor, [](std::string_view) { return true; }});
}

TEST(CreateFields, the_table_has_every_field) {
  std::set<std::string> in_table, declared;
  for (const auto& [row, forms] : table()) in_table.insert(field_of(row));
  for (const auto& field : create_fields()) declared.insert(std::string(field.name));
  EXPECT_EQ(in_table, declared);
}

TEST(CreateFields, take_their_forms) {
  for (const auto& [row, forms] : table()) {
    for (const auto& value : forms.good) {
      const auto spec = create(field_of(row), value);
      EXPECT_TRUE(spec) << row << ": " << value << ": " << spec.error().describe();
    }
  }
}

TEST(CreateFields, refuse_everything_else_by_name) {
  for (const auto& [row, forms] : table()) {
    const auto& name = forms.named.empty() ? row : forms.named;
    for (const auto& value : forms.bad) {
      const auto spec = create(field_of(row), value);
      ASSERT_FALSE(spec) << row << ": " << value;
      EXPECT_EQ(spec.error().code, Code::invalid) << row << ": " << value << ": " << spec.error().describe();
      EXPECT_EQ(spec.error().field, name) << row << ": " << value << ": " << spec.error().describe();
      EXPECT_NE(spec.error().message.find(name), std::string::npos) << spec.error().message;
      EXPECT_LT(spec.error().message.size(), 400U) << "an error does not repeat what a tenant sends";
    }
  }
}

TEST(CreateFields, lists_and_objects_are_bounded) {
  const auto repeat = [](int times, auto item) {
    std::string out;
    for (int i = 0; i < times; ++i) out += (i == 0 ? "" : ",") + item(i);
    return out;
  };
  const auto members = [&](int n) { return "{" + repeat(n, [](int i) { return fmt::format(R"("k{}":"v")", i); }) + "}"; };
  const auto words = [&](int n) { return "[" + repeat(n, [](int i) { return fmt::format(R"("w{}")", i); }) + "]"; };
  const auto nets = [&](int n) { return "[" + repeat(n, [](int i) { return fmt::format(R"({{"network":"n{}"}})", i); }) + "]"; };
  for (const char* field : {"labels", "hints", "environment"}) {
    EXPECT_TRUE(create(field, members(256))) << field;
    EXPECT_EQ(create(field, members(257)).error().field, field);
  }
  EXPECT_EQ(create("command", words(1025)).error().field, "command");
  EXPECT_EQ(create("entrypoint", words(1025)).error().field, "entrypoint");
  EXPECT_EQ(create("security_groups", words(33)).error().field, "security_groups");
  EXPECT_EQ(create("nets", nets(17)).error().field, "nets");
}

TEST(CreateFields, a_field_that_is_newer_than_the_request_is_refused_whatever_its_value) {
  for (const auto& field : create_fields()) {
    if (field.since == 1) continue;
    for (const char* value : {"null", "7", R"("x")"}) {
      const auto spec = create(std::string(field.name), value, field.since - 1);
      ASSERT_FALSE(spec) << field.name;
      EXPECT_EQ(spec.error().field, field.name);
      EXPECT_EQ(spec.error().reason, field.below == BelowVersion::names_version ? "microversion.param" : "field.unknown");
    }
  }
}

TEST(CreateFields, the_command_is_one_line_until_1_19) {
  EXPECT_TRUE(create("command", R"("ls -l")", 19));
  EXPECT_TRUE(create("command", "null", 19));
  for (const char* value : {R"(["ls"])", "{}", "7"}) EXPECT_EQ(create("command", value, 19).error().field, "command") << value;
}

}  // namespace
}  // namespace causeway::domain
