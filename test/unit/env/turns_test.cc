#include "env/turns.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <thread>

#include "catch.h"

using namespace wordstream;

namespace {

/// The kernel's struct sched_attr, as far as it is looked at.
struct Turns {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;
  std::array<std::uint64_t, 2> others;
};

Turns turns_of_this_thread() {
  Turns turns{};
  REQUIRE(::syscall(SYS_sched_getattr, 0, &turns, sizeof turns, 0) == 0);
  return turns;
}

/// What `change` makes of a new thread's turns: before and after.
template <class Change>
std::array<Turns, 2> changed(Change change) {
  std::array<Turns, 2> turns{};
  std::jthread([&] {
    turns[0] = turns_of_this_thread();
    change();
    turns[1] = turns_of_this_thread();
  }).join();
  return turns;
}

}  // namespace

TEST_CASE("a thread that asks for short turns keeps its share", "[turns]") {
  const auto [before, after] = changed([] { ask_for_short_turns(); });
  CHECK(after.policy == before.policy);
  CHECK(after.nice == before.nice);
  // A kernel before 6.12 knows of no turns, and says 0.
  if (before.runtime == 0) {
    CHECK(after.runtime == 0);
  } else {
    CHECK(after.runtime < before.runtime);
  }
  CHECK(turns_of_this_thread().runtime == before.runtime);  // nobody else's
}

TEST_CASE("a thread of another kind of scheduling is left alone", "[turns]") {
  const auto [before, after] = changed([] {
    const sched_param none{};
    REQUIRE(::sched_setscheduler(0, SCHED_BATCH, &none) == 0);
    ask_for_short_turns();
  });
  CHECK(after.policy == SCHED_BATCH);
  CHECK(after.runtime == before.runtime);
}
