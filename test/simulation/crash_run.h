// One input, and processes that die on the way through it: killed at an effect on the disk or on a
// server, or with the power. Each begins where the one before it has died, until one gets through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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
#include "simulation/crash_sinks.h"

namespace wordstream::simulation {

/// A cell of the table of promises, and what is made of the batches.
struct CrashCell {
  Mode mode;
  CrashSource source;
  std::vector<CrashSink> sinks;
  FoldChoice fold;
  std::size_t batch_count = 0;  ///< lines come for so many intervals
  /// The file, a csv one then, is moved away at any time, and its sink mostly told.
  bool is_rotated = false;
  /// The wall clock is set forward early in the first process, and back again, by more than words
  /// may be silent.
  bool is_clock_set = false;
};
inline constexpr std::size_t kFoldCount = 4;
/// Those whose promise is not refused: each source with each choice of sinks, and that with all
/// kinds of folds, one behind the other; a followed set, and senders without keys, with one choice
/// of sinks. The table of the cases.
std::vector<CrashCell> cells_of(Mode mode);
/// "exactly-once from a followed file to a file and a database, sliding".
std::string to_text(const CrashCell& cell);

/// How a process dies: killed at an effect, or of an effect that fails.
struct Crash {
  enum class Moment { Before, After, Failure };
  enum class Loss { Nothing, ByChance, All };
  std::uint64_t effect;  ///< of this process, from 1
  Moment moment;
  Loss loss;  ///< of what is not synced: nothing where the power stays on
  /// After a failure: one that does not care about it is killed so many effects later.
  std::uint64_t grace = 50;
};
std::string to_text(const Crash& crash);
/// What becomes of the effect with this number, of a process that dies so.
sim::Fate fate_of(std::uint64_t number, const Crash& crash);

class CrashRun final : private Observer {
 public:
  CrashRun(CrashCell cell, std::uint64_t seed);

  /// Runs it, once: the first process dies of the first crash, the next one of the next. Returns
  /// what is wrong; nothing when the law holds.
  std::optional<std::string> run(const std::vector<Crash>& crashes);

  /// How many effects each process has had, in turn; the last one only looks whether all is done.
  const std::vector<std::uint64_t>& effect_counts() const { return effect_counts_; }
  /// How many of the first one's were over when the journal knew of the last time that the clock
  /// was set; 0 where it is not.
  std::uint64_t settled_effect_count() const { return settled_effect_count_; }
  /// Rows in the topic that a reader sees who does not ask for what is committed alone, and no
  /// other.
  std::size_t taken_back_count() const { return taken_back_count_; }
  const CrashInput& input() const { return input_; }
  sim::World& world() { return world_; }

 private:
  enum class End { Done, Died };

  void on(const Event& event) override;
  void configure();
  Result<End> live(const std::optional<Crash>& crash);
  void stop_when_done();
  void stop_by_chance();
  bool is_running(std::size_t process) const {
    return pipeline_ != nullptr && process == effect_counts_.size();
  }
  void set_clock();
  void rotate_now_and_then();
  void rotate();
  std::vector<std::string> pieces() const;
  void die(const Crash& crash);
  std::optional<std::string> observe(End end, bool is_lasting);
  Law law_of(CrashSink sink) const;
  std::optional<std::string> observe_pieces(const JournalOutcome& journal, bool is_lasting);
  Result<OutputRows> rows_of_file() const;
  Result<OutputRows> rows_of(CrashSink sink);
  Result<std::vector<OutputRows>> outputs();
  std::optional<std::string> judge_forgotten() const;
  std::optional<std::string> judge_all(const std::vector<OutputRows>& outputs);

  CrashCell cell_;
  sim::World world_;
  Config config_;
  CrashInput input_;
  Pipeline* pipeline_ = nullptr;   // while it runs
  bool is_stopped_early_ = false;  // a process that has ended in order, before all was said
  std::vector<std::uint64_t> effect_counts_;
  std::uint64_t settled_effect_count_ = 0;
  std::map<std::string, std::int64_t> progress_;  // as it was last known to last
  std::size_t piece_count_ = 0;                   // of the file: moved away
  /// Of its pieces, by inode: what the journal knows of lasts.
  std::map<std::uint64_t, std::string> known_bytes_;
  std::set<std::string> seen_;  // words in the journal at any crash
  std::string stdout_rows_;     // without rows that were torn by a crash
  std::size_t stdout_read_ = 0;
  std::size_t taken_back_count_ = 0;
};

}  // namespace wordstream::simulation
