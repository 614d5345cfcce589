// What the parts of the hot loop cost alone: splitter, digest, table, the end of a batch, a
// window's slide.
//   bench_micro TEXT DICTIONARY [FLAG...]      flags: those of google-benchmark
// Rows named kjv are TEXT, those named zipf lines of DICTIONARY's words, by Zipf's law; uniform are
// 10 million different words, all as likely.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#if __has_include(<boost/unordered/unordered_flat_map.hpp>)
#include <boost/unordered/unordered_flat_map.hpp>
#define WORDSTREAM_HAS_FLAT_MAP 1
#endif

#include "base/digest.h"
#include "format/format.h"
#include "model/emission.h"
#include "text/case_fold.h"
#include "text/padding.h"
#include "words/count_words.h"
#include "words/merge.h"
#include "words/order.h"
#include "words/word_sums.h"

using namespace wordstream;

namespace {

constexpr HashKey kKey{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9};
constexpr std::size_t kBatchBytes = 64 << 20;
/// As the program does: so much between two looks at the clock.
constexpr std::size_t kPieceBytes = 16 << 10;

std::string padded(std::string text) {
  text.reserve(text.size() + kTextPadding);
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string repeat(const std::string& text) {
  std::string repeated;
  while (repeated.size() < kBatchBytes) repeated += text;
  return padded(std::move(repeated));
}

/// Lines of ten words, `next_word()` giving each.
template <class NextWord>
std::string lines_of(NextWord next_word) {
  std::string text;
  for (std::size_t i = 1; text.size() < kBatchBytes; ++i) {
    text += next_word();
    text += i % 10 == 0 ? '\n' : ' ';
  }
  text += '\n';
  return padded(std::move(text));
}

std::string zipf_text(std::vector<std::string> words) {
  std::mt19937_64 random(7);
  std::shuffle(words.begin(), words.end(), random);
  std::vector<double> up_to;
  double sum = 0;
  for (std::size_t rank = 1; rank <= words.size(); ++rank) {
    up_to.push_back(sum += 1 / static_cast<double>(rank));
  }
  std::uniform_real_distribution<double> anywhere(0, sum);
  return lines_of([&] {
    const auto at = std::ranges::lower_bound(up_to, anywhere(random)) - up_to.begin();
    return std::string_view(words[static_cast<std::size_t>(at)]);
  });
}

std::string uniform_text() {
  std::mt19937_64 random(7);
  std::string word;
  return lines_of([&]() -> std::string_view {
    word.clear();
    std::uint64_t number = random() % 10'000'000 * 0x9e3779b97f4a7c15;
    for (std::uint64_t left = 4 + number % 8; left != 0; --left, number /= 26) {
      word.push_back(static_cast<char>('a' + number % 26));
    }
    return word;
  });
}

std::string long_text() {
  std::mt19937_64 random(7);
  std::string word(71, 'x');
  return lines_of([&]() -> std::string_view {
    word.replace(60, 6,
                 std::to_string(100'000 + static_cast<int>(std::sqrt(random() % 900'000'000'00))));
    return word;
  });
}

std::string one_a_line(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '\n');
  return padded(std::move(text));
}

template <class Take>
void for_each_piece(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n', std::min(kPieceBytes, text.size() - 1)) + 1;
    take(text.substr(0, end));
    text.remove_prefix(end);
  }
}

void note_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
void note_rows(benchmark::State& state, std::size_t rows) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

void split(benchmark::State& state, const std::string& text, SplitMode mode,
           const SplitTarget& target) {
  for (auto _ : state) {
    std::size_t edges = 0;
    for_each_piece(text, [&](std::string_view piece) {
      Splitter splitter(piece, mode, target);
      while (splitter.next()) edges += splitter.edges().size();
    });
    benchmark::DoNotOptimize(edges);
  }
  note_bytes(state, text.size());
}

void digest_blocks(benchmark::State& state, const std::string& text, const DigestTarget& target) {
  const std::string_view block = std::string_view(text).substr(0, 1 << 20);
  for (auto _ : state) benchmark::DoNotOptimize(digest(block, target));
  note_bytes(state, block.size());
}

void count(benchmark::State& state, const std::string& text) {
  WordTable table(kKey);
  for (auto _ : state) {
    for_each_piece(text,
                   [&](std::string_view piece) { count_words(piece, SplitMode::Space, table); });
    benchmark::DoNotOptimize(table.size());
    state.PauseTiming();
    table.clear();
    state.ResumeTiming();
  }
  note_bytes(state, text.size());
}

void count_lower(benchmark::State& state, const std::string& text) {
  WordTable table(kKey);
  std::string folded;
  for (auto _ : state) {
    for_each_piece(text, [&](std::string_view piece) {
      count_words(fold_case(piece, folded), SplitMode::Space, table);
    });
    benchmark::DoNotOptimize(table.size());
    state.PauseTiming();
    table.clear();
    state.ResumeTiming();
  }
  note_bytes(state, text.size());
}

/// The table that anybody would take, behind our splitter.
template <class Map>
void count_with(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    Map counts;
    for_each_piece(text, [&](std::string_view piece) {
      Splitter splitter(piece, SplitMode::Space);
      while (splitter.next()) {
        const auto edges = splitter.edges();
        for (std::size_t i = 0; i < edges.size(); i += 2) {
          ++counts[piece.substr(edges[i], edges[i + 1] - edges[i])];
        }
      }
    });
    benchmark::DoNotOptimize(counts.size());
  }
  note_bytes(state, text.size());
}

