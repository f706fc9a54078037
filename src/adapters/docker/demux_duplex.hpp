#pragma once

#include <memory>
#include <string>

#include "causeway/adapters/docker/streams.hpp"
#include "causeway/async/duplex.hpp"

namespace causeway::adapters {

/// The stream of a process without a terminal: what it writes comes multiplexed and is given without the marks; what it
/// is to read goes as it is. Holds at most one read. One thread.
class DemuxDuplex final : public async::Duplex {
 public:
  explicit DemuxDuplex(std::unique_ptr<async::Duplex> inner)
      : inner_(std::move(inner)), parts_([this](std::string_view payload) { ready_.append(payload); }) {}
  DemuxDuplex(const DemuxDuplex&) = delete;
  DemuxDuplex& operator=(const DemuxDuplex&) = delete;

  Moved try_read(std::span<char> into) override;
  Moved try_write(std::string_view bytes) override { return inner_->try_write(bytes); }
  void end_writing() override { inner_->end_writing(); }
  int fd() const override { return inner_->fd(); }

 private:
  const std::unique_ptr<async::Duplex> inner_;
  std::string ready_;
  Demultiplexer parts_;
};

}  // namespace causeway::adapters
