#include "unit/source/source_run.h"

#include "plain_split.h"

namespace wordstream {

bool SourceRun::step() {
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

void SourceRun::crash_behind(std::size_t line_count) {
  source_.reset();
  block_.clear(kBlockBytes);
  lines_.resize(line_count);
  positions_.resize(line_count);
  goes_on_at = line_count == 0 ? beginning_ : positions_.back();
  error_.reset();
  wake_at_.reset();
  is_asleep_ = has_ended_ = false;
}

std::optional<Position> SourceRun::only_of(const Positions& positions) {
  REQUIRE(positions.by_name().size() <= 1);  // a file gives its place to the next one
  return positions.empty() ? std::nullopt : positions.by_name().begin()->second;
}

void SourceRun::hand_on() {
  std::size_t begin = 0;
  std::size_t end = 0;
  for_each_line(block_.lines(), [&](std::string_view line) {
    lines_.emplace_back(line);
    end += line.size();
    end += line_end_length(block_.lines().substr(end));
    Positions moves;
    block_.add_moves(begin, end, moves);
    begin = end;
    known_.apply(moves);
    positions_.push_back(only_of(known_));
  });
  cut_line_count_ += block_.cut_line_count;
  block_.clear(kBlockBytes);
}

}  // namespace wordstream
