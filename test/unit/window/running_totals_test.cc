#include "window/running_totals.h"

#include "catch.h"
#include "unit/window/fold_table.h"

using namespace wordstream;

namespace {

constexpr HashKey kKey{1, 2};
using Rows = RunningTotals::Rows;

}  // namespace

TEST_CASE("totals show every word at every batch, or those that changed", "[totals]") {
  RunningTotals all(Rows::All, {}, kKey);
  check_table(all, R"(
    0.5 1  a b | 0.5-1: a=1 b=1
    1 2    a   | 0.5-2: a=2 b=1
    2 3        | 0.5-3: a=2 b=1
    3 3.2  c   | 0.5-3.2: a=2 b=1 c=1
    end 3.2    |
  )");
  RunningTotals changed(Rows::Changed, {}, kKey);
  check_table(changed, R"(
    0.5 1  a b | 0.5-1: a=1 b=1
    1 2    a   | 0.5-2: a=2
    2 3        | 0.5-3:
    3 3.2  c   | 0.5-3.2: c=1
    end 3.2    |
  )");
}

TEST_CASE("a word that was silent for long is dropped and begins anew", "[totals]") {
  RunningTotals fold(Rows::All, Millis(2000), kKey);
  check_table(fold, R"(
    0 1  a b | 0-1: a=1 b=1
    1 2  a   | 0-2: a=2 b=1
    2 3      | 0-3: a=2
    3 4      | 0-4:
    4 5  a   | 0-5: a=1
  )");
}

TEST_CASE("a word seen just in time stays", "[totals]") {
  RunningTotals fold(Rows::Changed, Millis(2000), kKey);
  check_table(fold, R"(
    0 1  a   | 0-1: a=1
    1 2      | 0-2:
    2 3  a b | 0-3: a=2 b=1
    3 4  b   | 0-4: b=2
    4 5      | 0-5:
    5 6  a   | 0-6: a=1
  )");
}

TEST_CASE("a stall is silence, too", "[totals]") {
  RunningTotals fold(Rows::Changed, Millis(5000), kKey);
  check_table(fold, R"(
    0 1  a b | 0-1: a=1 b=1
    4 5  a   | 0-5: a=2
    9 10 a b | 0-10: a=3 b=1
    15 16 a  | 0-16: a=1
  )");
}

TEST_CASE("dropped words leave their numbers to others, and the totals right", "[totals]") {
  RunningTotals fold(Rows::Changed, Millis(1000), kKey);
  for (int second = 0; second < 5; ++second) {
    std::string words = "always ";
    for (int i = 0; i < 10'000; ++i) words += std::to_string(second * 100'000 + i) + " ";
    fold.take(batch_of(second, second + 1, words));
    take_due(fold);
  }
  check_table(fold, R"(
    5 6  always 400001 300001 7 | 0-6: 300001=1 400001=2 7=1 always=6
    6 7  always                 | 0-7: always=7
  )");
}
