// How fast a SQLite store takes rows: batches of random words, each in one transaction, ordering
// and syncing included.
//   bench_rows FILE [WORDS]
// FILE is made anew. WORDS is how many different ones a batch has.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "env/storage.h"
#include "sink/row_store.h"
#include "sink/sqlite_store.h"
#include "words/order.h"
#include "words/word_counts.h"

using namespace wordstream;

namespace {

/// Different words of 4 to 12 letters or so, in no order.
WordCounts random_counts(std::size_t size) {
  std::mt19937_64 random(7);
  WordCounts::Builder builder;
  for (std::size_t i = 0; i < size; ++i) {
    std::string word;
    for (std::uint64_t letters = 2 + random() % 8; letters > 0; --letters) {
      word.push_back(static_cast<char>('a' + random() % 26));
    }
    builder.add(fmt::format("{}{:x}", word, i), 1 + random() % 1000);
  }
  return std::move(builder).build();
}

/// Rows per second of one batch after the other; the program ends where one fails.
std::vector<double> measure(const std::string& path, bool is_total,
                            const std::shared_ptr<const WordCounts>& counts) {
  const std::unique_ptr<Storage> storage = make_real_storage();
  SqliteStore store(*storage, path, is_total ? SqliteTable::Totals : SqliteTable::Counts, true);
  StoreProgress progress{.journal = "bench", .epoch = 1};
  std::optional<StoreProgress> found;
  const auto is_done = [](const Result<Act>& act) { return act && act->is_done(); };
  if (!is_done(store.read_progress(found)) || !is_done(store.take_over({{}, progress}))) return {};
  std::vector<double> speeds;
  for (std::uint64_t batch = 1; batch <= 5; ++batch) {
    const Label end(Millis(1'700'000'000'000) + batch * Millis(1000));
    progress.batch = batch;
    const auto start = std::chrono::steady_clock::now();
    std::vector<WordCount> rows;
    rows.reserve(counts->size());
    counts->for_each([&](const WordCount& row) { rows.push_back(row); });
    store.give({1, {end - Millis(1000), end}, std::move(rows)});
    const bool is_written = is_done(store.begin()) && is_done(store.write()) &&
                            is_done(store.note(progress)) && is_done(store.commit());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!is_written) break;
    speeds.push_back(static_cast<double>(counts->size()) / took.count());
  }
  return speeds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench_rows FILE [WORDS]\n", stderr), 64;
  const std::string path = argv[1];
  const std::size_t size = argc > 2 ? std::stoul(argv[2]) : 1'000'000;
  const auto counts = std::make_shared<const WordCounts>(random_counts(size));
  for (const bool is_total : {false, true}) {
    std::remove(path.c_str());
    const std::vector<double> speeds = measure(path, is_total, counts);
    if (speeds.size() < 5)
      return std::fprintf(stderr, "bench_rows: cannot write %s\n", argv[1]), 74;
    fmt::print("{:<18} {:.2f} million rows a second, the first batch {:.2f}\n",
               is_total ? "rows into totals" : "rows into counts",
               *std::max_element(speeds.begin() + 1, speeds.end()) / 1e6, speeds.front() / 1e6);
  }
  return 0;
}
