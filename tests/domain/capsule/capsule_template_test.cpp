#include <gtest/gtest.h>

#include "causeway/domain/capsule/capsule_template.hpp"

namespace causeway::domain {
namespace {

constexpr const char* full = R"({
  "kind": "Capsule", "capsuleVersion": "Beta", "restartPolicy": "anything", "availabilityZone": "nova",
  "metadata": {"name": "shop", "labels": {"app": "shop", "tier": 1}, "annotations": {"note": "x"}, "more": true},
  "spec": {
    "restartPolicy": "OnFailure", "unknown": [1],
    "volumes": [{"name": "data", "cinder": {"size": 3, "autoRemove": true}}, {"name": "tmp", "emptyDir": {}}, {"name": "v3"}],
    "initContainers": [{"image": "busybox", "anything": 1, "command": ["sh", "-c", "true"],
                        "resources": {"requests": {"memory": "128"}, "limits": {}}}],
    "containers": [
      {"image": "nginx", "name": "web", "command": ["/bin/sh"], "args": ["-c", 5], "env": {"A": "b", "N": 1},
       "resources": {"requests": {"cpu": "0.5", "memory": 256}}, "workDir": "/srv", "imagePullPolicy": "IfNotPresent",
       "ports": [{"containerPort": 80}, {"containerPort": "53", "hostPort": 53, "name": "dns", "protocol": "UDP"}],
       "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": true}, {"name": "tmp", "mountPath": "/tmp2"}],
       "stdin": true, "tty": "True"},
      {"image": "redis"}]}})";

Json parsed(const std::string& text) { return parse_json(text).value(); }
/// An administrator, for whom every rule holds, or somebody for whom none does.
SpecContext of(bool admin) {
  return {40, [admin](std::string_view) { return admin; }};
}
Result<CapsuleSpec> parse(const Json& value, bool admin = true) {
  return parse_capsule({{"template", value}}, of(admin));
}

TEST(CapsuleTemplate, is_read_whole) {
  const auto spec = parse(parsed(full));
  ASSERT_TRUE(spec) << spec.error().describe();
  EXPECT_EQ(spec->name, "shop");
  EXPECT_EQ(spec->labels.at("tier"), "1");
  EXPECT_EQ(spec->annotations.at("note"), "x");
  EXPECT_EQ(spec->availability_zone, "nova");
  EXPECT_EQ(spec->restart_policy.name, "on-failure");
  EXPECT_EQ(spec->volumes, (std::vector<std::string>{"data", "tmp", "v3"}));
  ASSERT_EQ(spec->containers.size(), 2);
  const auto& web = spec->containers[0];
  EXPECT_EQ(web.image, "nginx");
  EXPECT_EQ(web.command, (std::vector<std::string>{"/bin/sh", "-c", "5"}));
  EXPECT_EQ(web.environment.at("N"), "1");
  EXPECT_EQ(web.cpu, 0.5);
  EXPECT_EQ(web.memory_mib, 256);
  EXPECT_EQ(web.workdir, "/srv");
  EXPECT_EQ(web.pull_policy, "ifnotpresent");
  ASSERT_EQ(web.ports.size(), 2);
  EXPECT_EQ(web.ports[1].port, 53);
  EXPECT_EQ(web.ports[1].protocol, "udp");
  ASSERT_EQ(web.mounts.size(), 2);
  EXPECT_TRUE(web.mounts[0].read_only);
  EXPECT_FALSE(web.mounts[1].read_only);
  EXPECT_TRUE(web.interactive);
  EXPECT_TRUE(web.tty);
  EXPECT_FALSE(spec->containers[1].cpu);
  ASSERT_EQ(spec->init_containers.size(), 1);
  EXPECT_EQ(spec->init_containers[0].memory_mib, 128);
}

TEST(CapsuleTemplate, may_come_as_its_text) {
  EXPECT_EQ(parse(Json(full))->name, "shop");
  for (const char* text : {"", "{", "[]", "kind: capsule", "5"}) {
    const auto refused = parse(Json(text));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().reason, "template.bad_json") << text;
  }
}

TEST(CapsuleTemplate, drops_the_pull_policy_of_those_who_may_not_choose) {
  EXPECT_EQ(parse(parsed(full), false)->containers[0].pull_policy, "");
}

TEST(CapsuleTemplate, maps_every_restart_policy) {
  for (const auto& [word, policy] : std::map<std::string, std::string>{
           {R"("Always")", "always"}, {R"("OnFailure")", "on-failure"}, {R"("Never")", "no"}, {"null", "always"}}) {
    const auto spec = parse(parsed(R"({"kind":"capsule","metadata":{},"spec":{"restartPolicy":)" + word +
                                   R"(,"containers":[{"image":"nginx"}]}})"));
    ASSERT_TRUE(spec) << word;
    EXPECT_EQ(spec->restart_policy.name, policy);
  }
}

