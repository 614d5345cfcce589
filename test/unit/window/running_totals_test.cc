#include "window/running_totals.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "sim/prng.h"
#include "unit/window/fold_table.h"
#include "window/batch_clock.h"

using namespace wordstream;

namespace {

constexpr HashKey kKey{1, 2};
constexpr RunningTotals::Rows kBoth{.all = true, .changed = true};
constexpr RunningTotals::Rows kAll{.all = true};
constexpr RunningTotals::Rows kChanged{.changed = true};

}  // namespace

TEST_CASE("totals tell of every word, and which of them a batch has changed", "[totals]") {
  RunningTotals fold(kBoth, {}, kKey);
  check_table(fold, R"(
    0.5 1  a b | 0.5-1: a=1 b=1 / a=1 b=1
    1 2    a   | 0.5-2: a=2 b=1 / a=2
    2 3        | 0.5-3: a=2 b=1 /
    3 3.2  c   | 0.5-3.2: a=2 b=1 c=1 / c=1
    end 3.2    |
  )");
}

TEST_CASE("a table of totals that nobody asked for stays empty", "[totals]") {
  RunningTotals all(kAll, {}, kKey);
  check_table(all, R"(
    0 1  a b | 0-1: a=1 b=1 /
    1 2  a   | 0-2: a=2 b=1 /
  )");
  RunningTotals changed(kChanged, {}, kKey);
  check_table(changed, R"(
    0 1  a b | 0-1: / a=1 b=1
    1 2  a   | 0-2: / a=2
  )");
}

TEST_CASE("a word that was silent for long is dropped and begins anew", "[totals]") {
  RunningTotals fold(kAll, Millis(2000), kKey);
  check_table(fold, R"(
    0 1  a b | 0-1: a=1 b=1 /
    1 2  a   | 0-2: a=2 b=1 /
    2 3      | 0-3: a=2 /
    3 4      | 0-4: /
    4 5  a   | 0-5: a=1 /
  )");
}

TEST_CASE("a word seen just in time stays", "[totals]") {
  RunningTotals fold(kChanged, Millis(2000), kKey);
  check_table(fold, R"(
    0 1  a   | 0-1: / a=1
    1 2      | 0-2: /
    2 3  a b | 0-3: / a=2 b=1
    3 4  b   | 0-4: / b=2
    4 5      | 0-5: /
    5 6  a   | 0-6: / a=1
  )");
}

TEST_CASE("a stall is silence, too", "[totals]") {
  RunningTotals fold(kChanged, Millis(5000), kKey);
  check_table(fold, R"(
    0 1  a b | 0-1: / a=1 b=1
    4 5  a   | 0-5: / a=2
    9 10 a b | 0-10: / a=3 b=1
    15 16 a  | 0-16: / a=1
  )");
}

