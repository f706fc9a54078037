#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "causeway/boundary/store.hpp"

namespace causeway::boundary {

/// The part of Store::on_commit that all stores share: who wants to know of commits.
///
/// A handle may outlive the listeners, and may be dropped inside its own callback. Thread-safe; `notify` calls from the
/// thread it is called on, and nobody calls it twice at once.
class CommitListeners {
 public:
  std::shared_ptr<void> add(std::function<void(Revision)> callback) {
    auto listener = std::make_shared<Listener>();
    listener->callback = std::move(callback);
    {
      std::lock_guard lock(list_->mutex);
      list_->items.push_back(listener);
    }
    return std::shared_ptr<void>(listener.get(), [list = list_, listener](void*) {
      {
        std::lock_guard lock(list->mutex);
        std::erase(list->items, listener);
      }
      std::lock_guard wait_for_call(listener->calling);
      listener->ended = true;
    });
  }

  void notify(Revision revision) {
    std::vector<std::shared_ptr<Listener>> now;
    {
      std::lock_guard lock(list_->mutex);
      now = list_->items;
    }
    for (const auto& listener : now) {
      std::lock_guard lock(listener->calling);
      if (!listener->ended) listener->callback(revision);
    }
  }

 private:
  struct Listener {
    std::recursive_mutex calling;  ///< recursive: the callback may end its own subscription
    std::function<void(Revision)> callback;
    bool ended = false;
  };
  struct List {
    std::mutex mutex;
    std::vector<std::shared_ptr<Listener>> items;
  };
  std::shared_ptr<List> list_ = std::make_shared<List>();
};

}  // namespace causeway::boundary
