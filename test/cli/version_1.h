// A checkpoint that version 1 has left behind (test/data/version_1/), moved to where a test is: the
// paths, files and times in it become those of the test, and the checksums are made anew. Tables
// and checksums are as docs/formats.md says; nothing here shares code with the program's own
// journal.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cli/folder.h"
#include "env/database.h"

namespace wordstream::cli {

/// An interval, in milliseconds since the epoch.
struct Span {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
};

/// All of it is done before a program uses the checkpoint.
class OldCheckpoint {
 public:
  /// Makes NAME.sql the checkpoint `state` of `folder`, which stands for the directory in which it
  /// was made, and NAME.out.tsv and NAME.out.db.sql, where they are, its sinks' files out.tsv and
  /// out.db.
  OldCheckpoint(const Folder& folder, const std::string& name);

  /// The position is in this file of the folder, which stands there already.
  void read_from(const std::string& file);

  /// Moves all times by as many days as it takes for the open batch, of a day, to be that of today.
  /// For the last five minutes of a day it is tomorrow's, as if the clock had been set back a
  /// little: so no test comes to its end. Returns its interval.
  Span move_to_today();

 private:
  void written_to(const std::string& file);
  void seal_again();
  void seal_meta();
  void seal_batches();
  void seal_sinks();

  std::string directory_;
  std::unique_ptr<Database> journal_;
};

}  // namespace wordstream::cli