TEST_CASE("a crowd of words that is dropped takes nobody else along", "[totals]") {
  RunningTotals fold(kChanged, Millis(3000), kKey);
  fold.take(crowded_batch(0, 1, 20'000, "a b"));
  take_due(fold);
  check_table(fold, R"(
    1 2  b c | 0-2: / b=2 c=1
    2 3  d   | 0-3: / d=1
    3 4  e   | 0-4: / e=1
    4 5  b   | 0-5: / b=3
    5 6  c d | 0-6: / c=1 d=2
    6 7  e   | 0-7: / e=2
    7 8  b e | 0-8: / b=4 e=3
    8 9  a   | 0-9: / a=1
  )");
  RunningTotals all(kAll, Millis(1000), kKey);
  for (int second = 0; second < 5; ++second) {
    all.take(crowded_batch(second, second + 1, 10'000, "always"));
    take_due(all);
  }
  check_table(all, R"(
    5 6  always new | 0-6: always=6 new=1 /
    6 7  always     | 0-7: always=7 /
  )");
}

namespace {

/// What `fold` shows once it has taken an empty batch.
std::string shown_by(RunningTotals& fold, int end) {
  fold.take(Batch{{Label(Millis(1000 * (end - 1))), Label(Millis(1000 * end))},
                  0,
                  0,
                  std::make_shared<const WordCounts>()});
  std::vector<std::string> rows;
  fold.next()->counts->for_each([&](const WordCount& row) {
    rows.push_back(std::string(row.word) + "=" + std::to_string(row.count));
  });
  std::sort(rows.begin(), rows.end());
  std::string text;
  for (const std::string& row : rows) text += row + " ";
  return text;
}

}  // namespace

TEST_CASE("totals that were saved go on where they were", "[totals]") {
  for (const std::optional<Millis> idle_after : {std::optional<Millis>(), {Millis(2000)}}) {
    RunningTotals fold(kAll, idle_after, kKey);
    check_table(fold, R"(
      0 1  a b a-long-word-that-is-no-number | 0-1: a=1 a-long-word-that-is-no-number=1 b=1 /
      1 2  a a | 0-2: a=3 a-long-word-that-is-no-number=1 b=1 /
    )");
    RunningTotals restored(kAll, idle_after, {3, 4}, Label());
    REQUIRE(restored.restore(fold.save()));
    for (const int end : {3, 4, 5}) CHECK(shown_by(restored, end) == shown_by(fold, end));
  }
}

namespace {

/// What `fold` shows of a batch before which the clock was set.
std::string shown_after(RunningTotals& fold, Millis step, double start, std::string_view words) {
  Batch batch = batch_of(start, start + 1, words);
  batch.interval.clock_step = step;
  fold.take(batch);
  return take_due(fold);
}

constexpr Millis kSecond{1000};
constexpr Millis kHour = std::chrono::hours(1);

}  // namespace

TEST_CASE("who sets the clock forward makes no word silent", "[totals]") {
  RunningTotals fold(kAll, Millis(2000), kKey);
  check_table(fold, "0 1  a b | 0-1: a=1 b=1 /");
  CHECK(shown_after(fold, kHour, 3601, "a") == "0-3602: a=2 b=1 /");
  check_table(fold, "3602 3603 | 0-3603: a=2 /");
}

TEST_CASE("time that labels have not shown is silence", "[totals]") {
  RunningTotals fold(kAll, Millis(2000), kKey);
  check_table(fold, "0 1  a b | 0-1: a=1 b=1 /");
  CHECK(shown_after(fold, -kHour, 1, "a") == "0-2: a=1 /");
}

TEST_CASE("a word of two batches between which no time has gone by is dropped once", "[totals]") {
  RunningTotals fold(kAll, Millis(2000), kKey);
  check_table(fold, "0 1  a b | 0-1: a=1 b=1 /");
  CHECK(shown_after(fold, kSecond, 1, "a") == "0-2: a=2 b=1 /");
  check_table(fold, R"(
    2 3 | 0-3: a=2 b=1 /
    3 4 | 0-4: /
  )");
}

TEST_CASE("totals that were saved know how long words were silent when the clock was set",
          "[totals]") {
  RunningTotals fold(kAll, Millis(3000), kKey);
  check_table(fold, "0 1  a b | 0-1: a=1 b=1 /");
  CHECK(shown_after(fold, kHour, 3601, "a") == "0-3602: a=2 b=1 /");
  RunningTotals restored(kAll, Millis(3000), {3, 4}, at(0));
  REQUIRE(restored.restore(fold.save()));
  check_table(restored, R"(
    3602 3603 | 0-3603: a=2 b=1 /
    3603 3604 | 0-3604: a=2 /
    3604 3605 | 0-3605: /
  )");
}

namespace {

/// Batches of one run in which the clock is set, and the program and the machine stand still.
std::vector<Batch> batches_of_restless_clock(std::uint64_t seed) {
  sim::Prng prng(seed);
  Now now{SteadyTime(), WallTime(24 * kHour), BootTime()};
  BatchClock clock(Millis(1000), now);
  std::vector<Batch> batches;
  for (int i = 0; i < 200; ++i) {
    const Nanos stall = Millis(prng.one_in(5) ? prng.below(4000) : 0);
    const Nanos passed = clock.deadline() - now.steady + stall;
    const Nanos suspend = Millis(prng.one_in(9) ? prng.below(4000) : 0);
    const Nanos set = Millis(prng.one_in(4) ? prng.between(0, 15'000) : 5000) - Millis(5000);
    now.steady += passed;
    now.boot += passed + suspend;
    now.wall += passed + suspend + set;
    std::string words;
    for (const char word : {'a', 'b', 'c', 'd'}) {
      if (prng.one_in(6)) words += std::string(1, word) + " ";
    }
    batches.push_back(batch_of(0, 0, words));
    batches.back().interval = clock.close_due(now);
  }
  return batches;
}

}  // namespace

TEST_CASE("totals given again without empty batches are the same, whatever the clock did",
          "[totals]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RunningTotals live(kAll, Millis(5000), kKey, Label(24 * kHour));
    RunningTotals again(kAll, Millis(5000), kKey, Label(24 * kHour));
    std::unique_ptr<RunningTotals> restored;
    for (const Batch& batch : batches_of_restless_clock(seed)) {
      live.take(batch);
      const std::string shown = take_due(live);
      if (batch.is_empty() && batch.interval.clock_step == Millis(0)) continue;
      INFO("seed " << seed << ", batch " << batch.interval.end.time_since_epoch().count());
      again.take(batch);
      REQUIRE(take_due(again) == shown);
      if (restored) {
        restored->take(batch);
        REQUIRE(take_due(*restored) == shown);
      } else if (batch.interval.end > Label(24 * kHour + Millis(60'000))) {
        restored = std::make_unique<RunningTotals>(kAll, Millis(5000), kKey, Label(24 * kHour));
        REQUIRE(restored->restore(live.save()));
      }
    }
    REQUIRE(restored);
  }
}

TEST_CASE("damaged totals are not restored", "[totals]") {
  RunningTotals fold(kAll, Millis(2000), kKey);
  check_table(fold, "0 1  a b | 0-1: a=1 b=1 /");
  const std::string saved = fold.save();
  for (std::size_t size = 0; size < saved.size(); ++size) {
    RunningTotals restored(kAll, Millis(2000), kKey);
    CHECK_FALSE(restored.restore(saved.substr(0, size)));
  }
  RunningTotals restored(kAll, Millis(2000), kKey);
  CHECK_FALSE(restored.restore(saved + "x"));
}
