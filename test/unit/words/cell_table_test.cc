#include "words/cell_table.h"

#include <cstdint>
#include <map>
#include <random>

#include "catch.h"

using namespace wordstream;

namespace {

/// A number that is its own hash: tests say where it belongs.
struct NumberCell {
  std::uint64_t number;  // and 1
  std::uint32_t count;
  std::uint32_t unused;

  bool is_free() const { return number == 0; }
};

struct Numbers {
  CellTable<NumberCell> table;

  static std::uint64_t hash_of(const NumberCell& cell) { return cell.number - 1; }

  NumberCell* find(std::uint64_t number) {
    const auto is_it = [&](const NumberCell& cell) { return cell.number == number + 1; };
    NumberCell& home = table.lines().home(number);
    return is_it(home) ? &home : table.lines().find_beyond_home(number, is_it);
  }
  void add(std::uint64_t number) {
    NumberCell* cell = find(number);
    if (cell == nullptr) {
      cell = &table.enter(number, hash_of);
      *cell = {number + 1, 0, 0};
    }
    ++cell->count;
  }
};

}  // namespace

TEST_CASE("what a table of cells holds is found, however it is crowded, while it grows",
          "[cell_table]") {
  std::mt19937_64 random(GENERATE(as<std::uint64_t>{}, 1, 2, 3));
  // Homes are few, and the last ones are among them: cells overflow, also over the table's end.
  const std::uint64_t spread = GENERATE(as<std::uint64_t>{}, 1, 5, 1000, 1 << 20);
  Numbers numbers;
  std::map<std::uint64_t, std::uint32_t> expected;
  const std::size_t first_bytes = numbers.table.byte_count();
  for (int i = 0; i < 4000; ++i) {
    const std::uint64_t far = random() % 4 == 0 ? random() % 64 << 10U : random() << 40U;
    const std::uint64_t number = (far | (1023 - random() % spread % 1024)) >> 1U;
    numbers.add(number);
    ++expected[number];
  }
  CHECK(numbers.table.byte_count() > first_bytes);
  CHECK(numbers.table.size() == expected.size());
  std::size_t found = 0;
  for (const auto& [number, count] : expected) {
    const NumberCell* const cell = numbers.find(number);
    if (cell != nullptr && cell->count == count) ++found;
  }
  CHECK(found == expected.size());
  CHECK(numbers.find(~std::uint64_t{0} >> 1U) == nullptr);
}

TEST_CASE("a cell that comes more often than its line's other one in its home takes that",
          "[cell_table]") {
  Numbers numbers;
  numbers.add(5);
  for (int i = 0; i < 3; ++i) numbers.add(5 + (1 << 20));
  CHECK(numbers.table.lines().home(5).number == 5 + (1 << 20) + 1);
  CHECK(numbers.find(5)->count == 1);
  CHECK(numbers.table.look_count(Numbers::hash_of) > 2);
}

TEST_CASE("a search looks at its home cell first, then along the lines", "[cell_table]") {
  Numbers numbers;
  for (std::uint64_t i = 0; i < 9; ++i) numbers.add(i << 20U);
  // Four stand in the first line, whose cells are looked at once more behind the home cell.
  const std::size_t home = 1;
  const std::size_t line = (1 + 2) + (1 + 3) + (1 + 4);
  const std::size_t behind = (1 + 5) + (1 + 6) + (1 + 7) + (1 + 8) + (1 + 9);
  CHECK(numbers.table.look_count(Numbers::hash_of) == home + line + behind);
}
