#include "causeway/adapters/docker/demux_duplex.hpp"

#include <algorithm>

namespace causeway::adapters {

async::Duplex::Moved DemuxDuplex::try_read(std::span<char> into) {
  while (ready_.empty()) {
    const auto moved = inner_->try_read(into);
    if (moved.state != State::moved) return moved;
    if (!parts_.take({into.data(), moved.count})) return {State::broken, 0};
  }
  const std::size_t count = ready_.copy(into.data(), into.size());
  ready_.erase(0, count);
  return {State::moved, count};
}

}  // namespace causeway::adapters
