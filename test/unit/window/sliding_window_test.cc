#include "window/sliding_window.h"

#include <string>

#include "catch.h"
#include "unit/window/fold_table.h"

using namespace wordstream;

namespace {

constexpr HashKey kKey{1, 2};

SlidingWindow window(int length, int slide) {
  return SlidingWindow({Millis(length * 1000), Millis(slide * 1000)}, kKey);
}

}  // namespace

TEST_CASE("a sliding window counts the batches of its length, every slide", "[window]") {
  SlidingWindow fold = window(3, 1);
  check_table(fold, R"(
    0 1  a b   | 0-1~: a=1 b=1
    1 2  a     | 0-2~: a=2 b=1
    2 3  c     | 0-3: a=2 b=1 c=1
    3 4  a     | 1-4: a=2 c=1
    4 5        | 2-5: a=1 c=1
    5 6        | 3-6: a=1
    6 7        | 4-7:
    7 8        | 5-8:
  )");
}

TEST_CASE("a tumbling window counts every batch once", "[window]") {
  SlidingWindow fold = window(2, 2);
  check_table(fold, R"(
    0 1  a b   |
    1 2  a     | 0-2: a=2 b=1
    2 3        |
    3 4  c     | 2-4: c=1
    4 5        |
    5 6        | 4-6:
  )");
}

TEST_CASE("a window with gaps leaves out what falls between", "[window]") {
  SlidingWindow fold = window(2, 3);
  check_table(fold, R"(
    0 1  gap   |
    1 2  a     |
    2 3  b     | 1-3: a=1 b=1
    3 4  gap   |
    4 5  c     |
    5 6        | 4-6: c=1
  )");
}

TEST_CASE("a slide may be shorter than the window without dividing it", "[window]") {
  SlidingWindow fold = window(3, 2);
  check_table(fold, R"(
    0 1  a     |
    1 2  b     | 0-2~: a=1 b=1
    2 3  c     |
    3 4  d     | 1-4: b=1 c=1 d=1
    4 5  e     |
    5 6  f     | 3-6: d=1 e=1 f=1
  )");
}

TEST_CASE("windows end at multiples of the slide since the epoch, whenever the run began",
          "[window]") {
  SlidingWindow fold = window(4, 2);
  check_table(fold, R"(
    2.7 3  a   |
    3 4    b   | 2.7-4~: a=1 b=1
    4 5    c   |
    5 6    d   | 2.7-6~: a=1 b=1 c=1 d=1
    6 7    e   |
    7 8    f   | 4-8: c=1 d=1 e=1 f=1
  )");
}

TEST_CASE("ends that passed in a stall come in order under their own labels", "[window]") {
  SlidingWindow fold = window(3, 1);
  check_table(fold, R"(
    0 1    a   | 0-1~: a=1
    1 2    b   | 0-2~: a=1 b=1
    6 7    c   | 0-3: a=1 b=1; 1-4: b=1; 4-7: c=1
    7 8        | 5-8: c=1
  )");
}

TEST_CASE("windows that hold the same share one table", "[window]") {
  SlidingWindow fold = window(3, 1);
  fold.take(batch_of(0, 1, "a"));
  const auto first = fold.next();
  REQUIRE(first.has_value());
  CHECK(!fold.next().has_value());
  fold.take(batch_of(2, 3, ""));
  const auto second = fold.next();
  REQUIRE(second.has_value());
  CHECK(second->counts == first->counts);
  take_due(fold);
  fold.take(batch_of(3, 4, "b"));
  const auto third = fold.next();
  REQUIRE(third.has_value());
  CHECK(third->counts != first->counts);
  CHECK(third->counts->size() == 1);
}

TEST_CASE("of ends that passed in a stall, none is due that holds nothing", "[window]") {
  SlidingWindow fold = window(2, 1);
  check_table(fold, R"(
    0 1            | 0-1~:
    86400 86401  a | 86399-86401: a=1
    86401 86402    | 86400-86402: a=1
    86402 86403    | 86401-86403:
  )");
}

TEST_CASE("a stall does not lose the windows with gaps around it", "[window]") {
  SlidingWindow fold = window(1, 3);
  check_table(fold, R"(
    1 2    gap   |
    2 3    a     | 2-3: a=1
    3 4    gap   |
    5 6    b     | 5-6: b=1
    9 10   gap   |
    11 12  c     | 11-12: c=1
  )");
}

TEST_CASE("the window that is open at the end is due once, partial", "[window]") {
  SlidingWindow fold = window(3, 1);
  check_table(fold, R"(
    0 1    a     | 0-1~: a=1
    1 1.4  b     |
    end 1.4      | 0-1.4~: a=1 b=1
  )");
}

TEST_CASE("a window that was open at the end is not due again when a run without a line ends there",
          "[window]") {
  SlidingWindow window({Millis(10), Millis(10)}, HashKey{1, 2}, Label(Millis(1000)));
  const auto due_at = [&](int end) {
    window.finish(Label(Millis(end)));
    int count = 0;
    while (window.next()) ++count;
    return count;
  };
  WordCounts::Builder builder;
  builder.add("word", 1);
  window.take({{Label(Millis(1000)), Label(Millis(1004))},
               1,
               5,
               std::make_shared<const WordCounts>(std::move(builder).build())});
  CHECK(due_at(1004) == 1);
  CHECK(due_at(1004) == 0);
  CHECK(due_at(1003) == 0);
  CHECK(due_at(1006) == 1);
}

