// For what is waited for wherever its owner sleeps: in one poller, or in the other, which watches
// less.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/check.h"
#include "env/poller.h"

namespace wordstream {

/// Has both watch; nobody sleeps in it.
class WatchBoth final : public Poller {
 public:
  /// Both outlive it.
  WatchBoth(Poller& one, Poller& other) : one_(one), other_(other) {}

  bool watch(const Pollable& what, Interest interest, std::uint64_t token) override {
    return one_.watch(what, interest, token) && other_.watch(what, interest, token);
  }
  void forget(const Pollable& what) override {
    one_.forget(what);
    other_.forget(what);
  }
  void wait(std::optional<SteadyTime> /*until*/) override {
    WS_CHECK(false, "sleeping in one of the two");
  }
  std::vector<std::uint64_t> take_ready() override { return {}; }
  void wake() override {
    one_.wake();
    other_.wake();
  }

 private:
  Poller& one_;
  Poller& other_;
};

}  // namespace wordstream