WordTable table_of(const std::string& text) {
  WordTable table(kKey);
  for_each_piece(text,
                 [&](std::string_view piece) { count_words(piece, SplitMode::Space, table); });
  return table;
}

void pack(benchmark::State& state, const std::string& text) {
  const WordTable table = table_of(text);
  for (auto _ : state) benchmark::DoNotOptimize(table.pack());
  note_rows(state, table.size());
}

void rows(benchmark::State& state, const std::string& text, std::size_t top) {
  const WordCounts counts = table_of(text).pack();
  for (auto _ : state) benchmark::DoNotOptimize(rows_by_count(counts, top));
  note_rows(state, counts.size());
}

void order(benchmark::State& state, const std::string& text) {
  const WordCounts counts = table_of(text).pack();
  std::vector<WordCount> all;
  counts.for_each([&](const WordCount& row) { all.push_back(row); });
  for (auto _ : state) {
    std::vector<WordCount> ordered = all;
    order_by_word(ordered);
    benchmark::DoNotOptimize(ordered.data());
  }
  note_rows(state, counts.size());
}

void print(benchmark::State& state, const std::string& text, FormatKind kind, std::size_t top) {
  const auto counts = std::make_shared<const WordCounts>(table_of(text).pack());
  const Emission emission{
      1, {Label(Millis(1'700'000'000'000)), Label(Millis(1'700'000'001'000))}, counts, counts};
  const auto format = make_format({.kind = kind, .top = top});
  std::string out;
  for (auto _ : state) {
    out.clear();
    format->append(emission, out);
  }
  note_rows(state, counts->size());
}

void slide(benchmark::State& state, const std::string& text) {
  const WordCounts counts = table_of(text).pack();
  WordSums sums(kKey);
  sums.add(counts);
  for (auto _ : state) sums.subtract(sums.add(counts));
  note_rows(state, counts.size());
}

void merge_tables(benchmark::State& state, const std::string& text) {
  const WordTable table = table_of(text);
  WordTable merged(kKey);
  merged.add_all(table);
  for (auto _ : state) merged.add_all(table);
  note_rows(state, table.size());
}

template <class Run>
void add(const std::string& name, Run run) {
  benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMillisecond)->UseRealTime();
}

/// The rows of one text.
void add_text(const std::string& name, const std::string& text) {
  add("count/" + name, [&](benchmark::State& state) { count(state, text); });
#ifdef WORDSTREAM_HAS_FLAT_MAP
  add("count/" + name + "/flat_map", [&](benchmark::State& state) {
    count_with<boost::unordered_flat_map<std::string_view, std::uint64_t>>(state, text);
  });
#endif
  add("count/" + name + "/unordered_map", [&](benchmark::State& state) {
    count_with<std::unordered_map<std::string_view, std::uint64_t>>(state, text);
  });
}

void add_end_of_batch(const std::string& name, const std::string& text) {
  add("pack/" + name, [&](benchmark::State& state) { pack(state, text); });
  add("top10/" + name, [&](benchmark::State& state) { rows(state, text, 10); });
  add("by_count/" + name, [&](benchmark::State& state) { rows(state, text, kAllRows); });
  add("by_word/" + name, [&](benchmark::State& state) { order(state, text); });
  add("print10/" + name,
      [&](benchmark::State& state) { print(state, text, FormatKind::Print, 10); });
  add("tsv/" + name,
      [&](benchmark::State& state) { print(state, text, FormatKind::Tsv, kAllRows); });
  add("json/" + name,
      [&](benchmark::State& state) { print(state, text, FormatKind::Json, kAllRows); });
  add("slide/" + name, [&](benchmark::State& state) { slide(state, text); });
  add("merge/" + name, [&](benchmark::State& state) { merge_tables(state, text); });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: bench_micro TEXT DICTIONARY [FLAG...]\n", stderr), 64;
  const std::string text = read_file(argv[1]);
  const std::vector<std::string> dictionary = read_lines(argv[2]);
  if (text.empty() || dictionary.empty()) {
    return std::fputs("bench_micro: there is nothing in TEXT or DICTIONARY\n", stderr), 66;
  }
  const std::string kjv = repeat(text);
  const std::string zipf = zipf_text(dictionary);
  const std::string uniform = uniform_text();
  const std::string lines = one_a_line(kjv);
  const std::string longs = long_text();
  for (const SplitTarget& target : split_targets()) {
    for (const auto& [name, mode] :
         {std::pair{"space", SplitMode::Space}, std::pair{"whitespace", SplitMode::Whitespace}}) {
      add(std::string("split/") + name + "/" + target.name,
          [&, mode](benchmark::State& state) { split(state, kjv, mode, target); });
    }
  }
  for (const DigestTarget& target : digest_targets()) {
    add(std::string("digest/") + target.name,
        [&](benchmark::State& state) { digest_blocks(state, kjv, target); });
  }
  add_text("kjv", kjv);
  add_text("zipf", zipf);
  add_text("uniform", uniform);
  add("count/one_a_line", [&](benchmark::State& state) { count(state, lines); });
  add("count/long", [&](benchmark::State& state) { count(state, longs); });
  add("count/kjv/lower", [&](benchmark::State& state) { count_lower(state, kjv); });
  add_end_of_batch("kjv", kjv);
  add_end_of_batch("zipf", zipf);
  add_end_of_batch("uniform", uniform);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
