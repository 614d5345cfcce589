// Who sends lines with keys, and how far each has come: what is new, what was seen before, what is
// missing in between, and who begins anew under his old name. Nothing here touches a socket.
//
// A producer is a stream; its place is the offset that is next, or of who sends counts the batch.
// Any number of connections may send for one producer: places and proofs decide. One object, of the
// reader's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/positions.h"
#include "source/producer_proof.h"
#include "source/producer_verdict.h"

namespace wordstream {

/// What to do about offsets that leap.
enum class GapRule {
  Small,  ///< take an empty line, and what a sender passes over between two of its frames
  Refuse,
  Take
};

struct Producer {
  std::shared_ptr<const Stream> stream;
  ProducerProver prover;  ///< stands at its place
  Position::Place at = Position::Place::BehindLine;
  ProducerPlace durable;      ///< what was committed
  ProducerTail durable_tail;  ///< what stands before that

  ProducerPlace place() const { return {prover.generation(), prover.place()}; }
  Position position() const { return {stream, prover.place(), at, prover.proof()}; }

 private:
  friend class KnownProducers;
  Producer(std::shared_ptr<const Stream> the_stream, ProducerProver from)
      : stream(std::move(the_stream)),
        prover(std::move(from)),
        durable(place()),
        durable_tail(prover.tail()) {}

  /// A connection that sends again what was read.
  struct Pass {
    std::uint64_t connection;
    ProducerProver prover;  // of what has come again
    std::uint64_t line_count = 0;
  };
  /// A connection that has sent for it.
  struct Sender {
    std::uint64_t connection;
    SteadyTime at;
  };
  std::vector<Pass> passes_;
  std::vector<Sender> senders_;            // the last one is at the back
  std::optional<std::uint64_t> last_end_;  // of the frame that was taken or dropped last
  SteadyTime heard_at_{};
  std::list<Producer*>::iterator turn_;  // among all, the longest silent first
};

class KnownProducers {
 public:
  using IsConnected = std::function<bool(std::uint64_t connection)>;

  /// So many are remembered. `is_connected` outlives this.
  KnownProducers(GapRule gaps, std::size_t count_max, IsConnected is_connected);

  /// Remembers what an earlier run has. Fails with BadData where a place is none of a producer's.
  Status restore(const Positions& from);
  /// These are silent from now on.
  void begin(SteadyTime now);

  /// Judges a frame that a connection brings, and notes what it is. Where it is Fresh, its bytes
  /// from the place on are to be given to the producer's prover next.
  ProducerVerdict judge(const ProducerFrame& frame, std::uint64_t connection, SteadyTime now);

  /// Judges a batch of counts. Of one that is Fresh nothing is noted before take_batch(): its rows
  /// may be none. Where its producer is new, the verdict names none.
  ProducerVerdict judge_batch(std::string_view producer, std::uint64_t batch,
                              std::uint64_t connection, SteadyTime now);
  /// Takes one that is Fresh.
  std::shared_ptr<Producer> take_batch(std::string_view producer, std::uint64_t batch,
                                       std::uint64_t connection, SteadyTime now);

  /// Null where it is not known.
  std::shared_ptr<const Producer> find(std::string_view name) const;

  /// What was committed: nothing for a stream that is over.
  void committed(const std::string& name, const std::optional<Position>& position);

  /// The one that is over, of those that were silent since then or are too many, if any: the
  /// longest silent whose lines are all durable.
  std::shared_ptr<const Stream> forget_one(std::optional<SteadyTime> silent_since);
  /// When the one was heard that is to be forgotten first; nothing where none can be now.
  std::optional<SteadyTime> silent_since() const;
  bool is_over_full() const { return all_.size() > count_max_; }
  std::size_t count() const { return all_.size(); }
  /// Of those whose names begin so.
  std::size_t count_with(std::string_view prefix) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };

  const std::shared_ptr<Producer>& add(std::string name, ProducerProver prover);
  void note_heard(Producer& producer, std::uint64_t connection, SteadyTime now);
  ProducerVerdict judge_gap(const std::shared_ptr<Producer>& at, const ProducerFrame& frame,
                            std::uint64_t connection) const;
  ProducerVerdict judge_repeat(const std::shared_ptr<Producer>& at, const ProducerFrame& frame,
                               std::uint64_t connection, SteadyTime now);

  GapRule gaps_;
  std::size_t count_max_;
  IsConnected is_connected_;
  std::unordered_map<std::string, std::shared_ptr<Producer>, Hash, std::equal_to<>> all_;
  std::list<Producer*> turns_;
};

}  // namespace wordstream
