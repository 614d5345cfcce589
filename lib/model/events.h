// What the engine tells an observer: changes of state and losses, for people to read. No event
// carries data of the stream.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "base/time.h"
#include "model/batch_events.h"
#include "model/connection_events.h"
#include "model/producer_events.h"
#include "model/sending_events.h"
#include "model/sink_events.h"
#include "model/source_events.h"
#include "model/topic_events.h"

namespace wordstream {

namespace event {

/// Lines of one batch were looked through for what is to be counted.
struct LinesLookedAt {
  std::uint64_t line_count;
  std::uint64_t left_out_count;  ///< by --grep and --skip
  std::uint64_t keyless_count;   ///< of the others: what was to be selected is not in them
  std::uint64_t wordless_count;  ///< of what was selected: no word is in it
  Label batch_end;
};
/// So many lines were looked through, the first ones of a thread, and gave nothing.
struct NothingSelected {
  std::uint64_t line_count;
};
/// A thread has taken so few bytes a second for a second, and lines go through expressions.
struct SlowExpressions {
  std::uint64_t bytes_per_second;
};
/// Lines of one batch were longer than allowed; what came after the limit was skipped.
struct LinesCut {
  std::uint64_t line_count;
  Label batch_end;
};
/// The clock ran past some ticks (a stall, a suspend, a jump): no batch has their labels.
struct TicksSkipped {
  std::uint64_t tick_count;
  Millis span;  ///< of all of them
  Label after;  ///< the label of the batch before them
};
/// The run ends for lack of memory: what had been read by then was not counted.
struct Uncounted {
  std::uint64_t byte_count;
};

}  // namespace event

/// What has happened.
using EventKind = std::variant<
    event::Connected, event::Waiting, event::Disconnected, event::Listening, event::ClientJoined,
    event::ClientLeft, event::ClientsFull, event::AcceptFailed, event::Opened, event::ReadProgress,
    event::Resumed, event::Restored, event::LineGrown, event::Following, event::Arrived,
    event::LeftOut, event::TrailingBytes, event::Rotated, event::RotatedUnread, event::Lost,
    event::Repeated, event::NotRotated, event::ZerosSkipped, event::NotText, event::Proving,
    event::MuchUnread, event::Gone, event::CutOff, event::Forgotten, event::Truncated,
    event::LineDropped, event::OpenToOthers, event::ProducerBegins, event::ProducerAnew,
    event::ProducerContested, event::GapRefused, event::BatchesMissing, event::BatchTaken,
    event::ProducerForgotten, event::LineWithoutKey, event::RelpRefused, event::RelpTotals,
    event::RelpSoFar, event::SendsPlain, event::SendRefused, event::SentAgain, event::NotSentAgain,
    event::HasMore, event::SendsAnew, event::SendProgress, event::SendTotals, event::TopicOpened,
    event::PartitionAdded, event::PlaceUnproved, event::MessagesLost, event::TransactionOpen,
    event::GroupShared, event::GroupBehind, event::LibrarySaid, event::Lag, event::LinesLookedAt,
    event::SlowExpressions, event::NothingSelected, event::LinesCut, event::TicksSkipped,
    event::OutputNew, event::OutputMoved, event::OutputReopened, event::OutputForeign,
    event::OutputMended, event::OutputBusy, event::OutputAway, event::OutputBack,
    event::WordsTruncated, event::RowsLost, event::JournalMigrated, event::SinkAdded,
    event::SinkDropped, event::Uncounted, event::BatchClosed, event::BatchGivenOut, event::SinkTook,
    event::PageServed, event::PageOpenToOthers>;

/// One of them. What copies and ends so many kinds is compiled once and not wherever one is told:
/// of a large test that took a third of the time.
class Event : public EventKind {
 public:
  template <class Kind>
  Event(Kind kind) : EventKind(std::in_place_type<Kind>, std::move(kind)) {}
  Event(const Event& other);
  Event& operator=(const Event& other);
  ~Event();
};

/// Told of events by every thread of the engine: implementations lock what they share.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const Event& event) = 0;
};

}  // namespace wordstream
