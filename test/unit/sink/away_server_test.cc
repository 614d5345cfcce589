// How a row sink waits for a server that is away: how often it asks, what it tells, when it gives
// up.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catch.h"
#include "unit/sink/server_place.h"

using namespace wordstream;
using namespace wordstream::server_test;
using sim::LostCommit;

TEST_CASE("a server that refuses is asked again, ever later, and told of once", "[row_sink]") {
  Place place;
  const auto begin = place.world.clock.steady();
  place.world.server.refuses_until = begin + Millis(20'000);
  const auto sink = place.make(resume(1, 0, 0));
  std::vector<std::int64_t> pauses;
  while (true) {
    const SteadyTime now = place.world.clock.steady();
    const Turn turn = sink->look(now).value();
    if (turn.state == Turn::State::Ended) break;
    REQUIRE(turn.state == Turn::State::Idle);
    CHECK(place.count_told<event::OutputAway>() == 1);
    CHECK(place.count_told<event::OutputBack>() == 0);
    pauses.push_back((*turn.wake_at - now) / Millis(1));
    place.world.timeline.advance_to(*turn.wake_at);
  }
  CHECK(place.world.clock.steady() - begin < Millis(21'000));
  CHECK(place.count_told<event::OutputBack>() == 1);
  // Each is up to half shorter, by chance, than twice the one before, and than a second.
  REQUIRE(pauses.size() > 12);
  for (std::size_t i = 0; i < 12; ++i) {
    const std::int64_t longest = std::min<std::int64_t>(2 << i, 1000);
    CAPTURE(i, pauses[i]);
    CHECK(pauses[i] <= longest);
    CHECK(pauses[i] >= longest / 2);
  }
}

TEST_CASE("a server that is away for a while is waited for in the middle of a run", "[row_sink]") {
  Place place;
  place.must_open(resume(1, 0, 0));
  for (const int seconds : {4, 60}) {
    place.acts.clear();
    place.lose_at("write", 1);
    place.world.server.refuses_until = place.world.clock.steady() + Millis(1000) * seconds;
    place.batch(static_cast<std::uint64_t>(seconds), {{"a", 1}});
    CHECK(place.count_told<event::OutputAway>() == (seconds == 4 ? 1 : 2));
    CHECK(place.count_told<event::OutputBack>() == (seconds == 4 ? 1 : 2));
  }
  CHECK(place.count_told<event::OutputBusy>() == 0);
  CHECK(place.counts().size() == 2);
}

TEST_CASE("a server that is away is waited for a second more when the run is given up",
          "[row_sink]") {
  for (const int millis : {900, 2100}) {
    Place place;
    const auto begin = place.world.clock.steady();
    place.world.server.refuses_until = begin + Millis(60'000 + millis);
    place.world.timeline.after(Millis(60'000), [&] { place.control.interrupt(); });
    const Status opened = place.open(resume(1, 0, 0));
    CHECK(opened.has_value() == (millis == 900));
    CHECK(place.world.clock.steady() - begin >= Millis(60'000 + 900));
    CHECK(place.world.clock.steady() - begin < Millis(62'100));
    if (!opened) CHECK(failed_as(opened, ErrorCode::Unavailable, {"server", "refused"}));
  }
}

TEST_CASE("a server is away no longer than --wait allows, at the beginning and later",
          "[row_sink]") {
  for (const bool is_later : {false, true}) {
    for (const int seconds : {8, 12}) {
      Place place;
      place.wait = Millis(10'000);
      if (is_later) place.must_open(resume(1, 0, 0));
      if (is_later) place.lose_at("write", 1);
      place.world.server.refuses_until = place.world.clock.steady() + Millis(1000) * seconds;
      Status status;
      if (is_later) {
        place.must_give(1, {{"a", 1}});
        status = status_of(place.settle(1));
      } else {
        status = place.open(resume(1, 0, 0));
      }
      CAPTURE(is_later, seconds);
      CHECK(status.has_value() == (seconds == 8));
      if (!status) {
        CHECK(failed_as(status, ErrorCode::Unavailable, {"server", "within 10s", "refused"}));
      }
    }
  }
}

TEST_CASE("a server that is there and slow is not away, whatever was lost or undone before",
          "[row_sink]") {
  for (const bool is_lost : {false, true}) {
    Place place;
    place.wait = Millis(4'000);
    place.must_open(resume(1, 0, 0));
    place.world.server.answers_after = Millis(1'500);
    if (is_lost) place.lose_at("write", 1);
    if (!is_lost) place.world.server.undoes = "write";
    place.batch(1, {{"a", 1}});
    CHECK(place.progress() == "1 1");
    CHECK(place.count_told<event::OutputAway>() == (is_lost ? 1 : 0));
  }
}

TEST_CASE("who does not answer is waited for, is told of, and given up with the run",
          "[row_sink]") {
  for (const bool is_given_up : {false, true}) {
    Place place;
    place.must_open(resume(1, 0, 0));
    const SteadyTime begin = place.world.clock.steady();
    place.world.server.is_silent_until = begin + Millis(8000);
    if (is_given_up) {
      place.world.timeline.after(Millis(1000), [&] { place.control.interrupt(); });
    }
    place.must_give(1, {{"a", 1}});
    const Status status = status_of(place.settle(1));
    CHECK(status.has_value() == !is_given_up);
    CHECK(place.count_told<event::OutputAway>() == 1);
    CHECK(place.count_told<event::OutputBack>() == (is_given_up ? 0 : 1));
    if (is_given_up) {
      CHECK(failed_as(status, ErrorCode::Unavailable, {"server", "no answer"}));
      CHECK(place.world.clock.steady() - begin < Millis(6200));
    }
  }
}

TEST_CASE("a server that loses every connection is waited for as one that is away", "[row_sink]") {
  for (const std::string act : {"take over", "write", "commit"}) {
    Place place;
    place.world.server.lost_commit = LostCommit::Undone;
    if (act != "take over") place.must_open(resume(1, 0, 0));
    const SteadyTime begin = place.world.clock.steady();
    place.lose_at(act, 1, 1'000'000);
    place.world.timeline.after(Millis(10'000), [&] { place.control.interrupt(); });
    Status status;
    if (act == "take over") {
      status = place.open(resume(1, 0, 0));
    } else {
      place.must_give(1, {{"a", 1}});
      status = status_of(place.settle(1));
    }
    CHECK(failed_as(status, ErrorCode::Unavailable, {"server", "connection was reset"}));
    CHECK(place.count_told<event::OutputAway>() == 1);
    CHECK(place.world.clock.steady() - begin < Millis(12'100));
    CHECK(place.acts.size() < 2000);
  }
}
