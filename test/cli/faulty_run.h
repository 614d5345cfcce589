// A small job of which one call to the kernel fails, by way of strace: a pipe or a file through the
// journal, exactly once, into a file and a database.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/folder.h"
#include "cli/kill_law.h"
#include "cli/program.h"

namespace wordstream::cli {

/// The n-th call of a kind fails, in each thread, among those on the job's own files.
struct Fault {
  std::string call;   ///< as strace names it
  std::string error;  ///< EIO and the like
  int number;         ///< 1, 2, 3 …
};
std::string to_text(const Fault& fault);

class FaultyRun {
 public:
  /// Opening: from the start of a job that there was not before. Reopening: from the start of one
  /// that goes on. Running: from the first line on, when everything is open; so all threads but the
  /// first have their turn, too.
  enum class Phase { Opening, Reopening, Running };
  explicit FaultyRun(Phase phase);

  /// How many calls of each kind a run without a fault makes in a thread, at most.
  std::map<std::string, int> count_calls();

  struct Outcome {
    bool is_met;  ///< the run has made such a call
    Exit exit;
    std::string told;  ///< on stderr
    std::string report;
    std::string log = {};
  };
  Outcome run(const Fault& fault);

  /// Runs to the end without a fault, and then once more. Returns what is broken then.
  std::optional<std::string> go_on();

 private:
  std::vector<std::string> strace(const std::vector<std::string>& options) const;
  Outcome run_traced(const std::vector<std::string>& options);
  Outcome run_from_start(std::vector<std::string> tracer);
  Outcome run_from_first_line(std::vector<std::string> tracer);
  std::vector<std::string> job() const;
  std::string lines(unsigned life);
  void note_durable();
  std::vector<Row> rows_of_database() const;

  Phase phase_;
  Folder folder_{Folder::Place::InMemory};
  SentLines sent_;
};

}  // namespace wordstream::cli
