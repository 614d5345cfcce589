// A line counter by itself: what it tells while it counts.
#include "engine/line_counter.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "catch.h"
#include "sim/world.h"
#include "text/padding.h"
#include "unit/engine/run_parts.h"

using namespace wordstream;

namespace {

/// Each look at it takes a time.
class SlowClock final : public Clock {
 public:
  SteadyTime steady() const override { return now_ += span; }
  WallTime wall() const override { return {}; }
  BootTime boot() const override { return {}; }

  Nanos span{0};

 private:
  mutable SteadyTime now_{};
};

struct Told final : Observer {
  void on(const Event& event) override { events.push_back(event); }

  std::vector<Event> events;
};

struct Stand {
  explicit Stand(std::string_view grep) { parts.config.keys.grep = grep; }

  /// Counts so many bytes, which takes so long.
  void count(std::size_t byte_count, Nanos span) {
    clock.span = span;
    std::string lines(byte_count - 1, 'x');
    lines += '\n';
    lines.reserve(byte_count + kTextPadding);
    if (!counter) {
      const RunContext run = parts.context();
      counter.emplace(RunContext{run.config, clock, run.hash_key, told, run.control, run.memory,
                                 run.spare_blocks, run.spare_tables});
    }
    counter->count(lines, {}, tally);
  }

  std::vector<std::uint64_t> rates() const {
    std::vector<std::uint64_t> rates;
    for (const Event& event : told.events) {
      if (const auto* slow = std::get_if<event::SlowExpressions>(&event)) {
        rates.push_back(slow->bytes_per_second);
      }
    }
    return rates;
  }

  sim::World world{1};
  RunParts parts{world};
  SlowClock clock;
  Told told;
  std::optional<LineCounter> counter;
  Tally tally;
};

}  // namespace

TEST_CASE("an expression that lets less than 10 MB a second through is told of, once",
          "[line counter]") {
  Stand stand("x");
  stand.count(4'000'000, Millis(500));
  CHECK(stand.rates().empty());
  stand.count(4'000'000, Millis(500));
  CHECK(stand.rates() == std::vector<std::uint64_t>{8'000'000});
  stand.count(4'000'000, Millis(2000));
  CHECK(stand.rates().size() == 1);
}

TEST_CASE("an expression that was fast and is slow now is told of", "[line counter]") {
  Stand stand("x");
  stand.count(10'000'000, Millis(1000));
  stand.count(30'000'000, Millis(1000));
  CHECK(stand.rates().empty());
  stand.count(1'000'000, Millis(1000));
  CHECK(stand.rates() == std::vector<std::uint64_t>{1'000'000});
}

TEST_CASE("where there is no expression nobody looks at the clock", "[line counter]") {
  Stand stand("");
  stand.count(100, std::chrono::hours(1));
  CHECK(stand.rates().empty());
  CHECK(stand.clock.steady() == SteadyTime(std::chrono::hours(1)));
}
