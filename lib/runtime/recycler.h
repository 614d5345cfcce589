// Memory that goes round: what one task has used up, another takes again instead of allocating.
// There are never more objects than were in use at once. Safe from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace wordstream {

template <class T>
class Recycler {
 public:
  /// A used object, or a new T(args...).
  template <class... Args>
  std::unique_ptr<T> lend(Args&&... args) {
    const std::lock_guard lock(mutex_);
    ++in_use_;
    if (spare_.empty()) return std::make_unique<T>(std::forward<Args>(args)...);
    std::unique_ptr<T> object = std::move(spare_.back());
    spare_.pop_back();
    return object;
  }

  /// Requires: `object` came from lend() and has been cleared.
  void give_back(std::unique_ptr<T> object) {
    const std::lock_guard lock(mutex_);
    --in_use_;
    spare_.push_back(std::move(object));
  }

  /// How many objects are out now.
  std::size_t in_use() const {
    const std::lock_guard lock(mutex_);
    return in_use_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<T>> spare_;
  std::size_t in_use_ = 0;
};

}  // namespace wordstream