TEST_CASE("a run may end some time after its last line", "[window]") {
  SlidingWindow fold = window(4, 4);
  check_table(fold, R"(
    0 1    a     |
    1 2          |
    end 2.5      | 0-2.5~: a=1
  )");
}

TEST_CASE("a window that ends with the run is whole, and due once", "[window]") {
  SlidingWindow sliding = window(2, 1);
  check_table(sliding, R"(
    0 1    a     | 0-1~: a=1
    1 2    b     | 0-2: a=1 b=1
    end 2        |
  )");
  SlidingWindow tumbling = window(2, 2);
  check_table(tumbling, R"(
    0 1    a     |
    1 2    b     | 0-2: a=1 b=1
    end 2        |
  )");
}

TEST_CASE("a run that ends with an empty batch still open at a window's end", "[window]") {
  SlidingWindow fold = window(2, 2);
  check_table(fold, R"(
    0 1    a     |
    end 2        | 0-2: a=1
  )");
}

TEST_CASE("a run that ends in a stall gives the windows that ended before it", "[window]") {
  SlidingWindow fold = window(3, 1);
  check_table(fold, R"(
    0 1    a     | 0-1~: a=1
    1 2    b     | 0-2~: a=1 b=1
    end 4.5      | 0-3: a=1 b=1; 1-4: b=1
  )");
}

TEST_CASE("an open window without words is not due at the end", "[window]") {
  SlidingWindow fold = window(2, 1);
  check_table(fold, R"(
    0 1    a     | 0-1~: a=1
    1 2          | 0-2: a=1
    2 3          | 1-3:
    end 3.5      |
  )");
}

TEST_CASE("no window is open in a gap", "[window]") {
  SlidingWindow fold = window(1, 3);
  check_table(fold, R"(
    0 1    gap   |
    1 1.5  gap   |
    end 1.5      |
  )");
}

TEST_CASE("a run without a batch has no window", "[window]") {
  SlidingWindow fold = window(3, 1);
  CHECK(take_due(fold).empty());
  fold.finish(at(0.5));
  CHECK(take_due(fold).empty());
}

TEST_CASE("folding the last batches again goes on as if nothing had happened", "[window]") {
  SlidingWindow fold({Millis(3000), Millis(1000)}, kKey, at(0));
  fold.take(batch_of(2, 3, "c"));
  take_due(fold);
  check_table(fold, R"(
    3 4  d     | 1-4: c=1 d=1
    4 5        | 2-5: c=1 d=1
    5 6  e     | 3-6: d=1 e=1
  )");
}

TEST_CASE("counts beyond 32 bits go up and down", "[window]") {
  const auto big_batch = [](double end, std::uint64_t count) {
    Batch batch = batch_of(end - 1, end, "");
    WordCounts::Builder builder;
    builder.add("big", count);
    batch.line_count = 1;
    batch.counts = std::make_shared<const WordCounts>(std::move(builder).build());
    return batch;
  };
  SlidingWindow fold = window(2, 1);
  fold.take(big_batch(1, 0xFFFF'FFFF));
  take_due(fold);
  fold.take(big_batch(2, 0x1'0000'0000'0000));
  CHECK(take_due(fold) == "0-2: big=281479271677951");
  check_table(fold, R"(
    2 3        | 1-3: big=281474976710656
    3 4        | 2-4:
  )");
}

TEST_CASE("a crowd of words that leaves takes nobody else along", "[window]") {
  SlidingWindow fold = window(3, 1);
  fold.take(crowded_batch(0, 1, 20'000, "a b"));
  take_due(fold);
  fold.take(crowded_batch(1, 2, 10, "b c"));
  take_due(fold);
  fold.take(batch_of(2, 3, "c d"));
  take_due(fold);
  fold.take(batch_of(3, 4, "b"));
  take_due(fold);
  check_table(fold, R"(
    4 5  e   | 2-5: b=1 c=1 d=1 e=1
    5 6      | 3-6: b=1 e=1
    6 7  d   | 4-7: d=1 e=1
    7 8      | 5-8: d=1
    8 9      | 6-9: d=1
    9 10     | 7-10:
  )");
}

TEST_CASE("words that come and go leave no memory behind", "[window]") {
  SlidingWindow fold = window(2, 1);
  const auto go_on = [&](int second, int word_count) {
    fold.take(crowded_batch(second, second + 1, word_count, ""));
    take_due(fold);
  };
  for (int second = 0; second < 10; ++second) go_on(second, 5000);
  const std::size_t before = fold.byte_count();
  go_on(10, 50'000);
  const std::size_t swollen = fold.byte_count();
  for (int second = 11; second < 16; ++second) go_on(second, 5000);
  CHECK(swollen > 3 * before);
  CHECK(fold.byte_count() < 2 * before);
}
