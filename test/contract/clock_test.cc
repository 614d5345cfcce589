#include "env/clock.h"

#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

CONTRACT("both clocks go on while somebody waits", "[clock]") {
  TestType outside;
  const Now before = outside.clock().now();
  outside.make_poller()->wait(before.steady + Millis(2));
  const Now after = outside.clock().now();
  CHECK(after.steady - before.steady >= Millis(2));
  CHECK(after.wall - before.wall >= Millis(1));
}

CONTRACT("the steady clock never goes back", "[clock]") {
  TestType outside;
  SteadyTime last = outside.clock().steady();
  for (int i = 0; i < 1000; ++i) {
    const SteadyTime now = outside.clock().steady();
    REQUIRE(now >= last);
    last = now;
  }
}

TEST_CASE("the fake wall clock jumps both ways and the steady one does not notice", "[clock]") {
  sim::World world(1);
  const Now before = world.clock.now();
  world.clock.jump_wall(std::chrono::hours(-1));
  CHECK(world.clock.wall() == before.wall - std::chrono::hours(1));
  world.clock.jump_wall(std::chrono::hours(3));
  CHECK(world.clock.wall() == before.wall + std::chrono::hours(2));
  CHECK(world.clock.steady() == before.steady);
}
