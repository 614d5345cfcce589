// Sinks that lose their process, or the machine's power, at any effect, and once more while they
// recover; then they are to keep what their mode promises. The journal is a few variables here.
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "catch.h"
#include "seeds.h"
#include "sim/world.h"
#include "sink/file_sink.h"
#include "sink/row_sink.h"
#include "sink/sqlite_store.h"
#include "unit/sink/emission_of.h"
#include "unit/sink/turns.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

constexpr FormatOptions kTsv{FormatKind::Tsv, kAllRows};
constexpr std::uint64_t kBatchCount = 5;
const std::string kPath = "/out";

enum class Mode { AtMostOnce, AtLeastOnce, ExactlyOnce };

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

/// Some batches fill sectors, some fit in one.
Emission emission(std::uint64_t batch) {
  std::map<std::string, std::uint64_t> counts;
  for (std::uint64_t i = 0; i < batch * batch * 3; ++i) {
    counts["word" + std::to_string(batch) + "x" + std::to_string(i)] = 10 + i;
  }
  Emission emission = emission_of(counts);
  emission.batch = batch;
  return emission;
}

using OpenSink = std::function<Result<std::unique_ptr<Sink>>(World&, const SinkResume&, Observer&)>;

/// What a journal knows: it loses nothing.
struct Journaled {
  Mode mode;
  std::uint64_t epoch = 0;
  std::uint64_t last_batch = 0;
  SinkMark mark = {};
  bool has_disk_failed = false;  // and so may who uses it
  bool is_moved = false;         // the file, after every other batch
};

SinkResume resume_of(Journaled& journaled) {
  SinkResume resume;
  for (std::uint64_t i = 1; i <= journaled.epoch; ++i) resume.epochs_before.push_back(i);
  resume.epoch = ++journaled.epoch;
  resume.last_batch = journaled.last_batch;
  // What the sink has taken for sure is not kept.
  resume.first_kept = journaled.mark.applied + 1;
  resume.mark = journaled.mark;
  resume.shown_before = kTsv;
  resume.is_exactly_once = journaled.mode == Mode::ExactlyOnce;
  resume.must_last = journaled.mode != Mode::AtMostOnce;
  return resume;
}

/// The journal gets what the sink waits for, and it is told.
void keep_awaited(Sink& sink, Journaled& journaled) {
  std::optional<SinkMark> awaited = sink.awaited_mark();
  if (!awaited) return;
  awaited->applied = std::max(awaited->applied, journaled.mark.applied);
  journaled.mark = *awaited;
  sink.marked(*awaited);
}

std::string moved_path(std::size_t number) { return kPath + "." + std::to_string(number); }

/// Somebody moves the file away, and says so half the time.
Status move_away(World& world, Sink& sink) {
  std::size_t number = 1;
  while (world.disk.has(moved_path(number))) ++number;
  if (world.disk.has(kPath)) world.disk.rename(kPath, moved_path(number));
  if (world.prng.one_in(2)) sink.reopen();
  return finish_turns(sink, &Sink::turn, &world);
}

/// One process: takes up what is left to do, as far as it comes. Returns whether it has done all.
bool live(World& world, const OpenSink& open, Journaled& journaled) {
  Nobody nobody;
  const Result<std::unique_ptr<Sink>> sink = open(world, resume_of(journaled), nobody);
  const Status begun = sink ? begin(**sink, &world) : fail(sink);
  if (!begun) {
    INFO(begun.error().message);
    CHECK((journaled.has_disk_failed || !world.storage.is_alive()));
    return false;
  }
  SinkMark latest = (*sink)->mark().value();
  journaled.mark.place = latest.place;
  keep_awaited(**sink, journaled);
  for (std::uint64_t batch = latest.applied + 1; batch <= kBatchCount; ++batch) {
    journaled.last_batch = std::max(journaled.last_batch, batch);
    // The mark goes into the journal with the next batch, so that it is late.
    journaled.mark = latest;
    if (journaled.mode == Mode::AtMostOnce) journaled.mark.applied = batch;
    const Status given = give(**sink, emission(batch), &world);
    Result<SinkMark> settled = given ? settle(**sink, batch, &world) : fail(given);
    if (settled && journaled.is_moved && batch % 2 == 0) {
      if (const Status moved = move_away(world, **sink); !moved) settled = fail(moved);
    }
    if (settled) keep_awaited(**sink, journaled);
    if (!settled) {
      INFO(settled.error().message);
      CHECK((journaled.has_disk_failed || !world.storage.is_alive()));
      return false;
    }
    latest = (*sink)->mark().value();
  }
  return true;
}

/// A life that is cut short at the effect `first`, a second one at `second`, and a third. One whose
/// directory cannot be synced may not care about it, and is cut short a little later.
void crash(World& world, const OpenSink& open, Journaled& journaled, std::uint64_t first,
           std::uint64_t second) {
  for (std::uint64_t end : {first, second}) {
    world.disk.on_effect = [&](const Effect& effect) {
      if (effect.index != end) return Fate{};
      if (effect.kind == Effect::Kind::SyncDirectory && world.prng.one_in(2)) {
        end += world.prng.between(1, 8);
        journaled.has_disk_failed = true;
        return Fate{Fate::Kind::Fails};
      }
      return Fate{world.prng.one_in(2) ? Fate::Kind::DiesBefore : Fate::Kind::DiesAfter};
    };
    live(world, open, journaled);
    world.storage.kill();
    if (world.prng.one_in(2)) world.disk.lose_power();
    world.storage.restart();
  }
  world.disk.on_effect = nullptr;
  CHECK(live(world, open, journaled));
}

