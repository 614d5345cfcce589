#include "delivery/retention.h"

#include "catch.h"

using namespace wordstream;

namespace {

Label at(std::uint64_t seconds) { return Label(Millis(seconds * 1000)); }

/// Batches 1, 2, 3 … that end a second after each other.
void note(Retention& retention, std::uint64_t count) {
  for (std::uint64_t second = 1; second <= count; ++second) retention.note(second, at(second));
}

}  // namespace

TEST_CASE("without a window a batch is needed until all sinks have taken it", "[retention]") {
  Retention retention;
  note(retention, 5);
  CHECK(retention.unneeded_through(0) == 0);
  CHECK(retention.unneeded_through(3) == 3);
  CHECK(retention.unneeded_through(3) == 3);
  CHECK(retention.unneeded_through(5) == 5);
}

TEST_CASE("a batch is needed as long as a window to come covers it", "[retention]") {
  Retention retention(Millis(3000));
  note(retention, 9);
  // The window after the one that ends at 4 s begins after 1 s.
  CHECK(retention.unneeded_through(4) == 1);
  CHECK(retention.unneeded_through(9) == 6);
}

TEST_CASE("what was taken last is kept for the windows that end late", "[retention]") {
  Retention retention(Millis(3000));
  retention.note(1, at(10));
  retention.note(2, at(1000));
  CHECK(retention.unneeded_through(1) == 0);
  CHECK(retention.unneeded_through(2) == 1);
}
