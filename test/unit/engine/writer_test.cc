#include "engine/writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catch.h"
#include "sim/world.h"
#include "sink/stream_sink.h"
#include "unit/engine/run_parts.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

std::unique_ptr<Sink> rows_into(sim::FakeFiles& files) {
  return std::make_unique<StreamSink>(files.standard_output().value(),
                                      make_format({FormatKind::Tsv, kAllRows, false}));
}

/// A sink that writes down what it is told to do.
class Diary final : public Sink {
 public:
  explicit Diary(std::string& text) : text_(text) {}

  void take(const Emission& emission) override {
    emission.counts->for_each([&](const WordCount& row) { text_.append(row.word).append(", "); });
  }
  void settle(const BatchEnd& end, bool more_waiting) override {
    text_ += (more_waiting ? "put off " : "settle ") + std::to_string(end.batch) + ", ";
    settling_ = end.batch;
    is_put_off_ = more_waiting;
  }
  Result<Turn> turn(SteadyTime now) override {
    text_ += "turn, ";
    if (now < busy_until) return Turn::idle(busy_until);
    if (settling_ == 13) return fail(ErrorCode::Io, "no luck");
    if (settling_ != 0 && !is_put_off_) mark_ = SinkMark{settling_, "place", ""};
    return Turn::ended();
  }
  std::optional<SinkMark> mark() const override { return mark_; }
  std::optional<SinkMark> awaited_mark() const override { return awaited; }
  void marked(const SinkMark& mark) override {
    text_ += "marked " + mark.place + ", ";
    if (awaited && mark.place == awaited->place) awaited.reset();
  }
  void reopen() override { text_ += "reopen, "; }
  void finish() override {
    settling_ = 0;
    mark_ = SinkMark{8, "end", ""};
  }

  std::optional<SinkMark> awaited;
  SteadyTime busy_until;  // others are in its way

 private:
  std::string& text_;
  std::uint64_t settling_ = 0;
  bool is_put_off_ = false;
  std::optional<SinkMark> mark_;
};

/// A writer behind a queue for two emissions, and its standard output: a pipe for 16 bytes.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> delivery_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  EmissionChannel emissions{2, *delivery_poller, *poller};
  RunParts parts{world};
  SinkProgress progress{*delivery_poller, *poller};
  Writer writer;
  sim::FakeStdout& out = world.files.out;

  explicit Stand(std::unique_ptr<Sink> make_sink(sim::FakeFiles&) = rows_into)
      : writer(parts.context(), make_sink(world.files), emissions, progress, *poller) {
    out.capacity = 16;
  }
  explicit Stand(std::string& diary, const std::optional<SinkMark>& awaited = {})
      : writer(parts.context(), diary_of(diary, awaited), emissions, progress, *poller) {}
  static std::unique_ptr<Sink> diary_of(std::string& text, const std::optional<SinkMark>& awaited) {
    auto diary = std::make_unique<Diary>(text);
    diary->awaited = awaited;
    return diary;
  }

  void emit(const std::string& word) {
    Delivery emission(emission_of({{word, 1}}));
    CHECK(emissions.try_push(emission));
  }
  void end(std::uint64_t batch) {
    Delivery end(BatchEnd{batch});
    CHECK(emissions.try_push(end));
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
    return parts.control.is_abandoned() && parts.control.outcome().error().code == code;
  }
};

}  // namespace

TEST_CASE("a sink is asked to reopen once for all that have asked since, and when it is free",
          "[writer]") {
  std::string diary;
  Stand stand(diary);
  stand.parts.control.add(*stand.poller);
  stand.run();
  CHECK(diary.empty());
  stand.parts.control.reopen();
  stand.parts.control.reopen();
  CHECK(stand.poller->would_return());
  stand.run();
  CHECK(diary == "reopen, turn, ");
  stand.run();
  CHECK(diary == "reopen, turn, ");

  diary.clear();
  Stand waiting(diary, SinkMark{1, "place", ""});
  waiting.parts.control.reopen();
  waiting.run();
  CHECK(diary.empty());
  waiting.progress.set_kept(SinkMark{1, "place", ""});
  waiting.run();
  CHECK(diary == "marked place, reopen, turn, ");
}

TEST_CASE("it is told when a sink has made a batch last, once", "[writer]") {
  struct Parts final : RunParts {
    using RunParts::RunParts;
    void on(const Event& event) override {
      if (const auto* const took = std::get_if<event::SinkTook>(&event)) {
        told.push_back({took->sink, took->batch});
      }
    }
    std::vector<std::pair<std::size_t, std::uint64_t>> told;
  };
  Stand stand;
  Parts parts{stand.world};
  Writer writer(parts.context(), rows_into(stand.world.files), stand.emissions, stand.progress,
                *stand.poller, 5);
  stand.out.capacity = 1000;
  stand.emit("first");
  stand.end(7);
  while (writer.step().kind == Next::Kind::Again) {
  }
  CHECK(parts.told == std::vector<std::pair<std::size_t, std::uint64_t>>{{5, 7}});
}

