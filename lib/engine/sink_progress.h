// How far a sink has come, between its writer and the delivery loop: the one tells the mark, the
// other when it is durable. Safe from any thread.
#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include "base/check.h"
#include "env/poller.h"
#include "model/progress.h"

namespace wordstream {

class SinkProgress {
 public:
  /// `delivery` is where the delivery loop sleeps, `writer` where the sink's writer does, `begun`
  /// where the sink stood when it was opened.
  SinkProgress(Poller& delivery, Poller& writer, SinkMark begun = {})
      : delivery_(delivery), writer_(writer), latest_(std::move(begun)) {}

  // By the writer.

  /// The sink stands there now.
  void set(SinkMark mark) {
    const std::lock_guard lock(mutex_);
    latest_ = std::move(mark);
  }
  /// The same, and nothing goes on in the sink before this mark is durable. Requires: it has a
  /// place.
  void await(SinkMark mark) {
    WS_CHECK(!mark.place.empty(), "waiting for a mark that says where the sink stands");
    const std::lock_guard lock(mutex_);
    latest_ = std::move(mark);
    if (!std::exchange(is_awaited_, true)) delivery_.wake();
  }
  /// A mark that has become durable since the last call.
  std::optional<SinkMark> take_kept() {
    const std::lock_guard lock(mutex_);
    return std::exchange(kept_news_, std::nullopt);
  }
  /// The writer is done: everything that it was given is out.
  void finish() {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
    delivery_.wake();
  }

  // By the delivery loop.

  /// The mark of the batch that the sink has made last, at first the one that it began with.
  SinkMark latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }
  bool is_mark_awaited() const {
    const std::lock_guard lock(mutex_);
    return is_awaited_;
  }
  /// `mark` is durable.
  void set_kept(const SinkMark& mark) {
    const std::lock_guard lock(mutex_);
    const bool is_answer =
        is_awaited_ && mark.place == latest_.place && mark.applied >= latest_.applied;
    if (mark == kept_ && !is_answer) return;
    kept_ = mark;
    kept_news_ = mark;
    if (!is_answer) return;
    is_awaited_ = false;
    writer_.wake();
  }
  bool is_done() const {
    const std::lock_guard lock(mutex_);
    return is_done_;
  }

 private:
  Poller& delivery_;
  Poller& writer_;
  mutable std::mutex mutex_;
  SinkMark latest_;
  bool is_awaited_ = false;
  SinkMark kept_;
  std::optional<SinkMark> kept_news_;
  bool is_done_ = false;
};

}  // namespace wordstream
