#include "causeway/services/common/facts/port_faults.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/port_fault.hpp"

namespace causeway::services {

Result<void> note_fault(boundary::Writer& writer, const domain::PortId& id, const std::string& fault) {
  TRY(auto port, boundary::find<domain::Port>(writer, id));
  if (!port || domain::fault_of(*port) == fault) return {};
  domain::set_fault(*port, fault);
  TRY_VOID(boundary::put(writer, *port));
  return {};
}

}  // namespace causeway::services
