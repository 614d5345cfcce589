// One source in a fake world, polled as the reader polls it, and what it brings and tells.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.h"
#include "model/block.h"
#include "sim/world.h"
#include "source/source.h"
#include "words/splitter.h"

namespace wordstream {

using Lines = std::vector<std::string>;

class SourceRun : private Observer {
 public:
  sim::World world{1};

 private:
  const std::unique_ptr<sim::FakePoller> poller_ = world.make_poller();

 public:
  /// To be changed before start().
  SourceContext context{*poller_, *this, {1000, 1'000'000}, false, {}};

  /// Makes and opens a source, and lets it do what it can do at once.
  template <class AnySource, class... Args>
  Status start(Args&&... args) {
    source_ = std::make_unique<AnySource>(std::forward<Args>(args)..., context);
    if (Status opened = source_->open(); !opened) return opened;
    settle();
    return {};
  }

  /// One turn, unless the source is over, or sleeps and nothing calls it: then returns false.
  bool step() {
    if (is_over() || (is_asleep_ && !is_called())) return false;
    if (is_asleep_) poller_->collect();
    const Result<Turn> turn = source_->poll(world.clock.steady(), block_);
    if (!turn) {
      error_ = turn.error();
      return false;
    }
    wake_at_ = turn->wake_at;
    is_asleep_ = turn->state == Turn::State::Idle;
    has_ended_ = turn->state == Turn::State::Ended;
    if (turn->state != Turn::State::Again) hand_on();
    return true;
  }

  /// Goes on until nothing more is to be done now.
  void settle() {
    for (int steps_left = 10'000; step(); --steps_left) {
      if (steps_left == 0) FAIL("the source does not go to sleep");
    }
  }

  /// Settles, and lets time go on to what happens next, until `has_come` or the source is over.
  template <class Predicate>
  void pass_until(Predicate has_come) {
    for (settle(); !has_come() && !is_over(); settle()) {
      std::optional<SteadyTime> next = world.timeline.next();
      if (wake_at_) next = std::min(*wake_at_, next.value_or(*wake_at_));
      if (!next) FAIL("the source waits for what cannot come");
      world.timeline.advance_to(std::max(*next, world.clock.steady()));
    }
  }

  void pass(Nanos span) {
    const SteadyTime end = world.clock.steady() + span;
    world.timeline.after(span, [] {});
    pass_until([&] { return world.clock.steady() >= end; });
  }

  void stop() {
    source_->stop();
    hand_on();
  }

  /// The lines so far.
  const Lines& lines() const { return lines_; }
  std::uint64_t cut_line_count() const { return cut_line_count_; }
  /// The events of one kind so far.
  template <class Kind>
  std::vector<Kind> told() const {
    std::vector<Kind> events;
    for (const Event& event : events_) {
      if (const Kind* const kind = std::get_if<Kind>(&event)) events.push_back(*kind);
    }
    return events;
  }
  /// How long the source has asked to be left alone at most; nothing for as long as nothing comes.
  std::optional<Nanos> rest() const {
    if (!wake_at_) return std::nullopt;
    return *wake_at_ - world.clock.steady();
  }
  bool has_ended() const { return has_ended_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  void on(const Event& event) override { events_.push_back(event); }

  bool is_over() const { return has_ended_ || error_; }
  bool is_called() const {
    return poller_->would_return() || (wake_at_ && *wake_at_ <= world.clock.steady());
  }

  void hand_on() {
    for_each_line(block_.lines(), [&](std::string_view line) { lines_.emplace_back(line); });
    cut_line_count_ += block_.cut_line_count;
    block_.clear(kBlockBytes);
  }

  static constexpr std::size_t kBlockBytes = 1'000'000;

  Block block_{kBlockBytes};
  Lines lines_;
  std::uint64_t cut_line_count_ = 0;
  std::vector<Event> events_;
  std::optional<SteadyTime> wake_at_;
  bool is_asleep_ = false;
  bool has_ended_ = false;
  std::optional<Error> error_;
  std::unique_ptr<Source> source_;
};

}  // namespace wordstream
