// What is counted of some lines, as a choice has it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "catch.h"
#include "keys/key_counter.h"
#include "text/padding.h"

namespace wordstream {

struct Counted {
  std::map<std::string, std::uint64_t> keys;
  LineTotals lines;
};

inline Counted counted_keys(const KeyChoice& choice, std::string lines, const CutLines& cut = {}) {
  REQUIRE(check_keys(choice));
  lines.reserve(lines.size() + kTextPadding);
  WordTable table(HashKey{1, 2});
  KeyCounter counter(choice);
  Counted counted;
  counted.lines = counter.count(lines, cut, table);
  table.pack().for_each([&](const WordCount& row) { counted.keys.emplace(row.word, row.count); });
  return counted;
}

inline KeyChoice of_selector(SelectorChoice selector, KeySplit split = KeySplit::Line) {
  KeyChoice choice;
  choice.selector = std::move(selector);
  choice.split = split;
  return choice;
}

}  // namespace wordstream
