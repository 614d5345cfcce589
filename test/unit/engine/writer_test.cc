#include "engine/writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catch.h"
#include "sim/world.h"
#include "sink/stream_sink.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

/// A writer behind a queue for two emissions, and its standard output: a pipe for 16 bytes.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> delivery_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  EmissionChannel emissions{2, *delivery_poller, *poller};
  Control control;
  Writer writer{std::make_unique<StreamSink>(world.files.standard_output().value(),
                                             make_format({FormatKind::Tsv, kAllRows, false})),
                emissions, control, *poller};
  sim::FakeStdout& out = world.files.out;

  Stand() { out.capacity = 16; }

  void emit(const std::string& word) {
    Emission emission = emission_of({{word, 1}});
    CHECK(emissions.try_push(emission));
  }
  /// Steps, as often as the poller finds something, until the writer sleeps or is done.
  Next::Kind run() {
    for (int steps_left = 1000; steps_left > 0; --steps_left) {
      const Next next = writer.step();
      if (next.kind == Next::Kind::Again) continue;
      if (next.kind == Next::Kind::Done || !poller->would_return()) return next.kind;
      poller->collect();
    }
    FAIL("the writer does not go to sleep");
    return Next::Kind::Done;
  }
  std::size_t row_count() const {
    return static_cast<std::size_t>(std::count(out.text().begin(), out.text().end(), '\n'));
  }
  bool has_ended_as(ErrorCode code) const {
    return control.is_abandoned() && control.outcome().error().code == code;
  }
};

}  // namespace

TEST_CASE("emissions are written in their order", "[writer]") {
  Stand stand;
  stand.emit("first");
  stand.emit("second");
  stand.emissions.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::size_t first = stand.out.text().find("first\t");
  CHECK(first < stand.out.text().find("second\t"));
  CHECK(stand.control.outcome().has_value());
}

TEST_CASE("a stalled output waits, and loses nothing when it goes on", "[writer]") {
  Stand stand;
  stand.out.stall();
  stand.emit("first");
  stand.emit("second");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.out.text().size() == 16);
  CHECK(stand.emissions.pop());
  stand.out.resume();
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.row_count() == 1);
  CHECK(stand.out.text().find("first") != std::string::npos);
}

TEST_CASE("the run does not end while a stalled output has not taken everything", "[writer]") {
  Stand stand;
  stand.out.stall();
  stand.emit("last");
  stand.emissions.close();
  CHECK(stand.run() == Next::Kind::Wait);
  stand.out.resume();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.row_count() == 1);
}

TEST_CASE("an output that is closed ends the run although there is nothing to write", "[writer]") {
  Stand stand;
  CHECK(stand.run() == Next::Kind::Wait);
  stand.out.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.has_ended_as(ErrorCode::Closed));
}

TEST_CASE("an output that is closed while it stands still ends the run", "[writer]") {
  Stand stand;
  stand.out.stall();
  stand.emit("word");
  CHECK(stand.run() == Next::Kind::Wait);
  stand.out.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.has_ended_as(ErrorCode::Closed));
}

TEST_CASE("an output without space left ends the run as a failure", "[writer]") {
  Stand stand;
  stand.out.fill_up();
  stand.emit("word");
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.has_ended_as(ErrorCode::Io));
}
