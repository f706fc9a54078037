#include "causeway/adapters/system/system_clock.hpp"

namespace causeway::adapters {

Time SystemClock::now() const { return std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now()); }

std::chrono::steady_clock::time_point SystemClock::steady() const { return std::chrono::steady_clock::now(); }

}  // namespace causeway::adapters
