// The loop that anybody would write in C++, for any map: reads stdin, prints "count word", the most
// frequent first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

template <class Map>
int count_stdin() {
  std::ios::sync_with_stdio(false);
  Map counts;
  for (std::string word; std::cin >> word;) ++counts[word];
  std::vector<std::pair<std::uint64_t, std::string>> rows;
  rows.reserve(counts.size());
  for (const auto& [word, count] : counts) rows.emplace_back(count, word);
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [count, word] : rows) std::cout << count << ' ' << word << '\n';
  return std::cout.flush() ? 0 : 74;
}
