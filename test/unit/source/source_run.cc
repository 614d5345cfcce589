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

void SourceRun::settle() {
  for (int steps_left = 10'000; step(); --steps_left) {
    if (steps_left == 0) FAIL("the source does not go to sleep");
  }
}

bool SourceRun::answers_last() {
  bool has_waited = false;
  while (true) {
    const Turn turn = source_->answer(world.clock.steady());
    if (turn.state == Turn::State::Ended) return has_waited;
    has_waited = true;
    if (turn.state == Turn::State::Idle) poller_->wait(turn.wake_at);
  }
}

void SourceRun::crash_behind(std::size_t line_count) {
  source_.reset();
  moves_.clear();
  block_.clear(kBlockBytes);
  if (line_count == went_on_behind_) {
    known_ = goes_on_from;  // what was durable never goes back
  } else if (line_count != lines_.size()) {
    known_ = line_count == 0 ? beginning_ : known_behind_.at(line_count - 1);
  }
  lines_.resize(line_count);
  positions_.resize(line_count);
  known_behind_.resize(line_count);
  goes_on_from = known_;
  error_.reset();
  wake_at_.reset();
  is_asleep_ = has_ended_ = false;
}

void SourceRun::hand_on() {
  std::size_t begin = 0;
  std::size_t end = 0;
  const auto move = [&] {
    Positions moves;
    block_.add_moves(begin, end, moves);
    known_.apply(moves);
    if (source_->wants_commits()) moves_.emplace_back(lines_.size(), moves);
    return moves;
  };
  for_each_line(block_.lines(), [&](std::string_view line) {
    lines_.emplace_back(line);
    end += line.size();
    end += line_end_length(block_.lines().substr(end));
    positions_.emplace_back();
    const Positions moves = move();
    for (const auto& [name, position] : moves.by_name()) {
      if (position) positions_.back() = position;
    }
    known_behind_.push_back(known_);
    begin = end;
  });
  if (block_.empty()) move();
  if (!block_.counted().empty()) counts_.emplace_back();
  for (const Counted& counted : block_.counted()) {
    counted.words.for_each([&](const WordCount& row) {
      std::string& text = counts_.back();
      text += (text.empty() ? "" : " ") + std::string(row.word) + "*" + std::to_string(row.count);
    });
  }
  if (keeps_at_once) keep();
  cut_line_count_ += block_.cut_line_count;
  awaited_count_ += block_.is_awaited ? 1 : 0;
  block_.clear(kBlockBytes);
}

void SourceRun::keep_lines(std::size_t line_count) {
  Positions change;
  auto left = moves_.begin();
  for (; left != moves_.end() && left->first <= line_count; ++left) change.merge(left->second);
  moves_.erase(moves_.begin(), left);
  if (change.empty()) return;
  source_->committed(change);
  is_asleep_ = false;  // as the reader polls it then
}

}  // namespace wordstream
