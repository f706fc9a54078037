#include "causeway/http/server/body_pipe.hpp"

#include <algorithm>
#include <span>

namespace causeway::http {
namespace {

class PipeSource final : public BodySource {
 public:
  PipeSource(std::shared_ptr<BodyPipe> pipe, std::optional<std::uint64_t> length)
      : pipe_(std::move(pipe)), length_(length) {}
  ~PipeSource() override { pipe_->abandon(); }
  Result<std::size_t> read(std::span<char> into) override { return pipe_->read(into); }
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  std::shared_ptr<BodyPipe> pipe_;
  std::optional<std::uint64_t> length_;
};

}  // namespace

bool BodyPipe::has_room() const {
  std::lock_guard lock(mutex_);
  return bytes_.size() - taken_ < bound;
}

bool BodyPipe::read_began() const {
  std::lock_guard lock(mutex_);
  return read_began_;
}

bool BodyPipe::abandoned() const {
  std::lock_guard lock(mutex_);
  return abandoned_;
}

void BodyPipe::push(std::string_view bytes) {
  {
    std::lock_guard lock(mutex_);
    if (abandoned_) return;
    if (taken_ >= bound) {  // a reader that never catches up must not let what it has read pile up
      bytes_.erase(0, taken_);
      taken_ = 0;
    }
    bytes_.append(bytes);
  }
  arrived_.notify_one();
}

void BodyPipe::finish() {
  {
    std::lock_guard lock(mutex_);
    finished_ = true;
  }
  arrived_.notify_one();
}

void BodyPipe::fail(Error error) {
  {
    std::lock_guard lock(mutex_);
    if (!finished_ && !failure_) failure_ = std::move(error);
  }
  arrived_.notify_one();
}

Result<std::size_t> BodyPipe::read(std::span<char> into) {
  std::unique_lock lock(mutex_);
  if (!std::exchange(read_began_, true)) connection_->wake();
  arrived_.wait(lock, [this] { return bytes_.size() > taken_ || finished_ || failure_; });
  const std::size_t available = bytes_.size() - taken_;
  if (available == 0) {
    if (failure_) return failed(*failure_);
    return 0;
  }
  const std::size_t count = std::min(available, into.size());
  std::copy_n(bytes_.data() + taken_, count, into.data());
  taken_ += count;
  if (taken_ == bytes_.size()) {
    bytes_.clear();
    taken_ = 0;
  }
  if (available >= bound && available - count < bound) connection_->wake();
  return count;
}

void BodyPipe::abandon() {
  std::lock_guard lock(mutex_);
  abandoned_ = true;
  bytes_.clear();
  taken_ = 0;
  connection_->wake();
}

std::unique_ptr<BodySource> make_pipe_source(std::shared_ptr<BodyPipe> pipe, std::optional<std::uint64_t> length) {
  return std::make_unique<PipeSource>(std::move(pipe), length);
}

}  // namespace causeway::http
