#include "engine/status_board.h"

#include <utility>

namespace wordstream {

void StatusBoard::on(const Event& event) {
  next_.on(event);
  const std::lock_guard lock(mutex_);
  if (!status_.take(event)) return;
  has_news_ = true;
  if (reader_ != nullptr) reader_->wake();
}

std::optional<RunStatus> StatusBoard::news(Poller& reader) {
  const std::lock_guard lock(mutex_);
  reader_ = &reader;
  if (!std::exchange(has_news_, false)) return std::nullopt;
  return status_;
}

}  // namespace wordstream
