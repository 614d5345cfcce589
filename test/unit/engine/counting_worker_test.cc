#include "engine/counting_worker.h"

#include <algorithm>
#include <string_view>

#include "catch.h"
#include "sim/world.h"
#include "unit/engine/run_parts.h"

using namespace wordstream;

namespace {

/// A worker between its two queues.
struct Stand {
  Stand() { parts.config.keys.lower = true; }

  void give(std::string_view lines) {
    Work block = parts.spare_blocks.lend(100U);
    std::copy(lines.begin(), lines.end(), block->room().data());
    block->extend(lines.size());
    parts.memory.add_text(lines.size());
    REQUIRE(work.try_push(block));
  }
  void cut() {
    Work cut;
    REQUIRE(work.try_push(cut));
  }
  Next::Kind run() {
    Next next = worker.step();
    while (next.kind == Next::Kind::Again) next = worker.step();
    return next.kind;
  }

  sim::World world{1};
  std::unique_ptr<sim::FakePoller> loop = world.make_poller();
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  RunParts parts{world};
  WorkChannel work{4, *loop, *poller};
  TallyChannel tallies{1, *poller, *loop};
  CountingWorker worker{parts.context(), work, tallies, *poller};
};

}  // namespace

TEST_CASE("a worker hands out what it has counted at a cut, and begins anew", "[worker]") {
  Stand stand;
  stand.give("a B\nb\n");
  stand.give("c\n");
  stand.cut();
  stand.give("a\n");
  CHECK(stand.run() == Next::Kind::Wait);
  const std::optional<Tally> tally = stand.tallies.pop();
  REQUIRE(tally);
  CHECK(tally->lines.line_count == 3);
  CHECK(tally->words->size() == 3);
  CHECK_FALSE(stand.tallies.pop());
  CHECK(stand.parts.spare_blocks.in_use() == 0);

  stand.cut();
  stand.run();
  CHECK(stand.tallies.pop()->lines.line_count == 1);
}

TEST_CASE("a worker that had nothing to count hands out nothing", "[worker]") {
  Stand stand;
  stand.cut();
  stand.run();
  const std::optional<Tally> tally = stand.tallies.pop();
  REQUIRE(tally);
  CHECK(tally->lines.line_count == 0);
  CHECK(tally->words == nullptr);
}

TEST_CASE("a worker counts nothing while what it has cannot be handed out", "[worker]") {
  Stand stand;
  stand.cut();
  stand.run();
  stand.cut();
  stand.give("a\n");
  CHECK(stand.run() == Next::Kind::Wait);
  CHECK(stand.parts.spare_blocks.in_use() == 1);
  CHECK(stand.tallies.pop());
  stand.run();
  CHECK(stand.parts.spare_blocks.in_use() == 0);
}

TEST_CASE("a worker is done when no work can come any more", "[worker]") {
  Stand stand;
  stand.give("a\n");
  stand.work.close();
  CHECK(stand.run() == Next::Kind::Done);
  CHECK(stand.parts.spare_blocks.in_use() == 0);
}
