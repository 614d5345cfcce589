// The counting workers as the counting loop sees them: blocks go to whoever has room, and what all
// of them have counted up to a cut comes back together.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/counting_worker.h"
#include "env/poller.h"

namespace wordstream {

class Crew {
 public:
  /// One more. Requires: nothing has been handed out yet.
  void add(WorkChannel& work, TallyChannel& tallies) { hands_.push_back({&work, &tallies}); }
  bool empty() const { return hands_.empty(); }

  /// Gives `block` to a worker, or leaves it untouched and returns false when all are busy; then
  /// the loop is woken when one has room.
  bool try_count(Work& block);

  /// What was given out so far is complete. The workers are told when they have room.
  void cut();

  /// Tells the workers of cuts that they had no room for, and takes what they hand out.
  void gather();

  /// What was counted up to the oldest cut that has not been taken; nothing as long as a worker has
  /// not handed it out. Requires, to be up to date: gather() first.
  std::optional<std::vector<Tally>> take_cut();

  /// Nothing more will be given out. Requires: every cut has been taken.
  void close();

 private:
  struct Hand {
    WorkChannel* work;
    TallyChannel* tallies;
    std::size_t untold_cut_count = 0;
    std::deque<Tally> taken = {};  // cut by cut
  };

  std::deque<Hand> hands_;
  std::size_t next_ = 0;  // who is asked first
};

}  // namespace wordstream
