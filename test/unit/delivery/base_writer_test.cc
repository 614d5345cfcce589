#include "delivery/base_writer.h"

#include <string>

#include "unit/delivery/kept_journal.h"
#include "window/running_totals.h"

using namespace wordstream;

namespace {

constexpr std::size_t kMuch = 3 * 1024 * 1024;

/// Totals of the batches 1, 2, 3 … in a journal, each with one word of its own.
struct Stand {
  void take(std::size_t weight, std::uint64_t taken_by_all) {
    ++last;
    const SliceRecord batch = KeptJournal::closing(last, "word" + std::to_string(last));
    REQUIRE(kept.journal->write(Record{.slice = batch}));
    fold.take(Batch{batch.interval, 1, 6, batch.counts});
    fold.next();
    writer.note(weight);
    REQUIRE(writer.step(fold, last, taken_by_all));
  }

  KeptJournal kept;
  RunningTotals fold{{.all = true}, {}, HashKey{1, 2}};
  BaseWriter writer{*kept.journal, 0};
  std::uint64_t last = 0;
};

}  // namespace

TEST_CASE("batches that weigh little need no base", "[base writer]") {
  Stand stand;
  for (int i = 0; i < 10; ++i) stand.take(1000, stand.last);
  CHECK(stand.kept.journal->base_through() == 0);
}

TEST_CASE("a base takes the place of the batches that outweigh the last one", "[base writer]") {
  Stand stand;
  stand.take(kMuch, 0);
  CHECK(stand.kept.journal->base_through() == 0);
  for (int i = 0; i < 3; ++i) stand.take(1, stand.last);
  CHECK(stand.kept.journal->base_through() == 1);

  stand.kept.reopen();
  std::string saved;
  REQUIRE(stand.kept.journal->read_base([&](std::string_view chunk) { saved += chunk; }));
  RunningTotals restored({.all = true}, {}, HashKey{3, 4});
  REQUIRE(restored.restore(saved));
  CHECK(restored.save() == saved);
}

TEST_CASE("a base waits for the sink that has still to be given a batch before it",
          "[base writer]") {
  Stand stand;
  stand.take(kMuch, 0);
  for (int i = 0; i < 5; ++i) stand.take(1, 0);
  CHECK(stand.kept.journal->base_through() == 0);
  stand.take(1, 1);
  CHECK(stand.kept.journal->base_through() == 1);
}
