// Processes that die at every effect on the disk that they have, and at effects by chance, in every
// cell of the table of promises (cells_of). To see a run again that has failed, give its effect, or
// its seed, to the case that failed, and every line of what happened is printed:
//
//   WORDSTREAM_CELL=3 WORDSTREAM_EFFECT=17 build/dev/test/simulation_tests "<the name of the case>"
//   WORDSTREAM_SEED=17 build/dev/test/simulation_tests "<the name of the case>"
//
// For a longer search, WORDSTREAM_SEED_COUNT says how many seeds each case tries, and
// WORDSTREAM_LONG=1 has each effect tried in every way, and short runs with every kind of fold.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catch.h"
#include "seeds.h"
#include "simulation/crash_run.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

constexpr std::uint64_t kSeedCount = 6700;
constexpr std::uint64_t kSeedCountOfTopics = 2000;
constexpr std::uint64_t kSeedCountOfSenders = 1000;
constexpr Crash::Moment kMoments[] = {Crash::Moment::Before, Crash::Moment::After,
                                      Crash::Moment::Failure};
constexpr std::uint64_t kSeedOfEveryEffect = 1;
/// Where a run has many batches, they are much alike: by default one effect in so many is tried
/// there, in each cell another one.
constexpr std::uint64_t kStrideOfMany = 2;
/// Of short runs there are some 160 cells, which differ in little.
constexpr std::uint64_t kStrideOfShort = 3;
constexpr std::size_t kBatches = 20;
constexpr std::size_t kBatchesOfShort = 3;
constexpr std::size_t kBatchesOfRotated = 8;
constexpr std::size_t kBatchesOfSetClock = 8;

bool is_long() { return number_in("WORDSTREAM_LONG").has_value(); }

bool has_file(const CrashCell& cell) {
  return std::ranges::find(cell.sinks, CrashSink::File) != cell.sinks.end();
}

/// Runs it with every line of what happens, where it is looked at alone.
std::string outcome_of(const CrashCell& cell, std::uint64_t seed, const std::vector<Crash>& crashes,
                       bool is_shown) {
  CrashRun run(cell, seed);
  if (is_shown) {
    for (const Crash& crash : crashes) fmt::print("{}\n", to_text(crash));
    run.world().trace.reader = [](std::string_view line) { fmt::print("{}\n", line); };
  }
  return run.run(crashes).value_or("");
}

/// How a process dies at an effect, and the next one soon after, while it recovers: after it or
/// because it fails, in turn, with a loss by chance. Where there is time both, also before it,
/// which leaves what the effect before left; with each other loss, and with one crash alone.
std::vector<std::vector<Crash>> ways_to_die(std::uint64_t effect, std::size_t cell_number) {
  sim::Prng prng(effect);
  const Crash again{prng.between(1, 60), Crash::Moment::Before, Crash::Loss::ByChance};
  if (!is_long()) {
    // Effects that are tried are some apart.
    const bool is_failure = (effect / kStrideOfMany + effect + cell_number) % 2 == 0;
    const auto moment = is_failure ? Crash::Moment::Failure : Crash::Moment::After;
    return {{Crash{effect, moment, Crash::Loss::ByChance, prng.between(1, 20)}, again}};
  }
  std::vector<std::vector<Crash>> ways;
  for (const auto moment : kMoments) {
    for (const auto loss : {Crash::Loss::Nothing, Crash::Loss::ByChance, Crash::Loss::All}) {
      ways.push_back({Crash{effect, moment, loss}});
      ways.push_back({Crash{effect, moment, loss}, again});
    }
  }
  return ways;
}

/// The small scenario: 20 batches, a file and a database, windows that slide; from every source, in
/// every mode. Where there is little time sets of files, topics and senders without keys are left
/// to the short one.
bool is_small_scenario(const CrashCell& cell, std::size_t /*number*/) {
  const bool is_costly = cell.source == CrashSource::FollowedSet ||
                         cell.source == CrashSource::Topic ||
                         cell.source == CrashSource::SendersWithoutKeys;
  if (is_costly && !is_long()) return false;
  const WindowShape* const window = std::get_if<WindowShape>(&cell.fold);
  return window != nullptr && window->slide != window->length &&
         cell.sinks == std::vector{CrashSink::File, CrashSink::Database};
}

