// Producers that keep their lines until they are answered, and who sends them to the program by
// RELP (simulation/relp_sender.h): over every process, in any number of connections, until all is
// answered. Now and then the log of one begins anew, under the same name.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/events.h"
#include "sim/world.h"
#include "simulation/crash_outcome.h"
#include "simulation/relp_sender.h"
#include "source/source_choice.h"

namespace wordstream::simulation {

class RelpSenders {
 public:
  RelpSenders(sim::World& world, bool has_keys);

  /// What the program reads from.
  ChosenSource choice() const;
  /// The same, which forgets at once who is silent.
  ChosenSource forgetful_choice() const;

  /// Chooses whose line comes next, perhaps in a log that begins anew. Returns whether it is to be
  /// a long one.
  bool choose();
  /// The line that he was chosen for.
  void add(const std::string& line);
  /// Nothing is added any more, and nothing breaks.
  void leave_in_peace();

  void process_begins();
  /// What the program tells.
  void note(const Event& event);

  /// Every line was answered, or something is wrong.
  bool is_at_rest() const;
  /// What was answered and is not among `places`, where a restart would find it; and whatever else
  /// is wrong by now.
  std::optional<std::string> judge(const std::map<std::string, JournalPlace>& places);
  /// After a run that was stopped in order: what it has made its own, and not answered.
  std::optional<std::string> judge_end(const std::map<std::string, JournalPlace>& places) const;
  /// The next process finds these.
  void note_places(std::map<std::string, JournalPlace> places) { places_ = std::move(places); }

  /// Of the lines that were not seen, by their tokens, those that the program may have taken for
  /// repeats: the first ones of logs that began anew.
  std::set<std::string> lost(const std::set<std::string>& seen) const;
  /// Those that may be counted again: all that come without keys, and lines of logs that the
  /// program cannot have known for what they are.
  std::set<std::string> repeatable() const;
  std::size_t new_log_count() const { return new_log_count_; }

 private:
  struct Producer {
    RelpLog log;
    std::deque<RelpSender> senders = {};
    std::vector<RelpLog> past = {};
  };

  Producer& make();
  void take_turn();
  bool can_begin_anew(const Producer& producer) const;
  void begin_anew(Producer& producer);
  static std::uint64_t answered(const Producer& producer);

  sim::World& world_;
  RelpHabits habits_;
  std::deque<Producer> producers_;
  Producer* chosen_ = nullptr;
  bool is_in_peace_ = false;
  SteadyTime patient_until_{};
  std::map<std::string, JournalPlace> places_;  // that this process has begun with
  std::size_t new_log_count_ = 0;
  std::optional<std::string> complaint_;
};

}  // namespace wordstream::simulation
