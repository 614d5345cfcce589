#include "view/run_record.h"

#include "catch.h"
#include "view/health.h"

using namespace wordstream;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The record of a run with two sinks, at a time that goes by as it is told to.
struct Run {
  RunFacts facts{.sinks = {{"stdout", ""}, {"sqlite:/x/counts.db", ""}}, .batch = Millis(1000)};
  Now now{SteadyTime(seconds(100)), WallTime(seconds(1000)), BootTime(seconds(100))};
  RunRecord record{{"stdout", "sqlite:/x/counts.db"}, now};

  void pass(Nanos time) {
    now.steady += time;
    now.wall += time;
  }
  void tell(const Event& event) { record.take(event, now); }
  /// Batch `id`, which waited 2 ms, is closed and given out.
  void close(std::uint64_t id, std::uint64_t lines = 10) {
    const Label end(Millis(1000 * static_cast<std::int64_t>(id)));
    tell(event::BatchClosed{lines, 100, 5, end, 30, milliseconds(2), now.steady});
    tell(event::BatchGivenOut{id, end, now.steady});
  }
  void take(std::size_t sink, std::uint64_t batch) {
    tell(event::SinkTook{sink, batch, now.steady});
  }
  std::vector<std::string> problems() { return problems_of({facts, record, {}, now}); }
};

}  // namespace

TEST_CASE("a batch is processed when the last sink has made it last", "[run_record]") {
  Run run;
  run.close(1);
  run.pass(milliseconds(5));
  run.take(0, 1);
  CHECK_FALSE(run.record.batches().front().processed);
  run.pass(milliseconds(15));
  run.take(1, 1);
  const BatchRecord& batch = run.record.batches().front();
  CHECK(batch.processed == milliseconds(20));
  CHECK(batch.waited == milliseconds(2));
  CHECK(run.record.counters().lines == 10);
  CHECK(run.record.counters().words == 30);
  CHECK(run.record.processed().counts.at(4) == 1);  // up to 25 ms
}

TEST_CASE("an empty batch that no sink is told of is processed when it is given out",
          "[run_record]") {
  Run run;
  run.tell(event::BatchClosed{0, 0, 0, Label(Millis(5)), 0, Nanos(0), run.now.steady});
  run.pass(milliseconds(1));
  run.tell(event::BatchGivenOut{0, Label(Millis(5)), run.now.steady});
  CHECK(run.record.batches().front().processed == milliseconds(1));
  CHECK(run.record.lag_batches(0) == 0);
}

TEST_CASE("the lag of a sink is what it has not taken, and since when", "[run_record]") {
  Run run;
  run.close(1);
  run.pass(seconds(1));
  run.close(2);
  run.take(0, 2);
  run.pass(seconds(1));
  CHECK(run.record.lag_batches(0) == 0);
  CHECK(run.record.lag(0, run.now.steady) == Nanos(0));
  CHECK(run.record.lag_batches(1) == 2);
  CHECK(run.record.lag(1, run.now.steady) == seconds(2));
  run.take(1, 1);
  CHECK(run.record.lag_batches(1) == 1);
  CHECK(run.record.lag(1, run.now.steady) == seconds(1));
}

TEST_CASE("what an earlier run has left to a sink counts into its lag", "[run_record]") {
  Run run;
  run.record.go_on(7);
  run.record.go_on(0, 7);
  run.record.go_on(1, 4);
  run.pass(seconds(3));
  CHECK(run.record.lag_batches(0) == 0);
  CHECK(run.record.lag_batches(1) == 3);
  CHECK(run.record.lag(1, run.now.steady) == seconds(3));
}

TEST_CASE("the last thousand batches are remembered", "[run_record]") {
  Run run;
  for (std::uint64_t id = 1; id <= kBatchRecordsMax + 5; ++id) {
    run.close(id);
    run.take(0, id);
    run.take(1, id);
  }
  CHECK(run.record.batches().size() == kBatchRecordsMax);
  CHECK(run.record.batches().front().batch == 6);
  CHECK(run.record.counters().batches == kBatchRecordsMax + 5);
}

TEST_CASE("a run is well while it is quiet, and not where its source is away for long",
          "[run_record]") {
  Run run;
  run.pass(seconds(100));
  CHECK(run.problems().empty());
  run.tell(event::Waiting{"localhost:9999", "refused"});
  run.pass(seconds(5));
  CHECK(run.problems().empty());
  run.pass(milliseconds(1));
  CHECK(run.problems() == std::vector<std::string>{"waiting for localhost:9999: refused for 5 s"});
  run.tell(event::Connected{"localhost:9999", "peer"});
  CHECK(run.problems().empty());
  CHECK(run.record.counters().connections == 1);
}

TEST_CASE("a run is not well where a sink is away, or takes nothing of what is there",
          "[run_record]") {
  Run run;
  run.tell(event::OutputBusy{"/x/counts.db", 1});
  run.pass(seconds(6));
  REQUIRE(run.problems().size() == 1);
  CHECK(run.problems().front().starts_with("sqlite:/x/counts.db cannot be written to for 6 s"));
  run.close(1);
  run.take(1, 1);
  CHECK(run.problems().empty());
  run.pass(seconds(6));
  REQUIRE(run.problems().size() == 1);
  CHECK(run.problems().front() == "stdout has taken nothing for 6 s: 1 batch behind");
  run.take(0, 1);
  CHECK(run.problems().empty());
}

TEST_CASE("for a sink that is slow and goes on nobody is called", "[run_record]") {
  Run run;
  for (std::uint64_t id = 1; id <= 20; ++id) run.close(id);
  run.take(0, 20);
  for (std::uint64_t id = 1; id <= 20; ++id) {
    run.pass(seconds(4));
    run.take(1, id);
    CHECK(run.problems().empty());
  }
}

TEST_CASE("patience is three intervals, five seconds at least and a minute at most",
          "[run_record]") {
  CHECK(patience_of(Millis(10)) == seconds(5));
  CHECK(patience_of(Millis(4000)) == seconds(12));
  CHECK(patience_of(Millis(86'400'000)) == seconds(60));
}
