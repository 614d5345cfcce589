#include "journal/journal.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "journal/base_rows.h"
#include "journal/batch_rows.h"
#include "journal/position_rows.h"
#include "journal/sink_rows.h"

namespace wordstream {
namespace {

/// The file gives room back when more than half of it is unused, and it is more than this.
constexpr std::uint64_t kUnusedPagesMax = 512;  // 8 MiB
/// How much of it with one act: moving pages takes its time.
constexpr const char* kGiveBack = "PRAGMA incremental_vacuum(128)";

Status give_room_back(Statements& statements) {
  const Result<std::uint64_t> unused = statements.number("PRAGMA freelist_count");
  if (!unused) return fail(unused);
  if (*unused <= kUnusedPagesMax) return {};
  const Result<std::uint64_t> all = statements.number("PRAGMA page_count");
  if (!all) return fail(all);
  return *unused > *all / 2 ? statements.run(kGiveBack) : Status();
}

}  // namespace

Journal::Journal(const Opening& opening, std::unique_ptr<DirectoryLock> lock,
                 std::unique_ptr<Database> database)
    : directory_(opening.directory),
      lock_(std::move(lock)),
      database_(std::move(database)),
      statements_(*database_) {}

std::vector<std::string> files_of_checkpoint(const std::string& directory) {
  return {directory + "/journal.db", directory + "/journal.db-journal", directory + "/lock"};
}

Result<std::unique_ptr<Journal>> Journal::open(Storage& storage, const Opening& opening) {
  const Status made = storage.make_directory(opening.directory);
  if (!made) return fail(made);
  Result<std::unique_ptr<DirectoryLock>> lock = storage.lock_directory(opening.directory);
  if (!lock) return fail(lock);
  auto database = storage.open_database(opening.directory + "/journal.db", {});
  if (!database) return fail_with_advice(database.error());
  std::unique_ptr<Journal> journal(new Journal(opening, std::move(*lock), std::move(*database)));
  Result<Opened> opened = open_state(storage, journal->statements_, opening);
  if (!opened) return fail(opened);
  journal->opened_ = std::move(*opened);
  return journal;
}

std::optional<StoredBatch> Journal::open_batch() const {
  const std::optional<BatchRow>& open = state().open;
  if (!open) return std::nullopt;
  return StoredBatch{
      open->id, open->interval, open->line_count, open->byte_count, open->is_open, open->ends_run,
      {}};
}

Status Journal::write(const Record& record) {
  Status written = commit([&](JournalState& next) {
    Status status;
    if (record.slice) status = add(*record.slice, next);
    if (status) {
      status = write_moves(statements_, positions(), record.positions, next.meta.position_count);
    }
    for (auto it = record.marks.begin(); status && it != record.marks.end(); ++it)
      status = mark(it->first, it->second, next);
    if (status && record.prune_through >= next.meta.first_kept)
      status = prune(record.prune_through, next);
    return status;
  });
  if (written) opened_.positions.apply(record.positions);
  return written;
}

Status Journal::forget_dropped_sinks() {
  if (dropped_sinks().empty()) return {};
  Status forgotten = commit([&](JournalState& next) {
    Status status;
    for (const SinkRecord& sink : dropped_sinks()) {
      if (status) status = remove_sink(statements_, sink);
    }
    next.meta.sink_count = next.sinks.size();
    return status;
  });
  if (forgotten) opened_.dropped_sinks.clear();
  return forgotten;
}

Status Journal::add(const SliceRecord& slice, JournalState& next) {
  MetaRow& meta = next.meta;
  BatchRow batch;
  if (next.open) {
    batch = *next.open;
  } else {
    batch.id = ++meta.last_batch;
  }
  WS_CHECK(slice.batch == batch.id, "journaling a slice of the last batch");
  WS_CHECK(!slice.closes || slice.interval.end >= last_end(), "journaling labels that grow");
  batch = with_slice(batch, slice);
  next.open = batch.is_open ? std::optional(batch) : std::nullopt;
  if (slice.closes) meta.last_end = slice.interval.end;
  return write_batch(statements_, batch, slice);
}

Status Journal::mark(std::size_t sink, const SinkMark& mark, JournalState& next) {
  WS_CHECK(sink < next.sinks.size(), "marking a sink that there is");
  SinkRecord& record = next.sinks[sink];
  WS_CHECK(record.mark.applied <= mark.applied && mark.applied <= next.last_closed(),
           "marking progress of a sink");
  record.mark = mark;
  return write_mark(statements_, record);
}

Status Journal::prune(std::uint64_t through, JournalState& next) {
  WS_CHECK(through <= next.last_closed(), "pruning closed batches");
  for (const SinkRecord& sink : next.sinks)
    WS_CHECK(through <= sink.mark.applied, "pruning what every sink has taken");
  next.meta.first_kept = through + 1;
  Status removed = remove_batches(statements_, through);
  return removed ? give_room_back(statements_) : removed;
}

Result<StoredBatch> Journal::read(std::uint64_t id) {
  WS_CHECK(first_kept() <= id && id <= last_batch(), "reading a batch that is kept");
  if (!outcome_) return fail(outcome_);
  const Result<BatchRow> batch = read_batch(statements_, id);
  if (!batch) return fail(batch);
  return read_slices(statements_, *batch);
}

Status Journal::read_base(const std::function<void(std::string_view chunk)>& visit) {
  if (!outcome_) return outcome_;
  const MetaRow& meta = state().meta;
  return read_base_chunks(statements_, meta.base_number, meta.base_chunk_count, visit);
}

Status Journal::begin_base(std::uint64_t through) {
  WS_CHECK(base_through() <= through && through <= last_closed(), "beginning a base");
  next_base_ = NextBase{state().meta.base_number + 1, through, 0};
  return commit(
      [&](JournalState& next) { return remove_bases_but(statements_, next.meta.base_number); });
}

Status Journal::add_to_base(std::string_view chunk) {
  WS_CHECK(next_base_ && chunk.size() <= kChunkBytesMax, "adding to a base that was begun");
  return commit([&](JournalState&) {
    return write_base_chunk(statements_, next_base_->number, ++next_base_->chunk_count, chunk);
  });
}

Status Journal::switch_base() {
  WS_CHECK(next_base_, "switching to a base that was begun");
  const NextBase base = *std::exchange(next_base_, std::nullopt);
  return commit([&](JournalState& next) {
    next.meta.base_number = base.number;
    next.meta.base_through = base.through;
    next.meta.base_chunk_count = base.chunk_count;
    Status removed = remove_bases_but(statements_, base.number);
    return removed ? give_room_back(statements_) : removed;
  });
}

Status Journal::begin() {
  // The pages that SQLite remembers are forgotten, so that the epoch is read from the disk, and not
  // from memory: who has lost the lock would never notice else.
  Status status = statements_.run("PRAGMA shrink_memory");
  if (status) status = statements_.run("BEGIN IMMEDIATE");
  if (!status) return status;
  const Result<std::uint64_t> found = read_epoch(statements_);
  if (!found) return fail(found);
  if (*found == epoch()) return {};
  return fail(ErrorCode::Busy,
              fmt::format("another process has taken over {} (epoch {}; this run's is {}); this "
                          "run cannot go on, stop one of the two",
                          directory_, *found, epoch()));
}

Status Journal::commit(const std::function<Status(JournalState&)>& change) {
  if (!outcome_) return outcome_;
  // What is in memory changes when the disk has.
  JournalState next = state();
  Status status = begin();
  if (status) status = change(next);
  if (status) status = write_meta(statements_, next.meta);
  if (status) status = statements_.run("COMMIT");
  if (status) opened_.state = std::move(next);
  outcome_ = status;
  return status;
}

}  // namespace wordstream
