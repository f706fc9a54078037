#pragma once

#include "causeway/base/result.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/domain/registry/registry.hpp"

namespace causeway::boundary {

/// What an agent asks of its region about images, over the control API (mutual TLS).
class PullGateway {
 public:
  virtual ~PullGateway() = default;
  /// For a container of this host whose image names a registry. not_found "registry.no_credentials".
  virtual Result<domain::RegistryCredentials> credentials_for(const domain::ContainerId& container) = 0;
  virtual Result<void> report_image(const domain::HostImageReport& report) = 0;
};

}  // namespace causeway::boundary
