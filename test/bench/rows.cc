// How fast a SQLite sink takes rows: batches of random words, each in one transaction, ordering and
// syncing included.
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
#include "sink/sqlite_sink.h"
#include "words/order.h"
#include "words/word_counts.h"

using namespace wordstream;

namespace {

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

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
  Nobody nobody;
  const SqliteOptions options{kAllRows, is_total};
  SinkResume resume;
  resume.last_batch = 0;
  auto opened = SqliteSink::open(*storage, path, options, resume, nobody);
  std::vector<double> speeds;
  for (std::uint64_t batch = 1; opened && batch <= 5; ++batch) {
    const Label end(Millis(1'700'000'000'000) + batch * Millis(1000));
    const auto start = std::chrono::steady_clock::now();
    (*opened)->take(Emission{batch, {end - Millis(1000), end}, counts, counts});
    const Result<bool> flushed = (*opened)->flush();
    const Result<SinkMark> settled = (*opened)->settle(batch);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!flushed || !settled) break;
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
