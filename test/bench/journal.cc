// What the journal costs with batches of many different words: how long one takes from its cut
// until it is durable, and how long a restart takes to fold the batches of a minute again.
//   bench_journal DIRECTORY [WORDS [COMMITS]]
// DIRECTORY is made; WORDS is how many different ones a batch has.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "delivery/recovery.h"
#include "env/storage.h"
#include "journal/journal.h"
#include "text/padding.h"
#include "window/sliding_window.h"
#include "words/count_words.h"
#include "words/order.h"
#include "words/word_table.h"

using namespace wordstream;
using Clock = std::chrono::steady_clock;

namespace {

constexpr HashKey kKey{1, 2};
constexpr std::uint64_t kWindow = 60;  // batches
constexpr Label kBegan{Millis(1'700'000'000'000)};
constexpr Millis kBatch{1000};
constexpr double kDurableGoal = 50;  // milliseconds
constexpr double kRecoveryGoal = 10'000;

double millis_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

const char* verdict(double value, double goal) { return value <= goal ? "held" : "missed"; }

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "bench_journal: {}\n", why);
  std::exit(74);
}

/// Counts different words of 6 to 18 letters or so, in no order.
void fill(WordTable& table, std::size_t size) {
  std::mt19937_64 random(7);
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    fmt::format_to(std::back_inserter(text), "{:x}", i);
    for (std::uint64_t letters = 3 + random() % 9; letters > 0; --letters) {
      text.push_back(static_cast<char>('g' + random() % 20));
    }
    text.push_back('\n');
  }
  text.reserve(text.size() + kTextPadding);
  count_words(text, SplitMode::Space, table);
}

std::unique_ptr<Journal> open_journal(const std::string& directory) {
  const auto storage = make_real_storage();
  const Opening opening{.directory = directory,
                        .fingerprint = "bench",
                        .now = WallTime(kBegan.time_since_epoch()),
                        .sinks = {{"stdout", "tsv", kAllRows}},
                        .new_id = {},
                        .epoch_step = 1};
  auto journal = Journal::open(*storage, opening);
  if (!journal) give_up(journal.error().message);
  return std::move(*journal);
}

/// The milliseconds of some repetitions.
struct Times {
  std::vector<double> all;

  double share(double part) {
    std::sort(all.begin(), all.end());
    const auto at = static_cast<std::size_t>(part * static_cast<double>(all.size()));
    return all[std::min(all.size() - 1, at)];
  }
};

struct CommitTimes {
  Times packed;   ///< since the cut
  Times durable;  ///< since the cut
};

/// Packs what was counted and commits it, as a batch that is due does, beside the mark of the one
/// before and the removal of one that no window needs any more.
void commit(Journal& journal, const WordTable& table, CommitTimes& times) {
  const auto start = Clock::now();
  auto counts = std::make_shared<const WordCounts>(table.pack());
  times.packed.all.push_back(millis_since(start));
  const std::uint64_t id = journal.last_batch() + 1;
  const Label end = kBegan + id * kBatch;
  Record record{.slice = SliceRecord{.batch = id,
                                     .interval = {end - kBatch, end},
                                     .line_count = table.size(),
                                     .byte_count = table.size() * 13,
                                     .counts = std::move(counts),
                                     .closes = true}};
  if (id > 1) record.marks = {{0, {id - 1, {}}}};
  if (id > kWindow) record.prune_through = id - kWindow;
  if (const Status written = journal.write(record); !written) give_up(written.error().message);
  times.durable.all.push_back(millis_since(start));
}

/// The same bytes into a plain file: what the disk allows.
double write_plainly(int file, std::string_view bytes) {
  const auto start = Clock::now();
  if (::pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
      ::fdatasync(file) != 0) {
    give_up("cannot write beside the journal");
  }
  return millis_since(start);
}

double recover(const std::string& directory, std::size_t& words) {
  const auto start = Clock::now();
  const std::unique_ptr<Journal> journal = open_journal(directory);
  Recovery recovery(*journal, kKey, WallTime(kBegan.time_since_epoch()));
  SlidingWindow window({kWindow * kBatch, kBatch}, kKey);
  while (!recovery.is_done()) {
    const Result<Recovered> batch = recovery.next();
    if (!batch) give_up(batch.error().message);
    window.take(batch->batch);
    while (const auto emission = window.next()) words = emission->counts->size();
  }
  return millis_since(start);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench_journal DIRECTORY [WORDS [COMMITS]]\n", stderr), 64;
  const std::string directory = argv[1];
  const std::size_t size = argc > 2 ? std::stoul(argv[2]) : 433'000;
  const std::uint64_t commits = argc > 3 ? std::stoul(argv[3]) : 200;
  WordTable table(kKey);
  fill(table, size);
  const std::string bytes(table.pack().packed());

  CommitTimes times;
  Times plain;
  {
    const std::unique_ptr<Journal> journal = open_journal(directory);
    const int file = ::open((directory + "/plain").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    while (journal->last_batch() < kWindow) commit(*journal, table, times);
    times = {};
    for (std::uint64_t i = 0; i < commits; ++i) {
      commit(*journal, table, times);
      plain.all.push_back(write_plainly(file, bytes));
    }
    ::close(file);
  }
  std::size_t words = 0;
  const double recovery = recover(directory, words);
  const double durable = times.durable.share(0.99);
  fmt::print(
      "durable     {:.1f} ms after the cut (p99 of {}; median {:.1f}, packing {:.1f}) with {} "
      "different words, {:.1f} MB; at most {:.0f}: {}\n",
      durable, commits, times.durable.share(0.5), times.packed.share(0.5), size,
      static_cast<double>(bytes.size()) / 1e6, kDurableGoal, verdict(durable, kDurableGoal));
  fmt::print("plain file  {:.1f} ms for the same bytes and one sync (p99; median {:.1f})\n",
             plain.share(0.99), plain.share(0.5));
  fmt::print("recovery    {:.2f} s of a window of {} such batches, {} words; at most {:.0f}: {}\n",
             recovery / 1000, kWindow, words, kRecoveryGoal / 1000,
             verdict(recovery, kRecoveryGoal));
  return 0;
}
