#include "window/running_totals.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "unit/window/fold_table.h"

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
