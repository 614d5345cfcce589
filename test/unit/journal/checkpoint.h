// A checkpoint directory of a test's own, and short ways to say what a journal is given.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/folder.h"
#include "env/storage.h"
#include "journal/journal.h"

namespace wordstream {

/// When the journals of these tests are made.
constexpr WallTime kNow{std::chrono::seconds(1'357'008'430)};

/// A time so many milliseconds later.
inline Label at(std::int64_t millis) { return std::chrono::floor<Millis>(kNow) + Millis(millis); }

/// Counts from "to=2 be=1".
std::shared_ptr<const WordCounts> counts(std::string_view text);
/// The reverse, in the order of the table.
std::string to_text(const WordCounts& counts);

/// As many bytes of words as are asked for, or a few more; no two tables are alike.
std::shared_ptr<const WordCounts> many_counts(std::size_t byte_count, unsigned seed = 1);

/// A position in the stream "x", which people call "file:/x".
Position position(std::uint64_t offset, Position::Place place = Position::Place::BehindLine);

/// A whole batch of one slice, of the second that ends `id` seconds after the journal was made.
Record batch(std::uint64_t id, std::shared_ptr<const WordCounts> counts);
/// A slice of such a batch that leaves it open.
Record open_slice(std::uint64_t id, std::shared_ptr<const WordCounts> counts);
/// A mark alone.
Record mark(std::size_t sink, std::uint64_t applied);

class Checkpoint {
 public:
  /// With the kernel's storage unless another is given.
  explicit Checkpoint(std::unique_ptr<Storage> storage = make_real_storage());

  /// What an opening asks for unless a test changes it: the job "job" and one sink, stdout.
  Opening opening() const;
  Result<std::unique_ptr<Journal>> try_open(const Opening& opening);
  /// Opens it; fails the test when that fails.
  std::unique_ptr<Journal> open(const Opening& opening);
  std::unique_ptr<Journal> open() { return open(opening()); }

  Storage& storage() { return *storage_; }
  const cli::Folder& folder() const { return folder_; }
  std::string directory() const { return folder_ / "state"; }
  std::string path() const { return directory() + "/journal.db"; }

  /// Runs SQL on the database of a journal that is closed.
  void run(std::string_view sql) const;
  /// The first column of a query, a line end behind each row.
  std::string query(std::string_view sql) const;

 private:
  cli::Folder folder_;
  std::unique_ptr<Storage> storage_;
};

/// Fails the test when the act fails.
void write(Journal& journal, const Record& record);
/// Reads a batch; fails the test when that fails.
StoredBatch read(Journal& journal, std::uint64_t id);

}  // namespace wordstream
