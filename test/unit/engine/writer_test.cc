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
  Result<bool> flush() override {
    text_ += "flush, ";
    return true;
  }
  Result<SinkMark> settle(std::uint64_t batch) override {
    text_ += "settle " + std::to_string(batch) + ", ";
    if (batch == 13) return fail(ErrorCode::Io, "no luck");
    return SinkMark{batch, "place", ""};
  }
  std::optional<SinkMark> awaited_mark() const override { return awaited; }
  void marked(const SinkMark& mark) override {
    text_ += "marked " + mark.place + ", ";
    if (awaited && mark.place == awaited->place) awaited.reset();
  }
  std::optional<SinkMark> finish() override { return SinkMark{8, "end", ""}; }

  std::optional<SinkMark> awaited;

 private:
  std::string& text_;
};

/// A writer behind a queue for two emissions, and its standard output: a pipe for 16 bytes.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> delivery_poller = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  EmissionChannel emissions{2, *delivery_poller, *poller};
  Control control;
  SinkProgress progress{*delivery_poller, *poller};
  Writer writer;
  sim::FakeStdout& out = world.files.out;

  explicit Stand(std::unique_ptr<Sink> make_sink(sim::FakeFiles&) = rows_into)
      : writer(make_sink(world.files), emissions, progress, control, *poller) {
    out.capacity = 16;
  }
  explicit Stand(std::string& diary, const std::optional<SinkMark>& awaited = {})
      : writer(diary_of(diary, awaited), emissions, progress, control, *poller) {}
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
    Delivery end(EndOfBatch{batch});
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

TEST_CASE("a batch is settled when it has been written, and its mark can be read", "[writer]") {
  std::string diary;
  Stand stand(diary);
  CHECK(stand.progress.latest() == SinkMark{});
  stand.emit("word");
  stand.end(7);
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(diary == "word, flush, settle 7, ");
  CHECK(stand.progress.latest() == SinkMark{7, "place", ""});
}

TEST_CASE("a sink that cannot settle ends the run and has come no further", "[writer]") {
  std::string diary;
  Stand stand(diary);
  stand.end(12);
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
  CHECK(diary == "marked older, marked new file, word, flush, ");
  CHECK_FALSE(stand.progress.is_mark_awaited());
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
