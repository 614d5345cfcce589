#include "env/clock.h"

#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

CONTRACT("all clocks go on while somebody waits", "[clock]") {
  TestType outside;
  const Now before = outside.clock().now();
  outside.make_poller()->wait(before.steady + Millis(2));
  const Now after = outside.clock().now();
  CHECK(after.steady - before.steady >= Millis(2));
  CHECK(after.wall - before.wall >= Millis(1));
  CHECK(after.boot - before.boot >= Millis(2));
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

TEST_CASE("the fake wall clock jumps both ways and the others do not notice", "[clock]") {
  sim::World world(1);
  const Now before = world.clock.now();
  world.clock.jump_wall(std::chrono::hours(-1));
  CHECK(world.clock.wall() == before.wall - std::chrono::hours(1));
  world.clock.jump_wall(std::chrono::hours(3));
  CHECK(world.clock.wall() == before.wall + std::chrono::hours(2));
  CHECK(world.clock.steady() == before.steady);
  CHECK(world.clock.boot() == before.boot);
}

TEST_CASE("the fake steady clock alone stands still while the machine is suspended", "[clock]") {
  sim::World world(1);
  const Now before = world.clock.now();
  world.clock.suspend(Millis(5));
  CHECK(world.clock.steady() == before.steady);
  CHECK(world.clock.boot() == before.boot + Millis(5));
  CHECK(world.clock.wall() == before.wall + Millis(5));
}
