// How fast a table counts a text that is in memory already, and the parts of that.
//   bench_memory TEXT [WHAT [TARGET]]     TARGET: a processor of words/split_kernel.h
//   bench_memory                          prints the targets that this machine has
// WHAT is own, the table, once, from empty; again, the same when it has been filled and cleared
// before; flat_map, another table; split, the splitter alone, over a part that stays in the cache;
// head, what the first ten rows of the full table take.
// Prints seconds, words, different words, the table's bytes (0: not known) and a sum over all words
// and counts, with tabs between them: tables that have counted the same print the same sum.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#ifdef WORDSTREAM_HAS_FLAT_MAP
#include <boost/unordered/unordered_flat_map.hpp>
#endif

#include "text/padding.h"
#include "words/order.h"
#include "words/splitter.h"
#include "words/word_hash.h"
#include "words/word_table.h"

using namespace wordstream;

namespace {

constexpr HashKey kKey{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9};
/// As the program does: so much between two looks at the clock.
constexpr std::size_t kPieceBytes = 16U << 10U;

struct Outcome {
  double seconds = 0;
  std::uint64_t word_count = 0;
  std::size_t size = 0;
  std::size_t table_bytes = 0;
  std::uint64_t sum = 0;

  void add(std::string_view word, std::uint64_t count) {
    word_count += count;
    sum += WordHash(kKey)(word) * count;
  }
};

std::string read_padded(const char* path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::string text(in ? static_cast<std::size_t>(in.tellg()) : 0, '\0');
  text.reserve(text.size() + kTextPadding);
  in.seekg(0);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

template <class Take>
double time_pieces(std::string_view text, Take take) {
  const auto start = std::chrono::steady_clock::now();
  while (!text.empty()) {
    const std::size_t end = text.find('\n', std::min(kPieceBytes, text.size() - 1)) + 1;
    take(text.substr(0, end));
    text.remove_prefix(end);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double fill(WordTable& table, std::string_view text, const SplitTarget& target) {
  return time_pieces(text, [&](std::string_view piece) {
    Splitter splitter(piece, SplitMode::Space, target);
    while (splitter.next()) table.add_words(piece, splitter.edges());
    if (splitter.empty_count() != 0) table.add("", splitter.empty_count());
  });
}

Outcome count_ourselves(std::string_view text, const SplitTarget& target, bool is_first) {
  Outcome outcome;
  WordTable table(kKey);
  if (!is_first) {
    fill(table, text, target);
    table.clear();
  }
  outcome.seconds = fill(table, text, target);
  outcome.size = table.size();
  outcome.table_bytes = table.byte_count();
  table.pack().for_each([&](WordCount row) { outcome.add(row.word, row.count); });
  return outcome;
}

/// As many bytes as the text has; all sums are 0.
Outcome split_alone(std::string_view text, const SplitTarget& target) {
  constexpr std::size_t kPartBytes = 256U << 10U;
  const std::size_t last = std::min(kPartBytes, text.size()) - 1;
  const std::string_view part = text.substr(0, text.rfind('\n', last) + 1);
  Outcome outcome;
  for (std::size_t left = text.size(); left >= part.size() && !part.empty(); left -= part.size()) {
    outcome.seconds += time_pieces(part, [&](std::string_view piece) {
      Splitter splitter(piece, SplitMode::Space, target);
      while (splitter.next()) outcome.word_count += splitter.edges().size() / 2;
    });
  }
  return outcome;
}

/// The median of some.
Outcome take_head(std::string_view text, const SplitTarget& target) {
  constexpr std::size_t kRounds = 21;
  Outcome outcome;
  WordTable table(kKey);
  fill(table, text, target);
  std::vector<double> seconds;
  for (std::size_t i = 0; i < kRounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const WordCounts head = table.pack_head(10);
    outcome.word_count = rows_by_count(head, 10).front().count;
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::nth_element(seconds, seconds.begin() + kRounds / 2);
  outcome.seconds = seconds[kRounds / 2];
  outcome.size = table.size();
  outcome.table_bytes = table.byte_count();
  return outcome;
}

#ifdef WORDSTREAM_HAS_FLAT_MAP
/// A hash of wyhash's kind, which is our own without a secret.
struct FoldedHash {
  using is_avalanching = void;
  std::size_t operator()(std::string_view word) const { return WordHash(kKey)(word); }
};

/// The same splitter before Boost's table, whose words may stay where they are: in its favour.
Outcome count_with_flat_map(std::string_view text, const SplitTarget& target) {
  Outcome outcome;
  boost::unordered_flat_map<std::string_view, std::uint64_t, FoldedHash> counts;
  outcome.seconds = time_pieces(text, [&](std::string_view piece) {
    Splitter splitter(piece, SplitMode::Space, target);
    while (splitter.next()) {
      const auto edges = splitter.edges();
      for (std::size_t i = 0; i < edges.size(); i += 2) {
        ++counts[piece.substr(edges[i], edges[i + 1] - edges[i])];
      }
    }
    if (splitter.empty_count() != 0) counts[""] += splitter.empty_count();
  });
  outcome.size = counts.size();
  for (const auto& [word, count] : counts) outcome.add(word, count);
  return outcome;
}
#endif

const SplitTarget* find_target(std::string_view name) {
  const auto targets = split_targets();
  const auto found = std::ranges::find(targets, name, &SplitTarget::name);
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    for (const SplitTarget& target : split_targets()) fmt::print("{}\n", target.name);
    return 0;
  }
  const std::string_view what = argc > 2 ? argv[2] : "own";
  const SplitTarget* const target = argc > 3 ? find_target(argv[3]) : split_targets().data();
  if (target == nullptr) return fmt::print(stderr, "bench_memory: no target {}\n", argv[3]), 64;
  const std::string text = read_padded(argv[1]);
  if (!text.ends_with('\n')) return fmt::print(stderr, "bench_memory: {}: no lines\n", argv[1]), 66;

  Outcome outcome;
  if (what == "own" || what == "again") {
    outcome = count_ourselves(text, *target, what == "own");
  } else if (what == "split") {
    outcome = split_alone(text, *target);
  } else if (what == "head") {
    outcome = take_head(text, *target);
#ifdef WORDSTREAM_HAS_FLAT_MAP
  } else if (what == "flat_map") {
    outcome = count_with_flat_map(text, *target);
#endif
  } else {
    return fmt::print(stderr, "bench_memory: no {} in this build\n", what), 69;
  }
  fmt::print("{:.6f}\t{}\t{}\t{}\t{}\n", outcome.seconds, outcome.word_count, outcome.size,
             outcome.table_bytes, outcome.sum);
  return 0;
}
