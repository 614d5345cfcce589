#include "runtime/channel.h"

#include <memory>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// A channel of two numbers between two pollers of a fake world.
struct Pair {
  sim::World world{1};
  std::unique_ptr<Poller> producer = world.env().make_poller();
  std::unique_ptr<Poller> consumer = world.env().make_poller();
  Channel<int> channel{2, *producer, *consumer};

  bool push(int value) { return channel.try_push(value); }
  static bool was_woken(const Poller& poller) {
    return dynamic_cast<const sim::FakePoller&>(poller).is_woken();
  }
};

}  // namespace

TEST_CASE("a channel gives what it was given, in order", "[channel]") {
  Pair pair;
  CHECK(pair.push(1));
  CHECK(pair.push(2));
  CHECK(pair.channel.pop() == 1);
  CHECK(pair.channel.pop() == 2);
  CHECK_FALSE(pair.channel.pop());
}

TEST_CASE("a full channel takes nothing and leaves the value where it was", "[channel]") {
  Pair pair;
  pair.push(1);
  pair.push(2);
  int value = 3;
  CHECK_FALSE(pair.channel.try_push(value));
  CHECK(value == 3);
}

TEST_CASE("a push wakes the consumer, room in a full channel the producer", "[channel]") {
  Pair pair;
  pair.push(1);
  CHECK(Pair::was_woken(*pair.consumer));
  pair.push(2);
  CHECK_FALSE(Pair::was_woken(*pair.producer));
  pair.channel.pop();
  CHECK(Pair::was_woken(*pair.producer));
}

TEST_CASE("a closed channel is drained once it is empty", "[channel]") {
  Pair pair;
  pair.push(1);
  pair.channel.close();
  CHECK(Pair::was_woken(*pair.consumer));
  CHECK_FALSE(pair.channel.is_drained());
  pair.channel.pop();
  CHECK(pair.channel.is_drained());
}
