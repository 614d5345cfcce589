#include "journal/opening.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "journal/base_rows.h"
#include "journal/opening_rows.h"
#include "journal/position_rows.h"
#include "journal/sink_rows.h"
#include "journal/version_1.h"

namespace wordstream {
namespace {

/// How far a clock may have been set back since the last batch.
constexpr Millis kAheadMax = std::chrono::minutes(10);

Label label_at(WallTime now) { return std::chrono::floor<Millis>(now); }

Status check_job(const JournalState& state, const Opening& opening) {
  if (state.meta.job == opening.fingerprint) return {};
  return fail(ErrorCode::BadData,
              fmt::format("{} is the checkpoint of another job: it was made for '{}', and this is "
                          "'{}'; name another --checkpoint, or run the job that it was made for{}",
                          opening.directory, state.meta.job, opening.fingerprint, opening.advice));
}

Status check_clock(const JournalState& state, const Opening& opening) {
  Label last = std::max(state.meta.began, state.meta.last_end.value_or(Label::min()));
  if (state.open) last = std::max(last, state.open->interval.start);
  if (last - label_at(opening.now) <= kAheadMax) return {};
  return fail(ErrorCode::Busy,
              fmt::format("{} comes from the future: it has come to {}, and the clock says {}; set "
                          "the clock, start again when it has come there, or name another "
                          "--checkpoint",
                          opening.directory, to_text(last), to_text(label_at(opening.now))));
}

/// A sink that the journal has not known: it begins with the next batch.
SinkRecord new_sink(const WantedSink& wanted, std::uint64_t last_closed) {
  return {wanted.name, {{last_closed + 1, wanted.format, wanted.top}}, {last_closed, {}}};
}

/// A sink that it has: batches that wait for it stay in the format in which they were asked for.
SinkRecord known_sink(SinkRecord sink, const WantedSink& wanted, std::uint64_t last_closed) {
  std::vector<FormatSpan>& formats = sink.formats;
  if (formats.back().first_batch > last_closed) formats.pop_back();  // there is no such batch yet
  if (formats.empty() || formats.back().format != wanted.format || formats.back().top != wanted.top)
    formats.push_back({last_closed + 1, wanted.format, wanted.top});
  const auto is_over = [&](const FormatSpan& next) {
    return next.first_batch <= sink.mark.applied + 1;
  };
  while (formats.size() > 1 && is_over(formats[1])) formats.erase(formats.begin());
  return sink;
}

void check_names(const std::vector<WantedSink>& wanted) {
  std::set<std::string> names;
  for (const WantedSink& sink : wanted)
    WS_CHECK(names.insert(sink.name).second, "opening a journal for sinks of different names");
}

/// Makes the sinks of a state those that are wanted, and writes them.
Status settle_sinks(Statements& statements, const std::vector<WantedSink>& wanted, Opened& opened) {
  check_names(wanted);
  std::vector<SinkRecord> known = std::exchange(opened.state.sinks, {});
  const std::uint64_t last_closed = opened.state.last_closed();
  Status status;
  for (auto sink = wanted.begin(); status && sink != wanted.end(); ++sink) {
    const auto found = std::ranges::find(known, sink->name, &SinkRecord::name);
    if (found == known.end()) {
      opened.state.sinks.push_back(new_sink(*sink, last_closed));
      if (!opened.is_new) opened.added_sinks.push_back(sink->name);
    } else {
      opened.state.sinks.push_back(known_sink(std::move(*found), *sink, last_closed));
      known.erase(found);
    }
    status = write_sink(statements, opened.state.sinks.back());
  }
  // Those that are not wanted stay until the run has begun: one that is refused, for a name that
  // was misspelt, must not cost the right one what waits for it.
  opened.dropped_sinks = std::move(known);
  opened.state.meta.sink_count = wanted.size() + opened.dropped_sinks.size();
  return status;
}

Status make(Statements& statements, const Opening& opening, Opened& opened) {
  opened.is_new = true;
  MetaRow& meta = opened.state.meta;
  meta.id = opening.new_id;
  meta.job = opening.fingerprint;
  meta.began = label_at(opening.now);
  return create_schema(statements);
}

/// Writes into the tables of this version what stood in those of version 1.
Status migrate(Statements& statements, Opened& opened) {
  opened.was_migrated = true;
  Status status = replace_tables_1(statements);
  // Of the openings of version 1 it is known that each was one more than the one before.
  if (status)
    status = add_opening(statements, opened.state.meta.epoch, opened.state.meta.opening_count);
  if (!status) return status;
  return write_moves(statements, {}, opened.positions, opened.state.meta.position_count);
}

Status take_over(Statements& statements, Schema schema, const Opening& opening, Opened& opened) {
  Result<Kept> kept = read_kept(statements, schema);
  if (!kept) return fail(kept);
  opened.state = std::move(kept->state);
  opened.positions = std::move(kept->positions);
  opened.epochs_before = std::move(kept->epochs);
  Status status = check_job(opened.state, opening);
  if (status) status = check_clock(opened.state, opening);
  if (status)
    status = schema == Schema::Version1 ? migrate(statements, opened) : add_clock_steps(statements);
  if (status) status = remove_bases_but(statements, opened.state.meta.base_number);
  return status;
}

/// What version 1 had not.
Status read_lists(Statements& statements, const MetaRow& meta, Kept& kept) {
  Result<Positions> positions = read_positions(statements, meta.position_count);
  if (!positions) return fail(positions);
  kept.positions = std::move(*positions);
  Result<std::vector<std::uint64_t>> epochs = read_openings(statements, meta.opening_count);
  if (!epochs) return fail(epochs);
  kept.epochs = std::move(*epochs);
  return {};
}

}  // namespace

Result<Kept> read_kept(Statements& statements, Schema schema) {
  const bool is_old = schema == Schema::Version1;
  Kept kept;
  Result<MetaRow> meta = is_old ? read_meta_1(statements, kept.positions) : read_meta(statements);
  if (!meta) return fail(meta);
  if (is_old) {
    kept.epochs = {meta->epoch};
  } else if (const Status read = read_lists(statements, *meta, kept); !read) {
    return fail(read);
  }
  const Status batches = check_batches(statements, meta->first_kept, meta->last_batch);
  if (!batches) return fail(batches);
  Result<std::vector<SinkRecord>> sinks = is_old ? read_sinks_1(statements, meta->sink_count)
                                                 : read_sinks(statements, meta->sink_count);
  if (!sinks) return fail(sinks);
  kept.state = {std::move(*meta), std::move(*sinks), {}};
  JournalState& state = kept.state;
  if (state.meta.first_kept > state.meta.last_batch) return kept;
  Result<BatchRow> last = read_batch(statements, state.meta.last_batch);
  if (!last) return fail(last);
  if (last->is_open) state.open = *last;
  return kept;
}

Result<Opened> open_state(Storage& storage, Statements& statements, const Opening& opening) {
  WS_CHECK(0 < opening.epoch_step && opening.epoch_step <= kEpochStepMax,
           "drawing an epoch's step");
  const Result<Schema> schema = find_schema(statements);
  if (!schema) return fail(schema);
  // Only now: what is not ours is not touched.
  Status status = set_pragmas(statements);
  if (status) status = statements.make_rollback_journal(storage);
  if (status && *schema == Schema::None) status = prepare_file(statements);
  if (status) status = statements.run("BEGIN EXCLUSIVE");
  Opened opened;
  if (status) {
    status = *schema == Schema::None ? make(statements, opening, opened)
                                     : take_over(statements, *schema, opening, opened);
  }
  if (status) status = settle_sinks(statements, opening.sinks, opened);
  MetaRow& meta = opened.state.meta;
  meta.epoch += opening.epoch_step;
  if (status) status = add_opening(statements, meta.epoch, meta.opening_count);
  if (status) status = write_meta(statements, meta);
  if (status) status = statements.run("COMMIT");
  if (!status) return fail(status);
  return opened;
}

}  // namespace wordstream
