#include "engine/crew.h"

#include <algorithm>
#include <utility>

namespace wordstream {

bool Crew::try_count(Work& block) {
  for (std::size_t i = 0; i < hands_.size(); ++i) {
    Hand& hand = hands_[next_];
    next_ = (next_ + 1) % hands_.size();
    // What comes behind a cut must not overtake it.
    if (hand.untold_cut_count == 0 && hand.work->try_push(block)) return true;
  }
  return false;
}

void Crew::cut() {
  for (Hand& hand : hands_) ++hand.untold_cut_count;
}

void Crew::gather() {
  for (Hand& hand : hands_) {
    for (; hand.untold_cut_count != 0; --hand.untold_cut_count) {
      Work cut;
      if (!hand.work->try_push(cut)) break;
    }
    while (std::optional<Tally> tally = hand.tallies->pop()) {
      hand.taken.push_back(std::move(*tally));
    }
  }
}

std::optional<std::vector<Tally>> Crew::take_cut() {
  const auto is_missing = [](const Hand& hand) { return hand.taken.empty(); };
  if (std::any_of(hands_.begin(), hands_.end(), is_missing)) return std::nullopt;
  std::vector<Tally> tallies;
  for (Hand& hand : hands_) {
    tallies.push_back(std::move(hand.taken.front()));
    hand.taken.pop_front();
  }
  return tallies;
}

void Crew::close() {
  for (Hand& hand : hands_) hand.work->close();
}

}  // namespace wordstream
