// What a window costs: random lines of a text as batches, added to and taken from one table, beside
// merging all batches of the window again.
//   bench_slides TEXT [LENGTH]
// LENGTH is the most batches of a window that is tried.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "text/padding.h"
#include "words/count_words.h"
#include "words/word_sums.h"
#include "words/word_table.h"

using namespace wordstream;

namespace {

constexpr HashKey kKey{1, 2};
constexpr std::size_t kMegabyte = 1'000'000;

std::vector<std::string> read_lines(const char* path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// What a batch of about `bytes` of random lines counts.
WordCounts random_batch(const std::vector<std::string>& lines, std::size_t bytes,
                        std::mt19937_64& random) {
  std::string text;
  while (text.size() < bytes) text += lines[random() % lines.size()] + '\n';
  text.reserve(text.size() + kTextPadding);
  WordTable table(kKey);
  count_words(text, SplitMode::Space, table);
  return table.pack();
}

double nanos_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

/// One row of the table: a window of `length` batches of about `bytes` each.
void measure(std::size_t length, std::size_t bytes, const std::vector<std::string>& lines) {
  std::mt19937_64 random(7);
  std::vector<WordCounts> batches;
  for (int i = 0; i < 20; ++i) batches.push_back(random_batch(lines, bytes, random));

  WordSums sums(kKey);
  std::deque<NumberedCounts> kept;
  std::size_t next = 0;
  const auto add = [&] { kept.push_back(sums.add(batches[next++ % batches.size()])); };
  while (kept.size() < length) add();

  const std::size_t slides = 100;
  std::size_t word_count = 0;
  auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < slides; ++i) {
    word_count += batches[next % batches.size()].size();
    add();
    sums.subtract(kept.front());
    kept.pop_front();
  }
  const double slide = nanos_since(start) / static_cast<double>(slides);
  const double words = static_cast<double>(word_count) / static_cast<double>(slides);

  start = std::chrono::steady_clock::now();
  WordSums again(kKey);
  for (std::size_t i = 0; i < length; ++i) again.add(batches[i % batches.size()]);
  const double merge = nanos_since(start);

  start = std::chrono::steady_clock::now();
  const WordCounts emitted = sums.pack();
  const double emission = nanos_since(start);

  std::size_t kept_bytes = 0;
  for (const NumberedCounts& counts : kept) kept_bytes += sizeof counts + counts.byte_count();
  const std::string name = fmt::format("{} x {} MB", length, bytes / kMegabyte);
  fmt::print("{:<22} {:>8.0f} {:>8} {:>8.0f} {:>8.2f} {:>8.0f} {:>8.2f} {:>8.1f} {:>8.1f}\n", name,
             words, emitted.size(), slide / words, emission / 1e6, merge / slide,
             static_cast<double>(kept_bytes) / words / static_cast<double>(length),
             static_cast<double>(sums.byte_count()) / static_cast<double>(emitted.size()),
             static_cast<double>(kept_bytes + sums.byte_count()) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench_slides TEXT [LENGTH]\n", stderr), 64;
  const std::size_t length_max = argc > 2 ? std::stoul(argv[2]) : 3600;
  const std::vector<std::string> lines = read_lines(argv[1]);
  if (lines.empty()) return std::fprintf(stderr, "bench_slides: %s has no lines\n", argv[1]), 66;
  fmt::print("{:<22} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "window of batches",
             "words in", "words in", "ns/word", "ms to", "times", "bytes a", "bytes a", "MB");
  fmt::print("{:<22} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "", "a batch", "window",
             "a slide", "emit", "faster", "batch's", "window's", "in all");
  for (const std::size_t megabytes : {1U, 30U}) {
    for (const std::size_t length : {5U, 60U, 3600U}) {
      if (length <= length_max) measure(length, megabytes * kMegabyte, lines);
    }
  }
  return 0;
}
