// Processes that die at every effect on the disk that they have, and at effects by chance. A case
// is a cell of the table of promises. To see a run again that has failed, give its effect, or its
// seed, to the case that failed, and every line of what happened is printed:
//
//   WORDSTREAM_EFFECT=17 build/dev/test/simulation_tests "<the name of the case>"
//   WORDSTREAM_SEED=17 build/dev/test/simulation_tests "<the name of the case>"
//
// For a longer search, WORDSTREAM_SEED_COUNT says how many seeds each case tries, and
// WORDSTREAM_LONG has each effect tried in every way.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catch.h"
#include "simulation/crash_run.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

constexpr std::uint64_t kSeedCount = 600;
constexpr std::uint64_t kSeedOfEveryEffect = 7;
const WindowShape kSliding{Millis(300), Millis(100)};
const WindowShape kTumbling{Millis(300), Millis(300)};

std::optional<std::uint64_t> number_in(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return {};
  return std::strtoull(text, nullptr, 10);
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

/// How a process dies at an effect, and the next one soon after; in more ways where there is time.
std::vector<std::vector<Crash>> ways_to_die(std::uint64_t effect) {
  sim::Prng prng(effect);
  const Crash again{prng.between(1, 60), false, Crash::Loss::ByChance};
  if (std::getenv("WORDSTREAM_LONG") == nullptr) {
    return {{Crash{effect, effect % 2 == 0, Crash::Loss::ByChance}, again}};
  }
  std::vector<std::vector<Crash>> ways;
  for (const auto loss : {Crash::Loss::Nothing, Crash::Loss::ByChance, Crash::Loss::All}) {
    for (const bool is_after : {false, true}) {
      ways.push_back({Crash{effect, is_after, loss}});
      ways.push_back({Crash{effect, is_after, loss}, again});
    }
  }
  return ways;
}

void at_every_effect(const CrashCell& cell) {
  CrashRun without_crash(cell, kSeedOfEveryEffect);
  REQUIRE(without_crash.run({}).value_or("") == "");
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_EFFECT");
  const std::uint64_t last = only.value_or(without_crash.effect_counts().front());
  for (std::uint64_t effect = only.value_or(1); effect <= last; ++effect) {
    for (const std::vector<Crash>& crashes : ways_to_die(effect)) {
      INFO("WORDSTREAM_EFFECT=" << effect << " shows this run: " << to_text(crashes.front()));
      REQUIRE(outcome_of(cell, kSeedOfEveryEffect, crashes, only.has_value()) == "");
    }
  }
}

/// A fold and crashes by the seed.
struct Draw {
  CrashCell cell;
  std::vector<Crash> crashes;
};

Draw draw(CrashCell cell, std::uint64_t seed) {
  sim::Prng prng(~seed);
  const FoldChoice folds[] = {PerBatch{}, kSliding, kTumbling, Totals{}};
  cell.fold = folds[prng.below(4)];
  std::vector<Crash> crashes;
  for (std::uint64_t left = prng.between(1, 4); left > 0; --left) {
    const std::uint64_t reach = prng.one_in(3) ? 60 : 500;
    const bool is_kill = prng.one_in(4);
    crashes.push_back(Crash{prng.between(1, reach), prng.one_in(2),
                            is_kill          ? Crash::Loss::Nothing
                            : prng.one_in(4) ? Crash::Loss::All
                                             : Crash::Loss::ByChance});
  }
  return {std::move(cell), std::move(crashes)};
}

void by_chance(const CrashCell& cell) {
  const std::optional<std::uint64_t> only = number_in("WORDSTREAM_SEED");
  const std::uint64_t last = only.value_or(number_in("WORDSTREAM_SEED_COUNT").value_or(kSeedCount));
  for (std::uint64_t seed = only.value_or(1); seed <= last; ++seed) {
    const Draw drawn = draw(cell, seed);
    INFO("WORDSTREAM_SEED=" << seed << " shows this run");
    REQUIRE(outcome_of(drawn.cell, seed, drawn.crashes, only.has_value()) == "");
  }
}

CrashCell cell(Mode mode, CrashSource source) { return {mode, source, {ToStdout{}}, kSliding}; }

std::uint64_t trace_of(std::uint64_t seed) {
  const Draw drawn = draw(cell(Mode::AtLeastOnce, CrashSource::Client), seed);
  CrashRun run(drawn.cell, seed);
  run.run(drawn.crashes);
  return run.world().trace.hash();
}

}  // namespace

TEST_CASE("a crash at any effect keeps at most once from a client", "[simulation][crash]") {
  at_every_effect(cell(Mode::AtMostOnce, CrashSource::Client));
}
TEST_CASE("a crash at any effect keeps at most once from a pipe", "[simulation][crash]") {
  at_every_effect(cell(Mode::AtMostOnce, CrashSource::Pipe));
}
TEST_CASE("a crash at any effect keeps at least once from a client", "[simulation][crash]") {
  at_every_effect(cell(Mode::AtLeastOnce, CrashSource::Client));
}
TEST_CASE("a crash at any effect keeps at least once from a pipe", "[simulation][crash]") {
  at_every_effect(cell(Mode::AtLeastOnce, CrashSource::Pipe));
}

TEST_CASE("crashes by chance keep at most once from a client", "[simulation][crash]") {
  by_chance(cell(Mode::AtMostOnce, CrashSource::Client));
}
TEST_CASE("crashes by chance keep at most once from a pipe", "[simulation][crash]") {
  by_chance(cell(Mode::AtMostOnce, CrashSource::Pipe));
}
TEST_CASE("crashes by chance keep at least once from a client", "[simulation][crash]") {
  by_chance(cell(Mode::AtLeastOnce, CrashSource::Client));
}
TEST_CASE("crashes by chance keep at least once from a pipe", "[simulation][crash]") {
  by_chance(cell(Mode::AtLeastOnce, CrashSource::Pipe));
}

TEST_CASE("the same seed is the same run over its crashes", "[simulation][crash]") {
  std::set<std::uint64_t> traces;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    traces.insert(trace_of(seed));
    REQUIRE(traces.count(trace_of(seed)) == 1);
  }
  CHECK(traces.size() == 20);
}
