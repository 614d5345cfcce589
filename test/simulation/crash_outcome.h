// What a crash leaves behind, read by somebody who knows nothing of the program's own reading: from
// a copy of the disk, so that nothing is changed by looking.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/disk.h"

namespace wordstream::simulation {

/// A row of an output, in any format.
struct OutputRow {
  std::int64_t start_ms;
  std::int64_t end_ms;
  std::string word;
  std::uint64_t count;

  friend bool operator==(const OutputRow&, const OutputRow&) = default;
};

using OutputRows = std::vector<OutputRow>;

/// Reads the tsv format. Fails where it is none, or the last row is torn.
Result<OutputRows> read_tsv(std::string_view text);
/// The same of csv without quotes. Fails where no header stands at its beginning, either.
Result<OutputRows> read_csv(std::string_view text);

/// Where a stream goes on, in which of the logs that had its name.
struct JournalPlace {
  std::uint64_t generation = 0;  ///< of what sends with keys
  std::uint64_t offset = 0;

  friend auto operator<=>(const JournalPlace&, const JournalPlace&) = default;
};

/// What the journal holds. All of it is empty where there is none yet.
struct JournalOutcome {
  std::set<std::string> words;
  /// What never goes back: the epoch, ids of batches, and the sinks' marks, by their names.
  std::map<std::string, std::int64_t> progress;
  std::map<std::string, JournalPlace> places;  ///< where streams go on, by their names
  std::size_t file_length = 0;   ///< of the file sink's file, as far as it knows of it
  std::uint64_t file_inode = 0;  ///< of that file
};

/// The disk's files, copied.
class DiskCopy {
 public:
  explicit DiskCopy(const sim::FakeDisk& disk);
  ~DiskCopy();

  Result<JournalOutcome> journal(const std::string& directory);
  /// How far the database of a SQLite sink says that it has come; nothing where it does not.
  Result<std::map<std::string, std::int64_t>> progress(const std::string& path);
  /// The rows of a SQLite sink's table of counts, or of totals, whose times are 0; none where there
  /// is no database yet.
  Result<OutputRows> rows(const std::string& path, bool is_total);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace wordstream::simulation
