// The fake poller. To wait is to let the world's time pass: events of the timeline happen until
// one of them makes something ready, or the wait is over. A scheduler that steps several tasks on
// one thread does not wait: it asks would_return() and then calls collect().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "env/poller.h"
#include "sim/clock.h"
#include "sim/handles.h"
#include "sim/prng.h"

namespace wordstream::sim {

class FakePoller final : public Poller {
 public:
  FakePoller(FakeClock& clock, Timeline& timeline, Handles& handles, Prng& prng);
  ~FakePoller() override;
  FakePoller(const FakePoller&) = delete;
  FakePoller& operator=(const FakePoller&) = delete;

  bool watch(const Pollable& what, Interest interest, std::uint64_t token) override;
  void forget(const Pollable& what) override;
  void wait(std::optional<SteadyTime> until) override;
  std::vector<std::uint64_t> take_ready() override { return std::exchange(ready_, {}); }
  void wake() override { woken_ = true; }

  bool is_woken() const { return woken_; }
  /// Whether a wait would end at once: woken, or something is ready.
  bool would_return() const;
  /// Ends a wait: takes the wake and finds what is ready now, in an order by chance.
  void collect();

 private:
  struct Watched {
    Interest interest;
    std::uint64_t token;
  };
  bool is_ready(int handle, Interest interest) const;

  FakeClock& clock_;
  Timeline& timeline_;
  Handles& handles_;
  Prng& prng_;
  std::map<int, Watched> watched_;
  std::vector<std::uint64_t> ready_;
  bool woken_ = false;
};

}  // namespace wordstream::sim
