// One input, and processes that die on the way through it: killed at an effect on the disk, or with
// the power. Each begins where the one before it has died, until one gets through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "model/events.h"
#include "sim/world.h"
#include "simulation/crash_input.h"
#include "simulation/crash_law.h"
#include "simulation/crash_outcome.h"

namespace wordstream::simulation {

/// A cell of the table of promises, and what is made of the batches.
struct CrashCell {
  Mode mode;
  CrashSource source;
  std::vector<SinkTarget> sinks;
  FoldChoice fold;
};

/// How a process dies.
struct Crash {
  enum class Loss { Nothing, ByChance, All };
  std::uint64_t effect;  ///< of this process, from 1
  bool is_after;         ///< right after it, not right before
  Loss loss;             ///< of what is not synced: nothing when it is only killed
};
std::string to_text(const Crash& crash);

class CrashRun final : private Observer {
 public:
  CrashRun(CrashCell cell, std::uint64_t seed);

  /// Runs it, once: the first process dies of the first crash, the next one of the next. Returns
  /// what is wrong; nothing when the law holds.
  std::optional<std::string> run(const std::vector<Crash>& crashes);

  /// How many effects each process has had, in turn; the last one only looks whether all is done.
  const std::vector<std::uint64_t>& effect_counts() const { return effect_counts_; }
  sim::World& world() { return world_; }

 private:
  enum class End { Done, Died };

  void on(const Event& event) override;
  void configure();
  Result<End> live(const std::optional<Crash>& crash);
  void stop_when_done();
  bool is_running(std::size_t process) const {
    return pipeline_ != nullptr && process == effect_counts_.size();
  }
  void die(const Crash& crash);
  std::optional<std::string> observe(bool is_lasting);
  Result<std::vector<OutputRow>> rows_of(const SinkTarget& sink);
  std::optional<std::string> judge_sinks();
  Law law_of(const SinkTarget& sink) const;
  std::vector<std::string> outputs();

  CrashCell cell_;
  sim::World world_;
  Config config_;
  CrashInput input_;
  Pipeline* pipeline_ = nullptr;  // while it runs
  std::vector<std::uint64_t> effect_counts_;
  JournalOutcome before_;       // as it was last known to last
  std::set<std::string> seen_;  // words in the journal at any crash
  std::string stdout_rows_;     // without rows that were torn by a crash
  std::size_t stdout_read_ = 0;
};

}  // namespace wordstream::simulation
