#include "sim/poller.h"

#include <algorithm>

#include "base/check.h"

namespace wordstream::sim {

FakePoller::FakePoller(FakeClock& clock, Timeline& timeline, Handles& handles, Prng& prng)
    : clock_(clock), timeline_(timeline), handles_(handles), prng_(prng) {}

FakePoller::~FakePoller() {
  for (const auto& [handle, watched] : watched_) handles_.release(handle);
}

bool FakePoller::watch(const Pollable& what, Interest interest, std::uint64_t token) {
  const int handle = what.handle();
  if (!handles_.readiness(handle)) return false;
  const auto [at, is_new] = watched_.insert_or_assign(handle, Watched{interest, token});
  if (is_new) handles_.hold(handle);
  return true;
}

void FakePoller::forget(const Pollable& what) {
  if (watched_.erase(what.handle()) != 0) handles_.release(what.handle());
}

void FakePoller::wait(std::optional<SteadyTime> until) {
  while (!would_return()) {
    const std::optional<SteadyTime> event = timeline_.next();
    WS_CHECK(event || until, "waiting for something that can come");
    const SteadyTime next = event && until ? std::min(*event, *until) : event.value_or(*until);
    timeline_.advance_to(next);
    if (until && clock_.steady() >= *until) break;
  }
  collect();
}

bool FakePoller::would_return() const {
  return woken_ || std::any_of(watched_.begin(), watched_.end(), [&](const auto& entry) {
           return is_ready(entry.first, entry.second.interest);
         });
}

void FakePoller::collect() {
  woken_ = false;
  ready_.clear();
  for (const auto& [handle, watched] : watched_) {
    if (is_ready(handle, watched.interest)) ready_.push_back(watched.token);
  }
  for (std::size_t left = ready_.size(); left > 1; --left) {
    std::swap(ready_[left - 1], ready_[prng_.below(left)]);
  }
}

bool FakePoller::is_ready(int handle, Interest interest) const {
  const Readiness now = handles_.readiness(handle).value_or(Readiness{});
  const bool is_both = interest == Interest::Both;
  return now.hung_up || ((is_both || interest == Interest::Read) && now.readable) ||
         ((is_both || interest == Interest::Write) && now.writable);
}

}  // namespace wordstream::sim
