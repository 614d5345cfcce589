// Writes emissions into a store of rows, whole batches in one transaction, which begins when the
// last of them has ended, unless there are more rows than can be kept: whoever reads sees all of a
// batch or nothing. With a journal, the progress is in the same transaction, so that a restart
// takes the store's word for it.
//
// While others are in the way it waits, and a connection that is lost it takes up again; how long a
// server may be away, --wait says. Any other failure is final.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "model/events.h"
#include "runtime/control.h"
#include "sink/ledger.h"
#include "sink/row_store.h"
#include "sink/sink.h"
#include "sink/sink_choice.h"

namespace wordstream {

class RowSink final : public Sink {
 public:
  /// All that the context refers to outlives the sink.
  RowSink(std::unique_ptr<RowStore> store, const SinkContext& context);

  Result<Turn> look(SteadyTime now) override;
  Result<Turn> take_over(SteadyTime now) override;
  void take(const Emission& emission) override;
  void settle(const BatchEnd& end, bool more_waiting) override;
  void finish() override { is_finishing_ = true; }
  Result<Turn> turn(SteadyTime now) override;
  std::optional<SinkMark> mark() const override { return mark_; }

 private:
  /// What a transaction is made of, in order.
  using Part = std::variant<Emission, BatchEnd>;
  /// What the next act is.
  enum class Phase { Begin, Clear, Write, Note, Commit, LookAgain };

  bool is_due() const;
  Result<Act> act();
  Result<Act> begin();
  Result<Act> clear();
  Result<Act> write_next();
  Result<Act> write(const Emission& emission);
  Result<Act> note();
  Result<Act> commit();
  Result<Act> look_again();
  void begin_anew(Phase phase);
  void finish_transaction();

  void get_on();
  Result<Turn> wait(SteadyTime now, const Act& act);
  void tell_away(const std::string& why);
  tl::unexpected<Error> waited_in_vain(const std::string& why) const;
  tl::unexpected<Error> already_there() const;
  tl::unexpected<Error> explained(const Error& error) const;

  std::unique_ptr<RowStore> store_;
  Ledger ledger_;
  Observer& observer_;
  std::size_t number_;
  const Control& control_;
  std::optional<Patience> patience_;  // none once the store is ours
  std::optional<Millis> wait_;        // how long a server may be away
  std::uint64_t chance_;              // what pauses are varied by
  std::size_t top_;
  bool is_total_;
  bool must_clear_totals_;  // before the first rows
  SinkMark mark_;

  std::deque<Part> parts_;
  std::size_t due_ = 0;      // of the parts, up to the last end
  std::size_t written_ = 0;  // of the parts, in the open transaction
  std::size_t kept_row_count_ = 0;
  std::size_t ended_count_ = 0;  // batches among the parts
  std::optional<BatchEnd> last_end_;
  bool must_commit_ = false;  // what is due
  Phase phase_ = Phase::Begin;
  bool is_given_ = false;  // the part that is written next
  bool is_commit_unknown_ = false;
  bool is_finishing_ = false;  // and has not come to that yet

  /// Since when others are in the way, or the connection is lost again and again.
  struct Waiting {
    SteadyTime since;
    Millis pause{1};
    std::optional<SteadyTime> until = {};  // once the run has been given up
  };
  std::optional<Waiting> waiting_;
  bool is_lost_ = false;                    // the connection, since the last transaction
  bool is_undone_ = false;                  // a transaction, since the last one that was committed
  std::optional<SteadyTime> silent_since_;  // what was asked for is not answered
  bool is_looking_ = false;                 // once more, before it is taken over
  bool is_wait_told_ = false;
  bool is_away_ = false;  // as was told
  std::string away_;      // why
};

}  // namespace wordstream