TEST(CapsuleTemplate, takes_nets_beside_it_or_in_its_spec) {
  const auto nets = parsed(R"([{"network":"net1","v4-fixed-ip":"10.0.0.5"}])");
  const Json plain = parsed(R"({"kind":"capsule","metadata":{},"spec":{"containers":[{"image":"nginx"}]}})");
  const auto beside = parse_capsule({{"template", plain}, {"nets", nets}}, of(false));
  ASSERT_TRUE(beside) << beside.error().describe();
  EXPECT_EQ(beside->nets.front().network, "net1");
  Json with_nets = plain;
  with_nets.as_object()["spec"].as_object()["nets"] = nets;
  EXPECT_EQ(parse(with_nets)->nets.front().network, "net1");
  EXPECT_EQ(parse_capsule({{"template", with_nets}, {"nets", nets}}, of(false)).error().field, "nets");
  EXPECT_EQ(parse_capsule({{"template", plain}, {"nets", "net1"}}, of(false)).error().field, "nets");
}

struct Refused {
  const char* field;
  std::string text;
};
std::string with_spec(const std::string& spec) { return R"({"kind":"capsule","metadata":{},"spec":)" + spec + "}"; }
std::string with_container(const std::string& members) {
  return with_spec(R"({"volumes":[{"name":"v1"}],"containers":[{"image":"nginx"},{)" + members + "}]}");
}
std::string with_init(const std::string& members) {
  return with_spec(R"({"containers":[{"image":"nginx"}],"initContainers":[{)" + members + "}]}");
}
std::string with_volume(const std::string& members) {
  return with_spec(R"({"containers":[{"image":"nginx"}],"volumes":[{)" + members + "}]}");
}

