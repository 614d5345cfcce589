// Whole lines of any bytes, of any length and wherever they lie, are split into the words that a
// reader finds who goes line by line and byte by byte: by the code for each kind of processor, in
// each of the three ways, whatever stands behind the end. And they are counted so.
//   input: what stands behind the end, how the last line ends, and how many letters stand before
//   the lines, in fifties (1 byte each); then the lines
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "plain_split.h"
#include "text/padding.h"
#include "words/count_words.h"

namespace wordstream {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// The words that are not empty, in their order, and how many others there are.
struct Plain {
  std::vector<std::string_view> words = {};
  std::uint64_t line_count = 0;
  std::uint64_t empty_count = 0;
};

Plain plain_of(std::string_view lines, SplitMode mode) {
  Plain plain;
  for_each_line(lines, [&](std::string_view line) {
    ++plain.line_count;
    for (const std::string_view word : plain_words(line, mode)) {
      word.empty() ? void(++plain.empty_count) : plain.words.push_back(word);
    }
  });
  return plain;
}

void check_split(std::string_view lines, SplitMode mode, const SplitTarget& target,
                 const Plain& plain) {
  auto splitter = std::make_unique<Splitter>(lines, mode, target);
  auto expected = plain.words.begin();
  const auto take = [&] {
    const std::span<const std::uint32_t> edges = splitter->edges();
    WS_CHECK(edges.size() % 2 == 0, "ending each word");
    for (std::size_t i = 0; i < edges.size(); i += 2) {
      WS_CHECK(expected != plain.words.end(), "finding no word where none is");
      const auto begin = static_cast<std::size_t>(expected->data() - lines.data());
      WS_CHECK(edges[i] == begin && edges[i + 1] == begin + expected->size(), "finding a word");
      ++expected;
    }
  };
  while (splitter->next()) take();
  WS_CHECK(expected == plain.words.end(), "finding all words");
  WS_CHECK(splitter->line_count() == plain.line_count, "counting lines");
  WS_CHECK(splitter->empty_count() == plain.empty_count, "counting empty words");
}

void check_counted(std::string_view lines, SplitMode mode, const Plain& plain) {
  static WordTable table(HashKey{1, 2});
  table.clear();
  WS_CHECK(count_words(lines, mode, table) == plain.line_count, "counting lines with words");
  Counts expected;
  for (const std::string_view word : plain.words) ++expected[std::string(word)];
  if (plain.empty_count != 0) expected[""] = plain.empty_count;
  Counts counts;
  table.pack().for_each([&](const WordCount& row) { counts.emplace(row.word, row.count); });
  WS_CHECK(counts == expected, "counting words");
}

void run(std::string_view bytes) {
  constexpr std::string_view kBehind = " x\n\r\t\xFF";
  constexpr std::array<std::string_view, 3> kEnds{"\n", "\r", "\r\n"};
  FuzzInput input(bytes);
  const char behind = kBehind[input.below(kBehind.size())];
  const std::string_view end = kEnds[input.below(kEnds.size())];
  // A word may be longer than what is split at once.
  std::string text(std::size_t{50} * input.byte(), 'w');
  text += input.rest();
  // Memory of its own: a sanitizer sees who reads beyond the padding.
  std::vector<char> all(text.begin(), text.end());
  if (!text.empty()) all.insert(all.end(), end.begin(), end.end());
  const std::size_t size = all.size();
  all.resize(size + kTextPadding, behind);
  all.shrink_to_fit();
  const std::string_view lines(all.data(), size);
  for (const SplitMode mode : {SplitMode::Space, SplitMode::Python, SplitMode::Whitespace}) {
    const Plain plain = plain_of(lines, mode);
    for (const SplitTarget& target : split_targets()) check_split(lines, mode, target, plain);
    check_counted(lines, mode, plain);
  }
}

std::vector<std::string> seeds() {
  const std::string text = "to be  or not\tto be \r\n\r\n   \n\v\f x\ry \xC3\xA9\xFF ";
  std::string mixed;
  for (int i = 0; i < 300; ++i) mixed += std::string(static_cast<std::size_t>(i % 7), ' ') + "ab\n";
  const auto head = [](char behind, char end, char letters) {
    return std::string{behind, end, letters};
  };
  return {head(0, 0, 0) + text,
          head(1, 1, 100) + " " + text,
          head(1, 0, '\xFF') + text,
          head(2, 2, 0) + mixed,
          head(3, 0, 0) + std::string(64, ' '),
          head(4, 1, 1) + std::string(13, 'x') + "\r\n" + std::string(127, '\n')};
}

}  // namespace

const FuzzTarget kSplitterFuzz{&run, &seeds};

}  // namespace wordstream
