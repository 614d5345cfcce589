#include "engine/viewer.h"

#include <string>
#include <utility>

#include "catch.h"
#include "sim/world.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

/// A viewer behind a queue for three deliveries, and its terminal: one that takes 16 bytes at once.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> delivery_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  EmissionChannel emissions{3, *delivery_poller, *poller};
  Control control;
  Nobody nobody;
  StatusBoard board{nobody};
  Viewer viewer;
  sim::FakeStdout& out = world.files.out;

  Stand() : viewer(view_on(world.files), emissions, board, control, *poller) { out.capacity = 16; }
  static std::unique_ptr<LiveView> view_on(sim::FakeFiles& files) {
    files.out.is_terminal = true;
    return open_live_view(files, kAllRows).value();
  }

  void emit(const std::string& word) {
    Delivery emission(emission_of({{word, 1}}));
    CHECK(emissions.try_push(emission));
  }
  /// Steps, as often as the poller finds something, until the viewer sleeps or is done.
  Next::Kind run() {
    for (int steps_left = 1000; steps_left > 0; --steps_left) {
      const Next next = viewer.step();
      if (next.kind == Next::Kind::Again) continue;
      if (next.kind == Next::Kind::Done || !poller->would_return()) return next.kind;
      poller->collect();
    }
    FAIL("the viewer does not go to sleep");
    return Next::Kind::Done;
  }
  std::size_t picture_count() const {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = out.text().find("\x1b[1;1H", at)) != std::string::npos; ++at)
      ++count;
    return count;
  }
  bool has_ended_as(ErrorCode code) const {
    return control.is_abandoned() && control.outcome().error().code == code;
  }
};

}  // namespace

TEST_CASE("a picture is drawn before there is any emission", "[viewer]") {
  Stand stand;
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.out.text().starts_with(kEnterScreen));
  CHECK(stand.picture_count() == 1);
}

TEST_CASE("a picture is drawn anew when there is news, and only then", "[viewer]") {
  Stand stand;
  stand.run();
  stand.board.on(event::Opened{"book.txt"});
  CHECK(stand.poller->is_woken());
  stand.poller->collect();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.picture_count() == 2);
  CHECK(stand.out.text().find("reading book.txt") != std::string::npos);
  stand.board.on(event::BatchClosed{});
  CHECK_FALSE(stand.poller->would_return());
}

TEST_CASE("a picture is drawn anew when the screen changes its size", "[viewer]") {
  Stand stand;
  stand.run();
  stand.out.resize({40, 10});
  CHECK(stand.poller->would_return());
  stand.poller->collect();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.picture_count() == 2);
}

TEST_CASE("a new size waits for a terminal that stands still, without keeping it awake",
          "[viewer]") {
  Stand stand;
  stand.out.stall();
  CHECK(stand.run() == Next::Kind::Wait);
  stand.out.resize({40, 10});
  CHECK_FALSE(stand.poller->would_return());
  stand.out.resume();
  stand.poller->collect();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.picture_count() == 2);
}

TEST_CASE("what is drawn at last is what came last", "[viewer]") {
  Stand stand;
  stand.emit("first");
  stand.emit("last");
  stand.emissions.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::size_t end = stand.out.text().find(kLeaveScreen);
  REQUIRE(end != std::string::npos);
  CHECK(stand.out.text().find("last", end) != std::string::npos);
  CHECK(stand.out.text().find("first", end) == std::string::npos);
  CHECK_FALSE(stand.out.is_taken_over());
}

TEST_CASE("the end of a batch is nothing to draw", "[viewer]") {
  Stand stand;
  stand.run();
  Delivery end(BatchEnd{1});
  CHECK(stand.emissions.try_push(end));
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.picture_count() == 1);
}

TEST_CASE("a terminal that is closed ends the run", "[viewer]") {
  Stand stand;
  stand.run();
  stand.out.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.has_ended_as(ErrorCode::Closed));
}