TEST_CASE("emissions are written in their order", "[writer]") {
  Stand stand;
  stand.emit("first");
  stand.emit("second");
  stand.emissions.close();
  CHECK(stand.run() == Next::Kind::Done);
  const std::size_t first = stand.out.text().find("first\t");
  CHECK(first < stand.out.text().find("second\t"));
  CHECK(stand.parts.control.outcome().has_value());
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

TEST_CASE("a batch is settled when it has been written, and its mark can be read", "[writer]") {
  std::string diary;
  Stand stand(diary);
  CHECK(stand.progress.latest() == SinkMark{});
  stand.emit("word");
  stand.end(7);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(diary == "word, turn, settle 7, turn, ");
  CHECK(stand.progress.latest() == SinkMark{7, "place", ""});
}

TEST_CASE("a sink that cannot settle ends the run and has come no further", "[writer]") {
  std::string diary;
  Stand stand(diary);
  stand.end(12);
  CHECK(stand.run() == Next::Kind::Wait);
  stand.end(13);
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.has_ended_as(ErrorCode::Io));
  CHECK(stand.progress.latest().applied == 12);
}

TEST_CASE("a sink that is not told how to settle has come as far as it was given", "[writer]") {
  Stand stand;
  stand.out.capacity = 1000;
  stand.emit("word");
  stand.end(4);
  stand.run();
  CHECK(stand.row_count() == 1);
  CHECK(stand.progress.latest() == SinkMark{4});
}

TEST_CASE("a sink is given nothing while it waits for its mark to be durable", "[writer]") {
  std::string diary;
  const SinkMark awaited{0, "new file", ""};
  Stand stand(diary, awaited);
  stand.emit("word");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(diary.empty());
  CHECK(stand.delivery_poller->is_woken());
  CHECK(stand.progress.is_mark_awaited());
  CHECK(stand.progress.latest() == awaited);
  stand.progress.set_kept(SinkMark{0, "older", ""});
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.progress.is_mark_awaited());
  stand.progress.set_kept(awaited);
  CHECK(stand.poller->is_woken());
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(diary == "marked older, marked new file, word, turn, ");
  CHECK_FALSE(stand.progress.is_mark_awaited());
}

TEST_CASE("a batch may be put off while more is waiting, and is asked for when nothing is",
          "[writer]") {
  std::string diary;
  Stand stand(diary);
  stand.end(1);
  stand.end(2);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(diary == "put off 1, turn, settle 2, turn, ");
  CHECK(stand.progress.latest().applied == 2);
  diary.clear();
  stand.end(3);
  stand.emit("word");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(diary == "put off 3, turn, word, turn, settle 3, turn, ");
  CHECK(stand.progress.latest().applied == 3);
}

TEST_CASE("a sink that waits is asked for nothing, and wakes up by itself", "[writer]") {
  std::string diary;
  auto sink = std::make_unique<Diary>(diary);
  sim::World world{1};
  sink->busy_until = world.clock.steady() + std::chrono::milliseconds(20);
  const SteadyTime until = sink->busy_until;
  const auto delivery_poller = world.make_poller();
  const auto poller = world.make_poller();
  EmissionChannel emissions{2, *delivery_poller, *poller};
  RunParts parts{world};
  SinkProgress progress{*delivery_poller, *poller};
  Writer writer(parts.context(), std::move(sink), emissions, progress, *poller);
  for (const std::uint64_t batch : {1U, 2U}) {
    Delivery end(BatchEnd{batch});
    CHECK(emissions.try_push(end));
  }
  CHECK(writer.step().kind == Next::Kind::Again);
  const Next next = writer.step();
  CHECK(next.kind == Next::Kind::Wait);
  CHECK(next.until == until);
  CHECK(writer.step().kind == Next::Kind::Wait);
  CHECK(diary == "put off 1, turn, turn, ");
  world.timeline.advance_to(until);
  CHECK(writer.step().kind == Next::Kind::Again);
  CHECK(writer.step().kind == Next::Kind::Again);
  CHECK(diary == "put off 1, turn, turn, turn, settle 2, ");
}

TEST_CASE("a sink's last mark is that of its end", "[writer]") {
  std::string diary;
  Stand stand(diary);
  stand.end(7);
  stand.emissions.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.progress.latest() == SinkMark{8, "end", ""});
  CHECK(stand.progress.is_done());
}
