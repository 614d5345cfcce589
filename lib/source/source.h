// Where lines come from. A source is an object of the reader's thread: it is polled, fills blocks
// with whole lines, and never blocks. It sleeps by saying how long it may be left alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "env/files.h"
#include "env/poller.h"
#include "model/block.h"
#include "model/events.h"
#include "model/positions.h"
#include "runtime/patience.h"
#include "runtime/turn.h"
#include "source/line_framer.h"
#include "source/producer_proof.h"
#include "source/stream_origin.h"

namespace wordstream {

/// Where to begin with what nothing is remembered of.
enum class From { Start, End };

/// What every source is given when it is made. Poller and observer outlive it.
struct SourceContext {
  Poller& poller;      ///< where it sleeps
  Observer& observer;  ///< whom it tells
  LineBudget budget;
  /// The end of the stream (a connection closed, all clients gone) is the end of the run.
  bool until_eof = false;
  /// Positions are kept: what moves them is told with the lines.
  bool is_kept = false;
  /// By which the journal is known that keeps them; empty: none does.
  std::string journal = {};
  /// Its directory; empty: none does.
  std::string checkpoint = {};
  /// What was read may be lost, rather than that the run ends.
  bool is_lossy = true;
  /// Where to begin, if it was asked for; also where what is remembered is not to be found.
  std::optional<From> from = {};
  /// Followed files are looked at so often; nothing: as often as it takes.
  std::optional<Millis> poll = {};
  /// Patterns of what is a rotated file, too, whatever its name is.
  std::vector<std::string> rotated = {};
  /// So many files are kept open, at most; more are opened to be read.
  std::size_t open_files_max = 512;
  /// Of so many files that matched a pattern and are gone it is remembered how far they were read.
  std::size_t gone_files_max = 10'000;
  /// Files that this process writes, by their absolute paths: no pattern stands for them.
  std::vector<std::string> own = {};
  /// Nor for those that its streams go to.
  std::vector<FileInfo> redirected = {};
  /// Where librdkafka's properties stand; empty: nowhere.
  std::string kafka_config = {};
  /// With whoever is to connect, or what is to be read; none: as long as it takes.
  std::optional<Patience> patience = {};
};

class Source {
 public:
  virtual ~Source() = default;

  /// Opens what can be opened at once, so that a wrong name fails before anything runs. Begins to
  /// read, or goes on at `from`: what the blocks have said that the same source, in this run or in
  /// earlier ones, has filled. Fails with BadData where what was read up to there is not to be
  /// found any more.
  virtual Status open(const Positions& from) = 0;

  /// Where it stands now, before anything was polled: a later run that opens it there has missed
  /// nothing, whatever becomes of the names of files meanwhile. Empty where its lines have no
  /// positions. Requires: open() succeeded.
  virtual Positions beginning() const { return {}; }

  /// One bounded turn: appends whole lines to `block` and returns. Requires: open() succeeded.
  /// A block that was empty always has room for progress. Fails when the source can never go on.
  virtual Result<Turn> poll(SteadyTime now, Block& block) = 0;

  /// Told once when reading stops before the stream's end, be it that poll() has failed: half lines
  /// are dropped and reported. What still comes must not wake the poller any more, where the source
  /// wants commits: it may sleep there for long before the last of them.
  virtual void stop() = 0;

  // For who sends the lines on, and is told by others how far they have come. Others leave it be.

  /// What a stream of its is of, however names change. Nothing for those that have no such thing.
  virtual std::optional<Origin> origin(const Position& /*position*/) const { return std::nullopt; }
  /// Nothing where that is not known.
  virtual std::optional<Extent> extent() const { return std::nullopt; }
  /// Which of its streams have other names since this was asked last, in order. What was read of
  /// them so far was told under the old ones; those may be other streams' names now.
  virtual std::vector<StreamRenamed> take_renamed() { return {}; }
  /// Whether one is later than another of the same path, by its name and when it was written to.
  virtual bool is_younger(const Stream& /*one*/, const Stream& /*than*/) { return false; }
  /// Whether these bytes stand in it, and it goes as far as `offset`; nothing where it is not to be
  /// had. Fails as poll() does.
  virtual Result<std::optional<bool>> has_tail(const Stream& /*stream*/,
                                               const ProducerTail& /*tail*/,
                                               std::uint64_t /*offset*/, SteadyTime /*now*/) {
    return std::nullopt;
  }
  /// Reads again from `offset` on, or from where its reading began, unless it has not come so far.
  /// Returns where it goes on; nothing where it is not to be had any more. Fails as poll() does.
  virtual Result<std::optional<std::uint64_t>> go_back(const Stream& /*stream*/,
                                                       std::optional<std::uint64_t> /*offset*/,
                                                       SteadyTime /*now*/) {
    return std::nullopt;
  }

  // The way back, for a source whose senders wait for an answer. Others leave it be.

  /// Whether it is to be told what committed() tells. Never changes.
  virtual bool wants_commits() const { return false; }

  /// Everything up to these places, as blocks have said them, is the run's own now: durable in the
  /// journal, or counted where there is none. No place is told twice. Not after answer() has ended.
  virtual void committed(const Positions& /*change*/) {}

  /// A turn after the last block was handed on: has the answers go out that committed() has caused.
  /// Ended: none is left. It is called again after that when more was committed.
  virtual Turn answer(SteadyTime /*now*/) { return Turn::ended(); }
};

/// The stream of `origin` did not end in order: drops its unfinished line, and tells if there is
/// one.
inline void drop_line(LineFramer& framer, Observer& observer, const std::string& origin,
                      const std::string& why) {
  const std::size_t dropped = framer.drop();
  if (dropped != 0) observer.on(event::LineDropped{origin, why, dropped});
}

}  // namespace wordstream
