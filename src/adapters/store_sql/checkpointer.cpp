#include "causeway/adapters/store_sql/checkpointer.hpp"

#include "causeway/base/log.hpp"

namespace causeway::adapters {
namespace {

constexpr int step_pages = 1000;    // 4 MiB
constexpr int hard_pages = 16'000;  // 64 MiB

}  // namespace

Checkpointer::Checkpointer(std::unique_ptr<sql::SqliteSession> session) : session_(std::move(session)) {
  thread_ = std::thread([this] { loop(); });
}

Checkpointer::~Checkpointer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::note_log(int pages) {
  {
    std::lock_guard lock(mutex_);
    if (pages < noted_pages_) started_at_ = 0;  // the log began anew
    noted_pages_ = pages;
    if (pages - started_at_ < step_pages) return;
    if (pages < hard_pages) {
      due_ = true;
      started_at_ = pages;
    }
  }
  if (pages < hard_pages) {
    wake_.notify_one();
  } else {
    move_pages();
  }
}

void Checkpointer::loop() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || due_; });
      if (stopping_) return;
      due_ = false;
    }
    move_pages();
  }
}

void Checkpointer::move_pages() {
  std::lock_guard lock(session_mutex_);
  if (auto done = session_->checkpoint(); !done) log::warn("checkpoint of the store: {}", done.error().describe());
}

}  // namespace causeway::adapters
