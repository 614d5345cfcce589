#include "engine/status_board.h"

#include <utility>

namespace wordstream {

void StatusBoard::on(const Event& event) {
  next_.on(event);
  const std::lock_guard lock(mutex_);
  if (record_) record_->take(event, clock_->now());
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

void StatusBoard::keep_record(const std::vector<std::string>& sinks, const Clock& clock) {
  clock_ = &clock;
  record_.emplace(sinks, clock.now());
}

void StatusBoard::with_record(const std::function<void(RunRecord& record)>& visit) {
  const std::lock_guard lock(mutex_);
  visit(*record_);
}

}  // namespace wordstream