/// Calls `check` for a world after each of the crashes that there can be.
void for_each_crash(Mode mode, const OpenSink& open, const std::function<void(World&)>& check,
                    bool is_moved = false) {
  World whole(1);
  Journaled undisturbed{.mode = mode, .is_moved = is_moved};
  REQUIRE(live(whole, open, undisturbed));
  const std::uint64_t effect_count = whole.disk.effect_count();
  REQUIRE(effect_count > kBatchCount);
  for (std::uint64_t seed = 0; seed < part_of(20); ++seed) {
    for (std::uint64_t first = 1; first <= effect_count; ++first) {
      World world(seed * 1000 + first);
      Journaled journaled{.mode = mode, .is_moved = is_moved};
      const std::uint64_t second = first + world.prng.between(1, effect_count);
      INFO("seed " << seed << ", crashes at effects " << first << " and " << second);
      crash(world, open, journaled, first, second);
      check(world);
    }
  }
}

Result<std::unique_ptr<Sink>> open_file(World& world, const SinkResume& resume,
                                        Observer& observer) {
  return FileSink::open(world.storage, kPath, kTsv, resume, observer);
}

Result<std::unique_ptr<Sink>> open_database(World& world, const SinkResume& resume,
                                            Observer& observer) {
  static const Control control;
  auto store = std::make_unique<SqliteStore>(world.storage, kPath, SqliteTable::Counts, true);
  return std::make_unique<RowSink>(
      std::move(store),
      SinkContext{world.env(), observer, control, false, std::nullopt, kAllRows, resume});
}

/// All rows of all batches, as an undisturbed file has them.
std::string all_rows() {
  std::string text;
  for (std::uint64_t batch = 1; batch <= kBatchCount; ++batch) {
    text += formatted(kTsv, emission(batch));
  }
  return text;
}

/// The file in all its pieces.
std::string all_pieces(World& world) {
  std::string text;
  for (std::size_t number = 1; world.disk.has(moved_path(number)); ++number) {
    text += world.disk.text(moved_path(number));
  }
  return world.disk.has(kPath) ? text + world.disk.text(kPath) : text;
}

std::map<std::string, int> count_lines(const std::string& text) {
  std::map<std::string, int> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) ++lines[line];
  CHECK((text.empty() || text.back() == '\n'));
  return lines;
}

}  // namespace

TEST_CASE("exactly once, a file is the same after any two crashes", "[crashes]") {
  const std::string expected = all_rows();
  for_each_crash(Mode::ExactlyOnce, open_file,
                 [&](World& world) { CHECK(world.disk.text(kPath) == expected); });
}

TEST_CASE("exactly once, a file that is moved away has the same in all its pieces", "[crashes]") {
  const std::string expected = all_rows();
  for_each_crash(
      Mode::ExactlyOnce, open_file, [&](World& world) { CHECK(all_pieces(world) == expected); },
      true);
}

TEST_CASE("at least once, a file that is moved away has every row in its pieces", "[crashes]") {
  const std::map<std::string, int> expected = count_lines(all_rows());
  for_each_crash(
      Mode::AtLeastOnce, open_file,
      [&](World& world) {
        const std::map<std::string, int> lines = count_lines(all_pieces(world));
        CHECK(lines.size() == expected.size());
        for (const auto& [line, count] : lines) CHECK(expected.contains(line));
      },
      true);
}

TEST_CASE("at least once, a file has every row after any two crashes, and nothing else",
          "[crashes]") {
  const std::map<std::string, int> expected = count_lines(all_rows());
  for_each_crash(Mode::AtLeastOnce, open_file, [&](World& world) {
    const std::map<std::string, int> lines = count_lines(world.disk.text(kPath));
    CHECK(lines.size() == expected.size());
    for (const auto& [line, count] : lines) CHECK(expected.contains(line));
  });
}

TEST_CASE("at most once, a file has no row twice after any two crashes, and nothing else",
          "[crashes]") {
  const std::map<std::string, int> expected = count_lines(all_rows());
  for_each_crash(Mode::AtMostOnce, open_file, [&](World& world) {
    for (const auto& [line, count] : count_lines(world.disk.text(kPath))) {
      CHECK(count == 1);
      CHECK(expected.contains(line));
    }
  });
}

TEST_CASE("exactly once, a database is the same after any two crashes", "[crashes]") {
  for_each_crash(Mode::ExactlyOnce, open_database, [](World& world) {
    const auto database = world.storage.open_database(kPath, {}).value();
    const std::int64_t row_count = database->integer("SELECT count(*) FROM counts").value();
    const std::int64_t sum = database->integer("SELECT sum(count) FROM counts").value();
    std::int64_t expected_count = 0, expected_sum = 0;
    for (std::uint64_t batch = 1; batch <= kBatchCount; ++batch) {
      expected_count += static_cast<std::int64_t>(emission(batch).counts->size());
      expected_sum += static_cast<std::int64_t>(emission(batch).counts->total());
    }
    CHECK(row_count == expected_count);
    CHECK(sum == expected_sum);
    CHECK(database->integer("SELECT batch FROM wordstream_progress").value() == kBatchCount);
  });
}
