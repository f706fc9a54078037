#include "causeway/adapters/system/memory_return.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace causeway::adapters {

std::size_t resident_size() {
  std::ifstream statm("/proc/self/statm");
  std::size_t whole = 0, resident = 0;
  statm >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

bool MemoryReturn::look() {
  const std::size_t resident = resident_size();
  settled_ = std::min(settled_, resident);
  if (resident < settled_ + step) return false;
  const bool given = ::malloc_trim(0) == 1;
  settled_ = resident_size();
  return given;
}

}  // namespace causeway::adapters