/// Every source with every choice of sinks; by default one kind of fold each.
bool is_short_scenario(const CrashCell& /*cell*/, std::size_t number) {
  return is_long() || number % kFoldCount == number / kFoldCount % kFoldCount;
}

/// A file alone, each batch an emission: from every source.
bool is_rotated_scenario(const CrashCell& cell, std::size_t /*number*/) {
  return std::holds_alternative<PerBatch>(cell.fold) && cell.sinks == std::vector{CrashSink::File};
}

/// Totals in a file and a database, of a file: clocks are alike for every source.
bool is_set_clock_scenario(const CrashCell& cell, std::size_t /*number*/) {
  return std::holds_alternative<Totals>(cell.fold) && cell.source == CrashSource::FollowedFile &&
         cell.sinks == std::vector{CrashSink::File, CrashSink::Database};
}

void move_files(CrashCell& cell) { cell.is_rotated = true; }

/// No word is silent for so long.
void set_clock(CrashCell& cell) {
  cell.is_clock_set = true;
  cell.fold = Totals{std::chrono::minutes(2)};
}

/// The numbers behind `settled` up to `last`, or the one that is asked for. Fewer where fewer seeds
/// are, and in each cell others.
std::vector<std::uint64_t> effects_between(std::uint64_t settled, std::uint64_t last,
                                           const CrashCell& cell, std::size_t cell_number) {
  if (const auto only = number_in("WORDSTREAM_EFFECT")) return {*only};
  std::vector<std::uint64_t> effects;
  const std::uint64_t usual = cell.is_clock_set                    ? 1
                              : cell.batch_count > kBatchesOfShort ? kStrideOfMany
                                                                   : kStrideOfShort;
  const std::uint64_t stride =
      std::max<std::uint64_t>(1, kSeedCount / seed_count(kSeedCount)) * (is_long() ? 1 : usual);
  for (std::uint64_t effect = settled + 1 + cell_number % stride; effect <= last;
       effect += stride) {
    effects.push_back(effect);
  }
  return effects;
}

/// By it senders draw their habits: so each cell with them has others.
std::uint64_t seed_of(const CrashCell& cell, std::size_t number) {
  return kSeedOfEveryEffect + (has_senders(cell.source) ? number : 0);
}

void at_every_effect(const CrashCell& cell, std::size_t number) {
  const std::uint64_t seed = seed_of(cell, number);
  CrashRun without_crash(cell, seed);
  REQUIRE(without_crash.run({}).value_or("") == "");
  // Among all short runs there are some that end before the first rotation.
  if (!is_long()) {
    REQUIRE((without_crash.input().rotation_count() > 0) == is_followed(cell.source));
  }
  // Over a restart labels alone tell how long a word was silent: a step of the clock that the
  // journal has not got would be silence, too.
  for (const std::uint64_t effect :
       effects_between(without_crash.settled_effect_count(), without_crash.effect_counts().front(),
                       cell, number)) {
    for (const std::vector<Crash>& crashes : ways_to_die(effect, number)) {
      INFO("WORDSTREAM_CELL=" << number << " WORDSTREAM_EFFECT=" << effect << " shows this run: "
                              << to_text(cell) << ", " << to_text(crashes.front()));
      const bool is_shown = number_in("WORDSTREAM_EFFECT").has_value();
      REQUIRE(outcome_of(cell, seed, crashes, is_shown) == "");
    }
  }
}

