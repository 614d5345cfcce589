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
#include "unit/source/event_log.h"

namespace wordstream {

using Lines = std::vector<std::string>;

class SourceRun : public EventLog {
 public:
  sim::World world{1};

 private:
  const std::unique_ptr<sim::FakePoller> poller_ = world.make_poller();

 public:
  /// To be changed before start().
  SourceContext context{.poller = *poller_,
                        .observer = *this,
                        .budget = {1000, 1'000'000},
                        .is_kept = true,
                        .is_lossy = false};

  void be_patient_for(Millis wait) {
    context.patience = Patience{wait, world.clock.steady() + wait};
  }

  /// Whatever is handed on is kept, and the source is told where it wants to hear of it.
  bool keeps_at_once = true;

  /// All that was handed on, or its first lines, are the run's own: the source is told what is new.
  void keep() { keep_lines(lines_.size()); }
  void keep_lines(std::size_t line_count);

  /// Where it is to go on, if not to begin: as a journal has it.
  Positions goes_on_from;

  /// Makes and opens a source, and lets it do what it can do at once.
  template <class AnySource, class... Args>
  Status start(Args&&... args) {
    source_ = std::make_unique<AnySource>(std::forward<Args>(args)..., context);
    if (Status opened = source_->open(goes_on_from); !opened) return opened;
    known_ = goes_on_from.empty() ? source_->beginning() : goes_on_from;
    if (lines_.empty()) beginning_ = known_;
    goes_on_from = known_;
    went_on_behind_ = lines_.size();
    settle();
    return {};
  }

  /// One turn, unless the source is over, or sleeps and nothing calls it: then returns false.
  bool step();

  /// Goes on until nothing more is to be done now.
  void settle();

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

  /// Time goes by in which the source has no turn.
  void pass_time(Nanos span) { world.timeline.advance_to(world.clock.steady() + span); }

  void pass(Nanos span) {
    const SteadyTime end = world.clock.steady() + span;
    world.timeline.after(span, [] {});
    pass_until([&] { return world.clock.steady() >= end; });
  }

  void stop() {
    source_->stop();
    hand_on();
  }

  /// Lets the last answers go out. Returns whether it had to wait for any.
  bool answers_last();
  /// The source is closed.
  void close() { source_.reset(); }

  /// The program is killed when no more than the first `line_count` lines have been dealt with for
  /// good: the next start() goes on behind them.
  void crash_behind(std::size_t line_count);
  void crash() { crash_behind(lines_.size()); }

  const Lines& lines() const { return lines_; }
  /// "word*2 other*1" of all that came counted, block by block.
  const Lines& counts() const { return counts_; }
  /// Where the source goes on behind each of them; nothing where it gives no positions.
  const std::vector<std::optional<Position>>& positions() const { return positions_; }
  const Positions& beginning() const { return beginning_; }
  /// All that is known now, as a journal has it.
  const Positions& known() const { return known_; }
  std::uint64_t cut_line_count() const { return cut_line_count_; }
  std::size_t awaited_count() const { return awaited_count_; }  ///< of blocks that are waited for
  /// How long the source has asked to be left alone at most; nothing for as long as nothing comes.
  std::optional<Nanos> rest() const {
    if (!wake_at_) return std::nullopt;
    return *wake_at_ - world.clock.steady();
  }
  bool has_ended() const { return has_ended_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool is_over() const { return has_ended_ || error_; }
  bool is_called() const {
    return poller_->would_return() || (wake_at_ && *wake_at_ <= world.clock.steady());
  }

  void hand_on();
  static constexpr std::size_t kBlockBytes = 1'000'000;
  Block block_{kBlockBytes};
  Positions known_;
  /// What was handed on and not kept, behind how many lines.
  std::vector<std::pair<std::size_t, Positions>> moves_;
  Positions beginning_;
  std::size_t went_on_behind_ = 0;  // so many lines
  Lines lines_;
  Lines counts_;  // a block each
  std::vector<std::optional<Position>> positions_;
  std::vector<Positions> known_behind_;  // each line
  std::uint64_t cut_line_count_ = 0;
  std::size_t awaited_count_ = 0;
  std::optional<SteadyTime> wake_at_;
  bool is_asleep_ = false;
  bool has_ended_ = false;
  std::optional<Error> error_;
  std::unique_ptr<Source> source_;
};

}  // namespace wordstream
