#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/domain/container/container.hpp"
#include "causeway/domain/network/address.hpp"

/// What a user may ask for when creating or changing a container. A spec that exists is valid.
namespace causeway::domain {

/// One entry of `nets`: exactly one of network and port, each an id or a name.
struct RequestedNet {
  std::string network;
  std::string port;
  std::optional<IpAddress> fixed_ip_v4, fixed_ip_v6;
};

struct ContainerSpec {
  std::string name;  ///< "" = make one
  std::string image;
  std::string image_driver;       ///< "" = the region's default
  std::string image_pull_policy;  ///< lower case; "" = the region's default
  std::vector<std::string> command;
  std::vector<std::string> entrypoint;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> hints;
  std::string workdir;
  std::string hostname;
  std::string runtime;
  std::string availability_zone;
  std::string host;
  std::optional<double> cpu;
  std::optional<std::int64_t> memory_mib;
  std::optional<std::int64_t> disk_gib;
  std::optional<std::string> cpu_policy;
  RestartPolicy restart_policy;
  std::optional<Healthcheck> healthcheck;
  bool interactive = false;
  bool tty = false;
  bool auto_remove = false;
  bool auto_heal = false;
  bool privileged = false;
  std::vector<std::string> security_groups;  ///< ids or names
  std::vector<Mount> mounts;
  std::vector<ExposedPort> exposed_ports;
  std::string registry;                      ///< id or name
  std::vector<RequestedNet> nets;            ///< empty = the automatic choice
};

/// In which version of the API ("1.<minor>") it is asked, and which policy rules the caller may use.
struct SpecContext {
  int minor = 40;
  std::function<bool(std::string_view rule)> allows = [](std::string_view) { return false; };
};

/// What a version below `since` says to a field that it does not know.
enum class BelowVersion { names_version, unknown_field };

/// One field of the create body, for documentation and tests; how each is read is in container_spec.cpp.
struct SpecField {
  std::string_view name;
  int since;  ///< minor version
  BelowVersion below;
  std::string_view rule = {};  ///< of the policy, for whoever gives it; "" = all who may create
};
std::span<const SpecField> create_fields();

/// Reads the body of a create. invalid with the field's name ("field.unknown", "spec.bad_value", "spec.not_supported",
/// "microversion.param", "field.missing"); forbidden "policy.denied" for what the caller may not choose.
Result<ContainerSpec> parse_spec(const JsonObject& body, const SpecContext& context);

/// What may be changed of an existing container.
struct ContainerUpdate {
  std::optional<std::string> name;
  std::optional<bool> auto_heal;
  std::optional<double> cpu;
  std::optional<std::int64_t> memory_mib;
  bool resizes() const { return cpu || memory_mib; }
};
/// As parse_spec; null and what is absent stay as they are.
Result<ContainerUpdate> parse_update(const JsonObject& body);

}  // namespace causeway::domain