/// In the cells that are wanted, with lines for so many intervals.
void at_every_effect(
    Mode mode, bool is_wanted(const CrashCell&, std::size_t), std::size_t batch_count,
    void disturb(CrashCell&) = [](CrashCell&) {}) {
  std::vector<CrashCell> cells = cells_of(mode);
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_CELL");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i].batch_count = batch_count;
    if (only ? i != *only : !is_wanted(cells[i], i)) continue;
    disturb(cells[i]);
    at_every_effect(cells[i], i);
  }
}

/// A cell, one after the other, and crashes by the seed.
struct Draw {
  CrashCell cell;
  std::vector<Crash> crashes;
};

enum class Share { Topics, Senders, Rest };

/// Which cases have the cell.
Share share_of(const CrashCell& cell) {
  if (cell.sinks == std::vector{CrashSink::Topic}) return Share::Topics;
  const bool waits = has_senders(cell.source) || cell.source == CrashSource::Counter;
  return waits ? Share::Senders : Share::Rest;
}

Draw draw(Mode mode, std::uint64_t seed, Share share) {
  sim::Prng prng(~seed);
  std::vector<CrashCell> cells = cells_of(mode);
  std::erase_if(cells, [&](const CrashCell& it) { return share_of(it) != share; });
  CrashCell cell = cells[seed % cells.size()];
  cell.batch_count = prng.between(3, 8);
  cell.is_rotated = has_file(cell) && prng.one_in(2);
  std::vector<Crash> crashes;
  for (std::uint64_t left = prng.one_in(2) ? 1 : prng.between(2, 4); left > 0; --left) {
    const std::uint64_t reach = prng.one_in(3) ? 60 : 350;
    const bool is_kill = prng.one_in(4);
    crashes.push_back(Crash{prng.between(1, reach), kMoments[prng.below(3)],
                            is_kill          ? Crash::Loss::Nothing
                            : prng.one_in(4) ? Crash::Loss::All
                                             : Crash::Loss::ByChance,
                            prng.between(1, prng.one_in(2) ? 8 : 50)});
  }
  return {std::move(cell), std::move(crashes)};
}

void by_chance(Mode mode, Share share = Share::Rest, std::uint64_t usual = kSeedCount) {
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_SEED");
  const std::uint64_t last = only.value_or(seed_count(usual));
  for (std::uint64_t seed = only.value_or(1); seed <= last; ++seed) {
    const Draw drawn = draw(mode, seed, share);
    INFO("WORDSTREAM_SEED=" << seed << " shows this run: " << to_text(drawn.cell));
    REQUIRE(outcome_of(drawn.cell, seed, drawn.crashes, only.has_value()) == "");
  }
}

/// Returns how many rows were taken back in all.
std::size_t into_topics_by_chance(Mode mode) {
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_SEED");
  const std::uint64_t last = only.value_or(seed_count(kSeedCountOfTopics));
  std::size_t taken_back_count = 0;
  for (std::uint64_t seed = only.value_or(1); seed <= last; ++seed) {
    const Draw drawn = draw(mode, seed, Share::Topics);
    INFO("WORDSTREAM_SEED=" << seed << " shows this run: " << to_text(drawn.cell));
    CrashRun run(drawn.cell, seed);
    if (only) run.world().trace.reader = [](std::string_view line) { fmt::print("{}\n", line); };
    REQUIRE(run.run(drawn.crashes).value_or("") == "");
    taken_back_count += run.taken_back_count();
  }
  return taken_back_count;
}

std::uint64_t trace_of(Share share, std::uint64_t seed) {
  const Draw drawn = draw(Mode::ExactlyOnce, seed, share);
  CrashRun run(drawn.cell, seed);
  run.run(drawn.crashes);
  return run.world().trace.hash();
}

}  // namespace

TEST_CASE("crashes by chance keep at most once", "[simulation][crash]") {
  by_chance(Mode::AtMostOnce);
}
TEST_CASE("crashes by chance keep at least once", "[simulation][crash]") {
  by_chance(Mode::AtLeastOnce);
}
TEST_CASE("crashes by chance keep exactly once", "[simulation][crash]") {
  by_chance(Mode::ExactlyOnce);
}

