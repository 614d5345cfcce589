// Producers that wait for an answer: each keeps its lines, sends them again to every process that
// begins, and forgets those that were answered. And the source that they send to, with a stream for
// each of them, their lines mixed in every block; what comes twice it drops by its place.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sim/world.h"
#include "source/source_choice.h"

namespace wordstream::simulation {

/// What one of them has sent and not forgotten, over all processes.
struct Producer {
  std::string name;
  std::string kept;            ///< whole lines, from `answered` on
  std::uint64_t answered = 0;  ///< so many bytes were answered
  std::uint64_t sent = 0;      ///< of `kept`, to the process that runs now
  bool is_leaving = false;     ///< nothing comes any more: it says so when all was answered
  bool has_said_so = false;    ///< to the process that runs now
  bool is_forgotten = false;   ///< and that was answered, too
};

class Producers {
 public:
  explicit Producers(sim::World& world);

  /// Some producer has one more line. Now and then one leaves, and another comes.
  void add(const std::string& line);
  /// The next process begins: whatever was not answered is sent to it from the start.
  void process_begins();

  /// What the process reads from.
  ChosenSource choice();

  /// `places` by name: what a restart would find. Complains of what was answered and is not there,
  /// and of who is there although he was answered that he is forgotten.
  std::optional<std::string> judge(const std::map<std::string, std::uint64_t>& places) const;
  /// After a run that was stopped in order: complains of what was sent to it, is its own, and was
  /// not answered.
  std::optional<std::string> judge_end(const std::map<std::string, std::uint64_t>& places) const;

 private:
  friend class ProducersSource;
  Producer& make();

  sim::World& world_;
  std::deque<Producer> all_;
  std::size_t made_count_ = 0;
};

}  // namespace wordstream::simulation
