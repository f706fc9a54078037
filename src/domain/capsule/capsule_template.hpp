#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "causeway/domain/container/container_spec.hpp"

/// What a user may write into a capsule's template. A spec that exists is valid. Pure.
namespace causeway::domain {

struct VolumeMount {
  std::string volume;  ///< one of CapsuleSpec::volumes
  std::string path;
  bool read_only = false;
};

/// One entry of containers or initContainers.
struct CapsuleContainerSpec {
  std::string image;
  std::string pull_policy;           ///< lower case; "" = the region's default
  std::vector<std::string> command;  ///< with the arguments behind it
  std::map<std::string, std::string> environment;
  std::string workdir;
  std::optional<double> cpu;
  std::optional<std::int64_t> memory_mib;
  std::vector<ExposedPort> ports;
  std::vector<VolumeMount> mounts;
  bool interactive = false;
  bool tty = false;
};

struct CapsuleSpec {
  std::string name;  ///< may be empty
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::string availability_zone;
  RestartPolicy restart_policy{"always", 0};
  std::vector<std::string> volumes;
  std::vector<CapsuleContainerSpec> containers;       ///< at least one
  std::vector<CapsuleContainerSpec> init_containers;  ///< run before them, one after the other
  std::vector<RequestedNet> nets;                     ///< empty = the automatic choice
};

inline constexpr std::size_t max_capsule_containers = 32;  ///< containers and init containers together
inline constexpr std::size_t max_capsule_volumes = 32;

/// Reads the body of a create: {"template": an object, or its text} and, which is ours, {"nets": as of a container}; a
/// template may name them as spec.nets as well. invalid with the path of what is wrong, in `field` and message
/// ("spec.containers[0].image"): "field.missing", "field.unknown", "spec.bad_value", "spec.not_supported",
/// "template.bad_json". A pull policy of somebody who may not choose it is dropped, as in Zun.
Result<CapsuleSpec> parse_capsule(const JsonObject& body, const SpecContext& context);

}  // namespace causeway::domain