TEST_CASE("crashes by chance keep at most once from senders", "[simulation][crash]") {
  by_chance(Mode::AtMostOnce, Share::Senders, kSeedCountOfSenders);
}
TEST_CASE("crashes by chance keep at least once from senders", "[simulation][crash]") {
  by_chance(Mode::AtLeastOnce, Share::Senders, kSeedCountOfSenders);
}
TEST_CASE("crashes by chance keep exactly once from senders", "[simulation][crash]") {
  by_chance(Mode::ExactlyOnce, Share::Senders, kSeedCountOfSenders);
}

TEST_CASE("crashes by chance keep at most once into topics", "[simulation][crash]") {
  CHECK(into_topics_by_chance(Mode::AtMostOnce) == 0);
}
TEST_CASE("crashes by chance keep at least once into topics", "[simulation][crash]") {
  CHECK(into_topics_by_chance(Mode::AtLeastOnce) == 0);
}
// A reader that reads what is not committed sees rows that are taken back: so there were some.
TEST_CASE("crashes by chance keep exactly once into topics", "[simulation][crash]") {
  const std::size_t taken_back_count = into_topics_by_chance(Mode::ExactlyOnce);
  if (!number_in("WORDSTREAM_SEED") && seed_count(kSeedCountOfTopics) >= 100) {
    CHECK(taken_back_count > 0);
  }
}

TEST_CASE("a crash at any effect keeps at most once", "[simulation][crash]") {
  at_every_effect(Mode::AtMostOnce, is_small_scenario, kBatches);
}
TEST_CASE("a crash at any effect keeps at least once", "[simulation][crash]") {
  at_every_effect(Mode::AtLeastOnce, is_small_scenario, kBatches);
}
TEST_CASE("a crash at any effect keeps exactly once", "[simulation][crash]") {
  at_every_effect(Mode::ExactlyOnce, is_small_scenario, kBatches);
}

TEST_CASE("a crash at any effect of a short run keeps at most once", "[simulation][crash]") {
  at_every_effect(Mode::AtMostOnce, is_short_scenario, kBatchesOfShort);
}
TEST_CASE("a crash at any effect of a short run keeps at least once", "[simulation][crash]") {
  at_every_effect(Mode::AtLeastOnce, is_short_scenario, kBatchesOfShort);
}
TEST_CASE("a crash at any effect of a short run keeps exactly once", "[simulation][crash]") {
  at_every_effect(Mode::ExactlyOnce, is_short_scenario, kBatchesOfShort);
}

TEST_CASE("a crash at any effect keeps at most once over moved files", "[simulation][crash]") {
  at_every_effect(Mode::AtMostOnce, is_rotated_scenario, kBatchesOfRotated, move_files);
}
TEST_CASE("a crash at any effect keeps at least once over moved files", "[simulation][crash]") {
  at_every_effect(Mode::AtLeastOnce, is_rotated_scenario, kBatchesOfRotated, move_files);
}
TEST_CASE("a crash at any effect keeps exactly once over moved files", "[simulation][crash]") {
  at_every_effect(Mode::ExactlyOnce, is_rotated_scenario, kBatchesOfRotated, move_files);
}

TEST_CASE("a crash at any effect keeps totals at least once over a set clock",
          "[simulation][crash]") {
  at_every_effect(Mode::AtLeastOnce, is_set_clock_scenario, kBatchesOfSetClock, set_clock);
}
TEST_CASE("a crash at any effect keeps totals exactly once over a set clock",
          "[simulation][crash]") {
  at_every_effect(Mode::ExactlyOnce, is_set_clock_scenario, kBatchesOfSetClock, set_clock);
}

TEST_CASE("the same seed is the same run over its crashes", "[simulation][crash]") {
  std::set<std::uint64_t> traces;
  for (const Share share : {Share::Senders, Share::Rest}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      traces.insert(trace_of(share, seed));
      REQUIRE(traces.count(trace_of(share, seed)) == 1);
    }
  }
  CHECK(traces.size() == 40);
}
