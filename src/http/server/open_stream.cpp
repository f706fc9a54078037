#include "causeway/http/server/open_stream.hpp"

#include <utility>

namespace causeway::http {
namespace {

class Writer final : public StreamWriter {
 public:
  explicit Writer(std::shared_ptr<OpenStream> stream) : stream_(std::move(stream)) {}
  ~Writer() override { stream_->close(); }
  bool write(std::string chunk) override { return stream_->write(chunk); }
  std::size_t pending() const override { return stream_->pending(); }
  bool closed() const override { return stream_->closed(); }
  void close() override { stream_->close(); }
  void break_off() override { stream_->lose(); }
  void on_drain(std::function<void()> callback) override { stream_->on_drain(std::move(callback)); }

 private:
  std::shared_ptr<OpenStream> stream_;
};

}  // namespace

bool OpenStream::write(std::string_view bytes) {
  {
    std::lock_guard lock(mutex_);
    if (closed_ || lost_) return false;
    queued_.append(bytes);
  }
  connection_->wake();
  return true;
}

std::size_t OpenStream::pending() const {
  std::lock_guard lock(mutex_);
  return queued_.size() + in_flight_;
}

bool OpenStream::closed() const {
  std::lock_guard lock(mutex_);
  return closed_ || lost_;
}

void OpenStream::close() {
  std::function<void()> dropped;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(callback_);
  }
  connection_->wake();
}

void OpenStream::on_drain(std::function<void()> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!lost_) {
      if (!closed_) callback_.swap(callback);
      return;
    }
  }
  // the peer left before anybody listened: the one call that is owed, made here because the connection may be gone
  callback();
}

std::string OpenStream::take() {
  std::lock_guard lock(mutex_);
  in_flight_ = queued_.size();
  return std::exchange(queued_, {});
}

void OpenStream::taken_was_written() {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    in_flight_ = 0;
    if (queued_.empty()) call = callback_;
  }
  if (call) call();
}

bool OpenStream::ended() const {
  std::lock_guard lock(mutex_);
  return closed_ && queued_.empty() && in_flight_ == 0;
}

bool OpenStream::lost() const {
  std::lock_guard lock(mutex_);
  return lost_;
}

void OpenStream::lose() {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(lost_, true)) return;
    queued_.clear();
    in_flight_ = 0;
    call.swap(callback_);
  }
  connection_->wake();
  if (call) call();
}

std::shared_ptr<StreamWriter> make_writer(std::shared_ptr<OpenStream> stream) {
  return std::make_shared<Writer>(std::move(stream));
}

}  // namespace causeway::http
