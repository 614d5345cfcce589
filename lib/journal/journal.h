// The durable list of batches: positions and counts, written in one atomic act each. One SQLite
// file, `journal.db`, in a checkpoint directory of its own, which one process at a time holds.
//
// Used by one thread; everything that returns a Status or a Result may block on the disk. An error
// of a write is final: what of it is on the disk is not known, and every later call fails with the
// same error. The process says so and ends, and the next start is the recovery. So does a crash at
// any moment: it leaves each act whole or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/storage.h"
#include "journal/opening.h"
#include "journal/records.h"

namespace wordstream {

/// The files that a checkpoint directory has, by their paths; not each is always there.
std::vector<std::string> files_of_checkpoint(const std::string& directory);

class Journal {
 public:
  /// Makes the journal where there is none, takes it over where there is: from then on its epoch is
  /// a greater one. A journal of version 1 is made one of this version. Sinks that it does not know
  /// begin with the next batch; those that are not wanted any more are dropped. Fails with
  /// BadData when it is damaged, no journal, of another version, or of another job; with Busy when
  /// it has come more than 10 minutes beyond the clock, or another process has it, else as Storage
  /// does. It is unchanged then. `storage` is not needed after this.
  static Result<std::unique_ptr<Journal>> open(Storage& storage, const Opening& opening);

  /// Whether this opening has made it.
  bool is_new() const { return opened_.is_new; }
  const JournalId& id() const { return state().meta.id; }
  /// Of version 1 until this opening.
  bool was_migrated() const { return opened_.was_migrated; }
  /// Of this opening: greater than all before it, by a step that was drawn by chance, so that no
  /// two copies of a journal go on with the same.
  std::uint64_t epoch() const { return state().meta.epoch; }
  /// Of the last openings before this one, the smallest first; all earlier ones were smaller.
  const std::vector<std::uint64_t>& epochs_before() const { return opened_.epochs_before; }
  /// When the first batch begins.
  Label began() const { return state().meta.began; }
  /// The greatest id that a batch has got; 0: none yet.
  std::uint64_t last_batch() const { return state().meta.last_batch; }
  /// The greatest id of a closed batch; 0: none yet.
  std::uint64_t last_closed() const { return state().last_closed(); }
  /// The smallest id that is still kept; last_batch() + 1 when none is.
  std::uint64_t first_kept() const { return state().meta.first_kept; }
  /// The end of the last closed batch; Label::min() when there has been none.
  Label last_end() const { return state().meta.last_end.value_or(Label::min()); }
  /// Where the source goes on in each of its streams; empty: where it begins.
  const Positions& positions() const { return opened_.positions; }
  /// The last batch as far as it has come, if it is open; without its slices: read() has these.
  std::optional<StoredBatch> open_batch() const;
  /// In the order wanted.
  const std::vector<SinkRecord>& sinks() const { return state().sinks; }
  /// What has become of the sinks of earlier runs with this opening. A new journal adds none.
  const std::vector<std::string>& added_sinks() const { return opened_.added_sinks; }
  /// Still known until forget_dropped_sinks(), and to another opening if that never comes.
  const std::vector<SinkRecord>& dropped_sinks() const { return opened_.dropped_sinks; }
  /// As write().
  Status forget_dropped_sinks();

  /// Makes a record durable, all of it or nothing. Fails with NoSpace, Io, with Busy when another
  /// process has taken the journal over, or as Database does. Requires: what Record says.
  Status write(const Record& record);

  /// Reads a batch that is kept, closed or open. Fails with BadData when any of it is damaged.
  /// Requires: first_kept() <= id <= last_batch().
  Result<StoredBatch> read(std::uint64_t id);

  /// Totals are kept as a base, what all batches up to `base_through` make together, and the
  /// batches since. The next base is begun, written chunk by chunk, and put in place of the one
  /// before; each of these steps is an act of its own, and there may be other acts in between. A
  /// base that is not switched to is forgotten at the next begin_base() or opening.
  /// 0: there is no base.
  std::uint64_t base_through() const { return state().meta.base_through; }
  /// Visits the chunks as they were added. Fails with BadData when any is damaged: then what was
  /// visited is of no use.
  Status read_base(const std::function<void(std::string_view chunk)>& visit);
  /// Requires: base_through() <= through <= last_closed().
  Status begin_base(std::uint64_t through);
  /// Requires: begin_base() was called; at most kChunkBytesMax.
  Status add_to_base(std::string_view chunk);
  Status switch_base();

 private:
  /// A base that is being written.
  struct NextBase {
    std::uint64_t number;
    std::uint64_t through;
    std::uint64_t chunk_count;
  };

  Journal(const Opening& opening, std::unique_ptr<DirectoryLock> lock,
          std::unique_ptr<Database> database);

  const JournalState& state() const { return opened_.state; }
  Status commit(const std::function<Status(JournalState&)>& change);
  Status begin();
  Status add(const SliceRecord& slice, JournalState& next);
  Status mark(std::size_t sink, const SinkMark& mark, JournalState& next);
  Status prune(std::uint64_t through, JournalState& next);

  std::string directory_;
  // In this order: the lock is given back last.
  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<Database> database_;
  Statements statements_;
  Opened opened_;
  std::optional<NextBase> next_base_;
  Status outcome_;  // of all writes
};

}  // namespace wordstream
