#include "causeway/domain/capsule/capsule_template.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "causeway/base/encoding.hpp"
#include "causeway/domain/capsule/template_reader.hpp"

namespace causeway::domain {
namespace {

constexpr std::size_t max_ports = 64;
constexpr std::size_t max_mounts = 64;
constexpr std::string_view name_rule =
    "It must begin with a letter or digit and go on with letters, digits, '_', '.' and '-'.";

/// The unchecked ones may hold keys that we do not know, as in Zun.
enum class Keys { closed, open };

template <class T>
struct Word {
  std::string_view name;
  T value;
};
/// The word at `key` among those of the table; none when it is absent.
template <class T, std::size_t N>
Result<std::optional<T>> word_of(const TemplateNode& node, std::string_view key, const std::array<Word<T>, N>& words) {
  const Json* value = node.find(key);
  if (value == nullptr) return std::optional<T>();
  TRY(const auto text, spec::text(node.at(key), *value));
  std::string names;
  for (const auto& word : words) {
    if (word.name == text) return std::optional<T>(word.value);
    names += fmt::format("{}{}", names.empty() ? "" : ", ", word.name);
  }
  return spec::bad_value(node.at(key), *value, fmt::format("It must be one of {}.", names));
}

bool is_absolute(std::string_view path) { return path.starts_with('/') && path.find(':') == std::string_view::npos; }

Result<void> read_resources(const TemplateNode& node, CapsuleContainerSpec& out, Keys keys) {
  TRY(const auto resources, node.child("resources"));
  TRY(const auto requests, resources.child("requests"));
  if (keys == Keys::closed) {
    TRY_VOID(resources.check_closed({"requests"}));
    TRY_VOID(requests.check_closed({"cpu", "memory"}));
  }
  if (const Json* cpu = requests.find("cpu")) {
    TRY(out.cpu, spec::number(requests.at("cpu"), *cpu, 0.1, 16.0));
  }
  if (const Json* memory = requests.find("memory")) {
    TRY(out.memory_mib, spec::integer(requests.at("memory"), *memory, 4, 8192));
  }
  return {};
}

Result<void> read_ports(const TemplateNode& node, CapsuleContainerSpec& out, Keys keys) {
  TRY(const auto ports, node.items("ports", max_ports));
  for (const auto& port : ports) {
    if (keys == Keys::closed) TRY_VOID(port.check_closed({"containerPort", "hostPort", "name", "protocol"}));
    TRY(const Json* number, port.get("containerPort"));
    ExposedPort exposed;
    constexpr std::int64_t last_port = 65535;
    TRY(const auto value, spec::integer(port.at("containerPort"), *number, 1, last_port));
    exposed.port = int(value);
    if (const Json* host_port = port.find("hostPort")) {  // checked and, as in Zun, of no effect: a capsule has addresses
      TRY_VOID(spec::integer(port.at("hostPort"), *host_port, 1, last_port));
    }
    TRY_VOID(port.text("name", {1, 255}));
    constexpr std::array<Word<std::string_view>, 2> protocols{{{"TCP", "tcp"}, {"UDP", "udp"}}};
    TRY(const auto protocol, word_of(port, "protocol", protocols));
    exposed.protocol = protocol.value_or("tcp");
    out.ports.push_back(std::move(exposed));
  }
  return {};
}

Result<void> read_volume_mounts(const TemplateNode& node, CapsuleContainerSpec& out, Keys keys) {
  TRY(const auto mounts, node.items("volumeMounts", max_mounts));
  std::set<std::string> paths;
  for (const auto& mount : mounts) {
    if (keys == Keys::closed) TRY_VOID(mount.check_closed({"name", "mountPath", "readOnly"}));
    VolumeMount made;
    TRY_VOID(mount.get("name"));
    TRY(made.volume, mount.text("name", {2, 255}, spec::is_resource_name, name_rule));
    TRY(const Json* path, mount.get("mountPath"));
    TRY(made.path, spec::text(mount.at("mountPath"), *path, {1, 255}, is_absolute, "It must be an absolute path."));
    TRY(made.read_only, mount.flag("readOnly"));
    if (!paths.insert(made.path).second) return spec::bad_value(mount.at("mountPath"), *path, "It is taken already.");
    out.mounts.push_back(std::move(made));
  }
  return {};
}

Result<CapsuleContainerSpec> read_container(const TemplateNode& node, const SpecContext& context, Keys keys) {
  if (keys == Keys::closed) {
    TRY_VOID(node.check_closed({"image", "name", "command", "args", "resources", "ports", "volumeMounts", "env", "workDir",
                                "imagePullPolicy", "stdin", "tty"}));
  }
  CapsuleContainerSpec out;
  TRY(const Json* image, node.get("image"));
  TRY(out.image, spec::text(node.at("image"), *image, {2, 255}, spec::has_alphanumeric));
  TRY_VOID(node.text("name", {2, 255}, spec::is_resource_name, name_rule));  // checked only: names are made here
  TRY(out.command, node.words("command"));
  TRY(const auto args, node.words("args"));
  out.command.insert(out.command.end(), args.begin(), args.end());
  TRY(out.environment, node.dictionary("env"));
  TRY(out.workdir, node.text("workDir", {0, 255}));
  constexpr std::array<Word<std::string_view>, 6> policies{{{"Always", "always"},
                                                            {"IfNotPresent", "ifnotpresent"},
                                                            {"Never", "never"},
                                                            {"always", "always"},
                                                            {"ifnotpresent", "ifnotpresent"},
                                                            {"never", "never"}}};
  TRY(const auto policy, word_of(node, "imagePullPolicy", policies));
  if (context.allows("container:create:image_pull_policy")) out.pull_policy = policy.value_or("");
  TRY(out.interactive, node.flag("stdin"));
  TRY(out.tty, node.flag("tty"));
  TRY_VOID(read_resources(node, out, keys));
  TRY_VOID(read_ports(node, out, keys));
  TRY_VOID(read_volume_mounts(node, out, keys));
  return out;
}

std::unexpected<Error> no_block_storage(const std::string& path, std::string_view why) {
  return failed(
      fail(Code::invalid, "spec.not_supported", "'{}': there is no block storage service here. {}", path, why).at(path));
}

/// A volume lives on the disk of the capsule's host, and as long as the capsule.
Result<std::string> read_volume(const TemplateNode& node) {
  TRY_VOID(node.check_closed({"name", "cinder", "emptyDir"}));
  TRY_VOID(node.get("name"));
  TRY(auto name, node.text("name", {2, 255}, spec::is_resource_name, name_rule));
  TRY(const auto cinder, node.child("cinder"));
  TRY_VOID(cinder.check_closed({"volumeID", "size", "autoRemove"}));
  if (cinder.find("volumeID") != nullptr) {
    return no_block_storage(cinder.at("volumeID"),
                            "Leave it out: the capsule then gets an empty volume on its host, shared by its containers.");
  }
  if (const Json* size = cinder.find("size")) {
    TRY_VOID(spec::integer(cinder.at("size"), *size, 1, 1 << 20));
  }
  const bool says_keep = cinder.find("autoRemove") != nullptr;
  TRY(const bool removed, cinder.flag("autoRemove"));
  if (says_keep && !removed) {
    return no_block_storage(cinder.at("autoRemove"), "A volume of a capsule goes with the capsule: it must be true.");
  }
  TRY(const auto empty, node.child("emptyDir"));
  TRY_VOID(empty.check_closed({"sizeLimit", "medium"}));
  return name;
}

Result<void> read_volumes(const TemplateNode& spec_node, CapsuleSpec& out) {
  TRY(const auto volumes, spec_node.items("volumes", max_capsule_volumes));
  for (const auto& node : volumes) {
    TRY(auto name, read_volume(node));
    if (std::ranges::find(out.volumes, name) != out.volumes.end()) {
      return spec::bad_value(node.at("name"), Json(name), "Two volumes have this name.");
    }
    out.volumes.push_back(std::move(name));
  }
  return {};
}

Result<std::vector<CapsuleContainerSpec>> read_containers(const TemplateNode& spec_node, std::string_view key,
                                                          const SpecContext& context, Keys keys,
                                                          const std::vector<std::string>& volumes) {
  TRY(const auto nodes, spec_node.items(key, max_capsule_containers));
  std::vector<CapsuleContainerSpec> out;
  for (const auto& node : nodes) {
    TRY(auto container, read_container(node, context, keys));
    for (std::size_t i = 0; i < container.mounts.size(); ++i) {
      const auto& volume = container.mounts[i].volume;
      if (std::ranges::find(volumes, volume) != volumes.end()) continue;
      return spec::bad_value(fmt::format("{}.volumeMounts[{}].name", node.path(), i), Json(volume),
                             "It names no volume of spec.volumes.");
    }
    out.push_back(std::move(container));
  }
  return out;
}

/// As of a container, by the reader of containers.
Result<std::vector<RequestedNet>> read_nets(const Json* beside, const Json* inside, const SpecContext& context) {
  if (beside != nullptr && inside != nullptr) {
    return failed(fail(Code::invalid, "spec.bad_value", "Give nets either beside the template or as spec.nets.").at("nets"));
  }
  const Json* nets = beside != nullptr ? beside : inside;
  if (nets == nullptr) return std::vector<RequestedNet>();
  TRY(auto read, parse_spec({{"image", "any"}, {"nets", *nets}}, context));
  return std::move(read.nets);
}

Result<void> read_metadata(const TemplateNode& root, CapsuleSpec& out) {
  TRY_VOID(root.get("metadata"));
  TRY(const auto metadata, root.child("metadata"));
  if (const Json* name = metadata.find("name"); name != nullptr && !(name->is_string() && name->get_string().empty())) {
    TRY(out.name, metadata.text("name", {2, 255}, spec::is_resource_name, name_rule));
  }
  TRY(out.labels, metadata.dictionary("labels"));
  TRY(out.annotations, metadata.dictionary("annotations"));
  return {};
}

Result<void> read_spec(const TemplateNode& root, const Json* nets, const SpecContext& context, CapsuleSpec& out) {
  TRY_VOID(root.get("spec"));
  TRY(const auto spec_node, root.child("spec"));
  constexpr std::array<Word<std::string_view>, 3> policies{
      {{"Always", "always"}, {"OnFailure", "on-failure"}, {"Never", "no"}}};
  TRY(const auto policy, word_of(spec_node, "restartPolicy", policies));
  if (policy) out.restart_policy.name = *policy;
  TRY_VOID(read_volumes(spec_node, out));
  TRY(const Json* containers, spec_node.get("containers"));
  TRY(out.containers, read_containers(spec_node, "containers", context, Keys::closed, out.volumes));
  if (out.containers.empty()) {
    return spec::bad_value(spec_node.at("containers"), *containers, "A capsule has at least one container.");
  }
  TRY(out.init_containers, read_containers(spec_node, "initContainers", context, Keys::open, out.volumes));
  if (out.containers.size() + out.init_containers.size() > max_capsule_containers) {
    return spec::bad_value(spec_node.at("initContainers"), "...",
                           fmt::format("A capsule has at most {} containers.", max_capsule_containers));
  }
  TRY(out.nets, read_nets(nets, spec_node.find("nets"), context));
  return {};
}

Result<CapsuleSpec> parse_template(const Json& value, const Json* nets, const SpecContext& context) {
  TRY(const auto root, TemplateNode::of(value, ""));
  TRY_VOID(root.check_closed({"kind", "capsuleVersion", "metadata", "spec", "restartPolicy", "availabilityZone"}));
  CapsuleSpec out;
  TRY_VOID(root.get("kind"));
  TRY_VOID(word_of(root, "kind", std::array<Word<bool>, 2>{{{"capsule", true}, {"Capsule", true}}}));
  TRY_VOID(word_of(root, "capsuleVersion", std::array<Word<bool>, 2>{{{"beta", true}, {"Beta", true}}}));
  TRY(out.availability_zone, root.text("availabilityZone", {1, 255}));
  TRY_VOID(read_metadata(root, out));
  TRY_VOID(read_spec(root, nets, context, out));
  return out;
}

}  // namespace

Result<CapsuleSpec> parse_capsule(const JsonObject& body, const SpecContext& context) {
  const TemplateNode root(body, "");
  TRY_VOID(root.check_closed({"template", "nets"}));
  TRY(const Json* value, root.get("template"));
  const Json* nets = root.find("nets");
  if (!value->is_string()) return parse_template(*value, nets, context);
  const auto parsed = parse_json(value->get_string());
  if (!parsed || !parsed->is_object()) {
    return failed(fail(Code::invalid, "template.bad_json", "The template is neither an object nor the JSON text of one.")
                      .at("template"));
  }
  return parse_template(*parsed, nets, context);
}

}  // namespace causeway::domain
