// Windows against an oracle that merges all batches again for every window, over random schedules:
// batches in a row, stalls, runs that begin and end within an interval, and restarts.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "catch.h"
#include "sim/prng.h"
#include "unit/window/fold_table.h"
#include "window/sliding_window.h"

using namespace wordstream;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
/// Start, end, whether it is partial, and what it holds.
using Window = std::tuple<int, int, bool, Counts>;

/// Times are in tenths of an interval since some multiple of every slide.
struct Piece {
  int start;
  int end;
  Counts counts;
};
struct Schedule {
  int length = 0;
  int slide = 0;
  std::vector<Piece> batches;
  int run_end = 0;
};

constexpr int kInterval = 10;

std::vector<Window> oracle(const Schedule& schedule) {
  std::vector<Window> windows;
  const int began = schedule.batches.front().start;
  const auto merge = [&](int start, int end) {
    Counts merged;
    for (const Piece& batch : schedule.batches) {
      if (batch.start < start || batch.end > end) continue;
      if (batch.end <= start) continue;
      for (const auto& [word, count] : batch.counts) merged[word] += count;
    }
    return merged;
  };
  const auto is_batch_end = [&](int end) {
    return std::any_of(schedule.batches.begin(), schedule.batches.end(),
                       [&](const Piece& batch) { return batch.end == end; });
  };
  int end = schedule.slide;
  for (; end <= schedule.run_end; end += schedule.slide) {
    if (end <= began) continue;
    const int start = end - schedule.length;
    const Counts counts = merge(std::max(start, began), end);
    if (counts.empty() && !is_batch_end(end)) continue;
    windows.emplace_back(std::max(start, began), end, start < began, counts);
  }
  const int start = std::max(end - schedule.length, began);
  const Counts open = merge(start, schedule.run_end);
  const bool is_open = schedule.run_end > end - schedule.slide && start < schedule.run_end;
  if (is_open && !open.empty()) windows.emplace_back(start, schedule.run_end, true, open);
  return windows;
}

Schedule random_schedule(sim::Prng& prng) {
  Schedule schedule;
  schedule.length = kInterval * static_cast<int>(prng.between(1, 6));
  schedule.slide = kInterval * static_cast<int>(prng.between(1, 6));
  int now = static_cast<int>(prng.below(200));
  for (std::uint64_t left = prng.between(1, 12); left > 0; --left) {
    int end = now / kInterval * kInterval + kInterval;
    const bool ends_early = left == 1 && prng.one_in(2);
    if (ends_early)
      end = now + static_cast<int>(prng.between(1, static_cast<std::uint64_t>(end - now)));
    Piece batch{now, end, {}};
    for (std::uint64_t words = prng.one_in(3) ? 0 : prng.below(4); words > 0; --words) {
      batch.counts[std::string(1, static_cast<char>('a' + prng.below(4)))] += prng.between(1, 3);
    }
    if (ends_early && batch.counts.empty()) batch.counts["last"] = 1;
    schedule.batches.push_back(std::move(batch));
    schedule.run_end = end;
    if (ends_early) return schedule;
    now = end + (prng.one_in(6) ? kInterval * static_cast<int>(prng.below(15)) : 0);
  }
  schedule.run_end = now + static_cast<int>(prng.below(kInterval + 1));
  return schedule;
}

Label label(int time) { return at(time); }

Batch batch_of(const Piece& piece) {
  WordCounts::Builder builder;
  for (const auto& [word, count] : piece.counts) builder.add(word, count);
  Batch batch;
  batch.interval = {label(piece.start), label(piece.end)};
  batch.counts = std::make_shared<const WordCounts>(std::move(builder).build());
  return batch;
}

void collect(Fold& fold, std::vector<Window>& windows) {
  const auto time = [](Label end) { return static_cast<int>((end - label(0)).count() / 1000); };
  while (const std::optional<Emission> emission = fold.next()) {
    Counts counts;
    emission->counts->for_each(
        [&](const WordCount& row) { counts[std::string(row.word)] = row.count; });
    const Interval& interval = emission->interval;
    windows.emplace_back(time(interval.start), time(interval.end), interval.is_partial, counts);
  }
}

WindowShape shape_of(const Schedule& schedule) {
  return {Millis(schedule.length * 1000), Millis(schedule.slide * 1000)};
}

/// All windows of a run without a break.
std::vector<Window> run(const Schedule& schedule) {
  SlidingWindow fold(shape_of(schedule), HashKey{1, 2});
  std::vector<Window> windows;
  for (const Piece& piece : schedule.batches) {
    fold.take(batch_of(piece));
    collect(fold, windows);
  }
  fold.finish(label(schedule.run_end));
  collect(fold, windows);
  return windows;
}

/// The same by two runs: the second begins with batch `restart` and folds again what its first
/// window may reach back to.
std::vector<Window> run_twice(const Schedule& schedule, std::size_t restart) {
  SlidingWindow before(shape_of(schedule), HashKey{1, 2});
  std::vector<Window> windows;
  for (std::size_t i = 0; i < restart; ++i) {
    before.take(batch_of(schedule.batches[i]));
    collect(before, windows);
  }
  SlidingWindow after(shape_of(schedule), HashKey{3, 4}, label(schedule.batches.front().start));
  std::vector<Window> again;
  const int reach = schedule.batches[restart - 1].end - schedule.length - schedule.slide;
  for (std::size_t i = 0; i < restart; ++i) {
    if (schedule.batches[i].end < reach) continue;
    after.take(batch_of(schedule.batches[i]));
    collect(after, again);
  }
  for (std::size_t i = restart; i < schedule.batches.size(); ++i) {
    after.take(batch_of(schedule.batches[i]));
    collect(after, windows);
  }
  after.finish(label(schedule.run_end));
  collect(after, windows);
  return windows;
}

}  // namespace

TEST_CASE("windows of 100,000 random schedules are as merging all batches again makes them",
          "[window]") {
  for (std::uint64_t seed = 1; seed <= 100'000; ++seed) {
    sim::Prng prng(seed);
    const Schedule schedule = random_schedule(prng);
    const std::vector<Window> expected = oracle(schedule);
    INFO("seed " << seed);
    REQUIRE((run(schedule) == expected));
    if (schedule.batches.size() == 1) continue;
    const std::size_t restart = prng.between(1, schedule.batches.size() - 1);
    INFO("restarted at batch " << restart);
    REQUIRE((run_twice(schedule, restart) == expected));
  }
}