TEST(CapsuleTemplate, refuses_naming_the_path) {
  const std::string spec = R"("spec":{"containers":[{"image":"nginx"}]})";
  const std::vector<Refused> cases{
      {"kind", R"({"metadata":{},)" + spec + "}"},
      {"kind", R"({"kind":"pod","metadata":{},)" + spec + "}"},
      {"kind", R"({"kind":5,"metadata":{},)" + spec + "}"},
      {"metadata", R"({"kind":"capsule",)" + spec + "}"},
      {"metadata", R"({"kind":"capsule","metadata":[],)" + spec + "}"},
      {"metadata.name", R"({"kind":"capsule","metadata":{"name":"-x"},)" + spec + "}"},
      {"metadata.labels", R"({"kind":"capsule","metadata":{"labels":{"a":[]}},)" + spec + "}"},
      {"metadata.annotations", R"({"kind":"capsule","metadata":{"annotations":"x"},)" + spec + "}"},
      {"bogus", R"({"kind":"capsule","bogus":1,"metadata":{},)" + spec + "}"},
      {"nets", R"({"kind":"capsule","nets":[],"metadata":{},)" + spec + "}"},
      {"capsuleVersion", R"({"kind":"capsule","capsuleVersion":"v1","metadata":{},)" + spec + "}"},
      {"availabilityZone", R"({"kind":"capsule","availabilityZone":5,"metadata":{},)" + spec + "}"},
      {"spec", R"({"kind":"capsule","metadata":{}})"},
      {"spec", R"({"kind":"capsule","metadata":{},"spec":"x"})"},
      {"spec.restartPolicy", with_spec(R"({"restartPolicy":"always","containers":[{"image":"nginx"}]})")},
      {"spec.containers", with_spec("{}")},
      {"spec.containers", with_spec(R"({"containers":[]})")},
      {"spec.containers", with_spec(R"({"containers":{}})")},
      {"spec.containers[0]", with_spec(R"({"containers":["nginx"]})")},
      {"spec.containers[1].image", with_container(R"("name":"web")")},
      {"spec.containers[1].image", with_container(R"("image":7)")},
      {"spec.containers[1].image", with_container(R"("image":"x")")},
      {"spec.containers[1].bogus", with_container(R"("image":"nginx","bogus":1)")},
      {"spec.containers[1].name", with_container(R"("image":"nginx","name":"a b")")},
      {"spec.containers[1].command", with_container(R"("image":"nginx","command":"ls")")},
      {"spec.containers[1].args", with_container(R"("image":"nginx","args":[{}])")},
      {"spec.containers[1].env", with_container(R"("image":"nginx","env":["A=b"])")},
      {"spec.containers[1].workDir", with_container(R"("image":"nginx","workDir":5)")},
      {"spec.containers[1].imagePullPolicy", with_container(R"("image":"nginx","imagePullPolicy":"Sometimes")")},
      {"spec.containers[1].stdin", with_container(R"("image":"nginx","stdin":"perhaps")")},
      {"spec.containers[1].tty", with_container(R"("image":"nginx","tty":1)")},
      {"spec.containers[1].resources.limits", with_container(R"("image":"nginx","resources":{"limits":{}})")},
      {"spec.containers[1].resources.requests.gpu", with_container(R"("image":"nginx","resources":{"requests":{"gpu":1}})")},
      {"spec.containers[1].resources.requests.cpu", with_container(R"("image":"nginx","resources":{"requests":{"cpu":17}})")},
      {"spec.containers[1].resources.requests.memory",
       with_container(R"("image":"nginx","resources":{"requests":{"memory":"1Gi"}})")},
      {"spec.containers[1].ports[0].containerPort", with_container(R"("image":"nginx","ports":[{}])")},
      {"spec.containers[1].ports[0].containerPort", with_container(R"("image":"nginx","ports":[{"containerPort":65536}])")},
      {"spec.containers[1].ports[0].hostPort", with_container(R"("image":"nginx","ports":[{"containerPort":1,"hostPort":0}])")},
      {"spec.containers[1].ports[0].protocol", with_container(R"("image":"nginx","ports":[{"containerPort":1,"protocol":"tcp"}])")},
      {"spec.containers[1].ports[0].bogus", with_container(R"("image":"nginx","ports":[{"containerPort":1,"bogus":0}])")},
      {"spec.containers[1].volumeMounts[0].name", with_container(R"("image":"nginx","volumeMounts":[{"mountPath":"/x"}])")},
      {"spec.containers[1].volumeMounts[0].name",
       with_container(R"("image":"nginx","volumeMounts":[{"name":"other","mountPath":"/x"}])")},
      {"spec.containers[1].volumeMounts[0].mountPath", with_container(R"("image":"nginx","volumeMounts":[{"name":"v1"}])")},
      {"spec.containers[1].volumeMounts[0].mountPath",
       with_container(R"("image":"nginx","volumeMounts":[{"name":"v1","mountPath":"x"}])")},
      {"spec.containers[1].volumeMounts[1].mountPath",
       with_container(R"("image":"nginx","volumeMounts":[{"name":"v1","mountPath":"/x"},{"name":"v1","mountPath":"/x"}])")},
      {"spec.containers[1].volumeMounts[0].readOnly",
       with_container(R"("image":"nginx","volumeMounts":[{"name":"v1","mountPath":"/x","readOnly":"x"}])")},
      {"spec.initContainers[0].image", with_init(R"("bogus":1)")},
      {"spec.initContainers[0].command", with_init(R"("image":"nginx","command":"ls")")},
      {"spec.initContainers", with_spec(R"({"containers":[{"image":"nginx"}],"initContainers":5})")},
      {"spec.volumes[0].name", with_volume("")},
      {"spec.volumes[0].name", with_volume(R"("name":"../x")")},
      {"spec.volumes[0].bogus", with_volume(R"("name":"v1","bogus":1)")},
      {"spec.volumes[0].cinder.volumeID", with_volume(R"("name":"v1","cinder":{"volumeID":"x"})")},
      {"spec.volumes[0].cinder.size", with_volume(R"("name":"v1","cinder":{"size":"big"})")},
      {"spec.volumes[0].cinder.autoRemove", with_volume(R"("name":"v1","cinder":{"size":1,"autoRemove":false})")},
      {"spec.volumes[1].name", with_spec(R"({"containers":[{"image":"nginx"}],"volumes":[{"name":"v1"},{"name":"v1"}]})")},
  };
  for (const auto& [field, text] : cases) {
    const auto refused = parse(parsed(text));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, Code::invalid) << text;
    EXPECT_EQ(refused.error().field, field) << text << ": " << refused.error().message;
    EXPECT_NE(refused.error().message.find(field), std::string::npos) << refused.error().message;
  }
}

TEST(CapsuleTemplate, bounds_what_can_be_many) {
  std::string many;
  for (std::size_t i = 0; i <= max_capsule_containers; ++i) many += std::string(i == 0 ? "" : ",") + R"({"image":"nginx"})";
  EXPECT_EQ(parse(parsed(with_spec(R"({"containers":[)" + many + "]}"))).error().field, "spec.containers");
  const auto half = many.substr(0, many.size() - 18);
  EXPECT_EQ(parse(parsed(with_spec(R"({"containers":[)" + half + R"(],"initContainers":[{"image":"nginx"}]})"))).error().field,
            "spec.initContainers");
}

TEST(CapsuleTemplate, is_required_and_alone_but_for_nets) {
  EXPECT_EQ(parse_capsule({}, of(false)).error().field, "template");
  EXPECT_EQ(parse_capsule({{"template", nullptr}}, of(false)).error().field, "template");
  EXPECT_EQ(parse_capsule({{"template", JsonArray()}}, of(false)).error().field, "template");
  EXPECT_EQ(parse_capsule({{"template", parsed(full)}, {"more", 1}}, of(false)).error().field, "more");
}

}  // namespace
}  // namespace causeway::domain
