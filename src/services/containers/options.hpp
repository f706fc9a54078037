#pragma once

#include <chrono>
#include <string>

#include "causeway/base/time.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/policy/policy.hpp"

namespace causeway::services {

/// What an operator may set of the container service.
struct ContainersOptions {
  domain::QuotaLimits default_quota;
  domain::Policy policy;
  std::string default_image_driver = "glance";       ///< for creates that name none: the region's own image service
  std::string default_pull_policy = "ifnotpresent";  ///< of registry images
  double default_cpu = 1.0;
  std::int64_t default_memory_mib = 512;
  std::int64_t default_disk_gib = 10;  ///< on hosts that can limit disk space
  std::string default_registry;        ///< "domain[:port][/path]" of references that name none; "" = Docker Hub
  double cpu_ratio = 16.0;  ///< promised to real
  double memory_ratio = 1.5;
  double disk_ratio = 1.0;
  std::string default_zone = "nova";                    ///< of hosts that name none
  Duration down_after = std::chrono::seconds(6);        ///< a host that is silent for longer is given up
  Duration heartbeat_grain = std::chrono::seconds(60);  ///< that a host lives is written this often at most
  std::chrono::seconds execute_timeout{30};
  std::string unique_name_scope;  ///< "" = names may be the same, "project", "global"
  std::size_t max_tasks = 16;  ///< queued for one container
  int max_refills = 3;         ///< rounds of asking the centre for addresses in one create
};

}  // namespace causeway::services
