#include "delivery/committer.h"

#include <algorithm>
#include <utility>

namespace wordstream {

// A crash may strike between any two steps. What it leaves behind stands below each.

// at-most-once: the mark before the output.
//   1. One commit: the batch, where its source goes on, and "the sink has taken it".
//        Crash: the batch is never written. It is lost, not repeated.
//   2. The sink takes it.
//        Crash: what was written of it stays, the rest is never written.
//   3. Nothing is left to do.
void Committer::at_most_once(std::size_t sink, std::uint64_t batch, Record& record) {
  sinks_[sink].taken.applied = batch;
  record.marks.emplace_back(sink, sinks_[sink].taken);
}

// at-least-once: the mark after the output.
//   1. One commit: the batch and where its source goes on; and the marks of batches before it.
//        Crash: the journal has the batch, unmarked. The next run gives it to the sink.
//   2. The sink takes it, so that it lasts.
//        Crash: as before. The sink gets it again: the same rows under the same id.
//   3. The mark, in the next commit or when the run ends.
//        Crash: nothing is left to do.
void Committer::at_least_once(std::size_t sink, Record& record) { mark_if_new(sink, record); }

// exactly-once: the mark together with the output.
//   1. One commit: the batch and where its source goes on.
//        Crash: the next run asks the sink what it took last, and gives it what follows.
//   2. The sink takes the batch and "this is the last one" in one act: a database in a transaction;
//      a file because what it has is the beginning of what comes, and only the rest is written.
//        Crash: the sink has both, or neither and is asked.
//   3. The journal gets the mark, too, in the next commit, and need not keep the batch.
//        Crash: nothing is left to do. The sink's own word counts.
void Committer::exactly_once(std::size_t sink, Record& record) { mark_if_new(sink, record); }

Duty duty_of(Mode mode) {
  switch (mode) {
    case Mode::AtMostOnce:
      return {.must_last = false, .is_asked = false};
    case Mode::AtLeastOnce:
      return {.must_last = true, .is_asked = false};
    case Mode::ExactlyOnce:
      break;
  }
  return {.must_last = true, .is_asked = true};
}

Committer::Committer(Journal& journal, std::vector<CommittedSink> sinks, Retention retention)
    : journal_(&journal), sinks_(std::move(sinks)), retention_(std::move(retention)) {
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    sinks_[sink].kept = journal.sinks()[sink].mark;
  }
}

bool Committer::must_keep(const Emission& emission) const {
  if (!emission.changed->empty()) return true;
  // What a sink has shown it must be able to show again, when it is asked to compare.
  return std::any_of(sinks_.begin(), sinks_.end(), [](const CommittedSink& sink) {
    return sink.shows_empty && duty_of(sink.mode).is_asked;
  });
}

Status Committer::keep(SliceRecord slice, const Positions& moves) {
  return write(Record{.slice = std::move(slice), .positions = moves});
}

Status Committer::keep(const Positions& moves) {
  return moves.empty() ? Status() : write(Record{.positions = moves});
}

Status Committer::before_output(SliceRecord slice, const Positions& moves) {
  if (journal_ == nullptr) return {};
  Record record;
  record.prune_through = unneeded_through();
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) {
    switch (sinks_[sink].mode) {
      case Mode::AtMostOnce:
        at_most_once(sink, slice.batch, record);
        break;
      case Mode::AtLeastOnce:
        at_least_once(sink, record);
        break;
      case Mode::ExactlyOnce:
        exactly_once(sink, record);
        break;
    }
  }
  retention_.note(slice.batch, slice.interval.end);
  record.slice = std::move(slice);
  record.positions = moves;
  return write(record);
}

void Committer::after_output(std::size_t sink, const SinkMark& mark) {
  CommittedSink& known = sinks_[sink];
  SinkMark taken = mark.place.empty() ? known.taken : mark;
  taken.applied = std::max(mark.applied, known.taken.applied);
  known.is_news = known.is_news || taken != known.taken;
  known.taken = std::move(taken);
}

void Committer::want_kept(std::size_t sink) {
  CommittedSink& known = sinks_[sink];
  known.is_wanted = true;
  known.is_news = known.is_news || known.taken != known.kept;
}

Status Committer::keep_marks() {
  Record record;
  for (std::size_t sink = 0; sink < sinks_.size(); ++sink) mark_if_new(sink, record);
  if (record.marks.empty()) return {};
  if (journal_ != nullptr) record.prune_through = unneeded_through();
  return write(record);
}

/// A sink that has lost what it had is given that again first; a mark never goes back.
void Committer::mark_if_new(std::size_t sink, Record& record) {
  CommittedSink& known = sinks_[sink];
  const bool is_behind = known.taken.applied < known.kept.applied;
  if (!known.is_news || (is_behind && !known.is_wanted)) return;
  known.is_news = known.is_wanted = false;
  SinkMark mark = known.taken;
  mark.applied = std::max(mark.applied, known.kept.applied);
  record.marks.emplace_back(sink, std::move(mark));
}

/// What stands in the record is durable when this returns, and only then anybody is told.
Status Committer::write(const Record& record) {
  if (journal_ != nullptr) {
    if (Status written = journal_->write(record); !written) return written;
    if (tell_source_) tell_source_(record.positions);
  }
  for (const auto& [sink, mark] : record.marks) sinks_[sink].kept = mark;
  return {};
}

std::shared_ptr<const Positions> Committer::positions() const {
  if (journal_ == nullptr) return nullptr;
  return std::make_shared<const Positions>(journal_->positions());
}

std::uint64_t Committer::taken_by_all() const {
  std::uint64_t least = journal_->last_closed();
  for (const CommittedSink& sink : sinks_) least = std::min(least, sink.taken.applied);
  return least;
}

std::uint64_t Committer::unneeded_through() {
  // Of what is in a base the batches are not needed, either.
  return std::max(retention_.unneeded_through(taken_by_all()), journal_->base_through());
}

}  // namespace wordstream
