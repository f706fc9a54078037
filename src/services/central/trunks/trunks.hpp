#pragma once

#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/services/central/central_resource.hpp"

namespace causeway::services {

/// The trunks of the whole cloud.
///
/// The centre says which ports are subports; the region of the parent port takes them over and binds them to its host. So subports are
/// the centre's own (they travel to where the parent is), or of the parent's region. Fails besides: what domain::check_sub_ports says;
/// not_found "port.not_found"; conflict "trunk.parent_in_use", "trunk.port_in_use_as_parent", "trunk.port_in_use_as_sub_port",
/// "port.in_use", "trunk.mtu", "trunk.other_region", "trunk.disabled".
class Trunks final : public CentralResource<domain::Trunk> {
 public:
  using CentralResource::CentralResource;

 protected:
  Result<void> complete(boundary::Writer& writer, const domain::Caller& who, const domain::Trunk* before, domain::Trunk& trunk) override;
  Result<void> check_removal(boundary::Writer& writer, const domain::Trunk& trunk) override;
  Result<void> written(boundary::Writer& writer, const domain::Trunk& trunk) override;
  Result<void> removed(boundary::Writer& writer, const domain::Trunk& trunk) override;

 private:
  Result<domain::Port> check_parent(boundary::Reader& reader, const domain::Caller& who, const domain::Trunk& trunk) const;
  Result<void> check_new_sub_port(boundary::Reader& reader, const domain::Caller& who, const domain::Trunk& trunk, const domain::Port& parent,
                                  const domain::SubPort& sub) const;
};

namespace central {

/// A port is gone, with the container that it was made for, say: with it goes its trunk, or its place in one.
Result<void> forget_trunked(const CentralDeps& deps, boundary::Writer& writer, const domain::PortId& port);
/// The same of every port of every trunk.
Result<void> forget_all_trunked(const CentralDeps& deps, boundary::Writer& writer);
/// A port of the centre shows of which trunk it is a subport; the caller stores it.
Result<void> show_trunk(boundary::Reader& reader, domain::Port& port);

}  // namespace central

}  // namespace causeway::services
