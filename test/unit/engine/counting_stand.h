// A counting loop between two queues, in a fake world, for its tests.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.h"
#include "engine/counting_loop.h"
#include "sim/world.h"

namespace wordstream {

inline constexpr std::uint64_t kMemoryMax = 1'000'000;

/// A counting loop that looks at the clock every 8 bytes, between queues for two.
class CountingStand : private Observer {
 public:
  explicit CountingStand(std::optional<std::uint64_t> batch_count_max = {})
      : CountingStand([&](Config& config) { config.batch_count_max = batch_count_max; }) {}
  explicit CountingStand(const std::function<void(Config&)>& choose, bool goes_on = false)
      : config_(config_with(choose)), goes_on_(goes_on) {}

  /// The reader hands on a block; returns whether the queue takes it.
  bool hand_on(std::string_view lines, std::uint64_t cut_line_count = 0, bool is_awaited = false) {
    auto block = spare_blocks_.lend(1000U);
    std::copy(lines.begin(), lines.end(), block->room().data());
    block->extend(lines.size());
    block->cut_line_count = cut_line_count;
    block->is_awaited = is_awaited;
    return blocks.try_push(block);
  }

  /// The same with one behind which nobody sends more before it is committed.
  bool hand_on_awaited(std::string_view lines) { return hand_on(lines, 0, true); }

  /// The source is told here what was counted, as in a run without a journal.
  void acknowledge() { loop_.acknowledge_to(commits); }

  /// A block of one line whose stream goes on at `offset` behind it.
  bool hand_on_at(std::string_view line, std::uint64_t offset) {
    auto block = spare_blocks_.lend(1000U);
    std::copy(line.begin(), line.end(), block->room().data());
    block->extend(line.size());
    block->mark_end({stream, offset}, {line.size()});
    return blocks.try_push(block);
  }
  Positions at(std::uint64_t offset) const { return Positions({stream, offset}); }

  /// From now on others count. What they are given is seen in `work`.
  void hire(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      worker_pollers_.push_back(world_.make_poller());
      Poller& poller = *worker_pollers_.back();
      loop_.add_worker(work.emplace_back(1U, *poller_, poller),
                       tallies.emplace_back(1U, poller, *poller_));
    }
  }

  /// Steps until the loop sleeps or is done.
  Next::Kind run() {
    for (int steps_left = 1000; steps_left > 0; --steps_left) {
      const Next next = step();
      if (next.kind != Next::Kind::Again) return next.kind;
    }
    FAIL("the loop does not go to sleep");
    return Next::Kind::Done;
  }
  Next step() { return loop_.step(); }
  Next::Kind run_to_next_tick() {
    world_.clock.advance(config_.batch);
    return run();
  }
  void pass(Nanos span) { world_.clock.advance(span); }
  void set_wall_clock(Nanos forward) { world_.clock.jump_wall(forward); }
  /// When the batch that is open since the start is due.
  SteadyTime batch_deadline() const { return batch_clock_.deadline(); }

  std::vector<Slice> take_slices() {
    std::vector<Slice> taken;
    while (std::optional<Slice> slice = slices.pop()) taken.push_back(std::move(*slice));
    return taken;
  }
  const std::vector<event::LinesCut>& lines_cut() const { return lines_cut_; }

  void use_memory(std::uint64_t bytes) { world_.memory.used_bytes = bytes; }
  /// What was told of bytes that were not counted.
  std::optional<std::uint64_t> uncounted() const { return uncounted_; }

 private:
  void on(const Event& event) override {
    if (const auto* const cut = std::get_if<event::LinesCut>(&event)) lines_cut_.push_back(*cut);
    if (const auto* const e = std::get_if<event::Uncounted>(&event)) uncounted_ = e->byte_count;
  }

  sim::World world_{1};
  std::unique_ptr<sim::FakePoller> reader_poller_ = world_.make_poller();
  std::unique_ptr<sim::FakePoller> poller_ = world_.make_poller();
  std::unique_ptr<sim::FakePoller> delivery_poller_ = world_.make_poller();
  std::vector<std::unique_ptr<sim::FakePoller>> worker_pollers_;
  static Config config_with(const std::function<void(Config&)>& choose) {
    Config config;
    config.limits.piece_bytes = 8;
    choose(config);
    return config;
  }

  const Config config_;
  const BatchClock batch_clock_{config_.batch, world_.clock.now()};
  bool goes_on_;
  Recycler<Block> spare_blocks_;
  Recycler<WordTable> spare_tables_;
  std::vector<event::LinesCut> lines_cut_;
  std::optional<std::uint64_t> uncounted_;

 public:
  BlockChannel blocks{2, *reader_poller_, *poller_};
  SliceChannel slices{2, *poller_, *delivery_poller_};
  MemoryLimit memory{world_.memory, kMemoryMax, false};
  std::deque<WorkChannel> work;
  std::deque<TallyChannel> tallies;
  Control control;
  Acknowledger commits{*reader_poller_, *reader_poller_};
  const std::shared_ptr<const Stream> stream = std::make_shared<const Stream>(Stream{"s", ""});

 private:
  CountingLoop loop_{
      RunContext{
          config_, world_.clock, {1, 2}, *this, control, memory, spare_blocks_, spare_tables_},
      blocks,
      slices,
      *poller_,
      batch_clock_,
      goes_on_};
};

}  // namespace wordstream
