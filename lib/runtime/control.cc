#include "runtime/control.h"

#include <utility>

namespace wordstream {

void Control::add(Poller& poller) {
  const std::lock_guard lock(mutex_);
  pollers_.push_back(&poller);
}

void Control::forget_pollers() {
  const std::lock_guard lock(mutex_);
  pollers_.clear();
}

void Control::interrupt() {
  is_interrupted_ = true;
  stop();
}

void Control::stop() {
  is_stopping_ = true;
  wake_all();
}

void Control::fail(Error error) {
  note(std::move(error));
  stop();
}

void Control::abandon(Error error) {
  note(std::move(error));
  is_abandoned_ = true;
  wake_all();
}

void Control::reopen() {
  ++reopen_count_;
  wake_all();
}

Status Control::outcome() const {
  const std::lock_guard lock(mutex_);
  if (error_) return wordstream::fail(error_->code, error_->message);
  return {};
}

void Control::note(Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
}

void Control::wake_all() {
  const std::lock_guard lock(mutex_);
  for (Poller* poller : pollers_) poller->wake();
}

}  // namespace wordstream
