// A topic of Kafka as a row store: a message a row. A topic has no rows to look at and no place to
// say how far it has come, but a transaction may take an offset along: so with exactly-once a batch
// is one transaction, which has its messages and, in a group of the journal's own, an offset that
// is the batch's number. Both are there or neither is, and "kafka-consumer-groups" shows it.
//
// Who takes the store over takes its transactional id, which fences whoever had it before; but only
// once the group has said that we are in the right. The library says "fenced" as well when a
// transaction's time has run out, on a laptop that slept: what stands in the group tells the two
// apart.
//
// Without transactions it keeps no progress: what was sent is waited for, or is not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/kafka_producer.h"
#include "model/events.h"
#include "sink/kafka_outlet.h"
#include "sink/kafka_rows.h"
#include "sink/resume.h"
#include "sink/row_store.h"

namespace wordstream {

class KafkaStore final : public RowStore {
 public:
  /// All that is referred to outlives the store. Nothing in `resume`: no journal stands behind it.
  KafkaStore(TopicToWrite what, Kafka& kafka, Observer& observer,
             const std::optional<SinkResume>& resume);

  const std::string& name() const override { return outlet_.name(); }
  void set_time(SteadyTime now) override;
  Result<Act> read_progress(std::optional<StoreProgress>& progress) override;
  Result<Act> take_over(const TakeOver& take_over) override;
  Result<Act> begin() override;
  Result<Act> clear_totals() override { return Act::done(); }
  void give(NewRows rows) override;
  Result<Act> write() override;
  Result<Act> note(const StoreProgress& progress) override;
  Result<Act> commit() override;
  Result<Act> finish() override;
  bool keeps_progress() const override { return delivery_ == Delivery::Transactional; }
  bool can_be_lost() const override { return true; }
  std::string_view advice_for(ErrorCode code) const override;
  std::string how_to_forget() const override;

 private:
  /// What becomes of what is sent.
  enum class Delivery { Sent, Acknowledged, Transactional };
  /// One thing that is asked for; it is asked for again until it is not under way any more.
  using Step = std::function<Result<Act>()>;
  using Steps = std::deque<Step>;

  /// Goes on with an act, step by step; `make` says which those are when it begins.
  Result<Act> run(std::string_view act, const std::function<Steps()>& make);
  Result<Act> ended(Result<Act> act);
  void put_next(Steps steps);
  Step ask(std::function<KafkaReply(KafkaProducer&)> request);

  Result<Act> read_place(bool is_stable);
  Result<Act> recall_forgotten();
  bool is_as_it_was() const;
  Result<Act> settle_unknown();
  Steps own_id();
  Step begin_transaction();
  Step put(const StoreProgress& progress);
  Result<Act> commit_transaction();
  Result<Act> abort_transaction();
  Result<Act> send_some();
  Result<Act> check_acknowledged();
  void tell_lost(std::uint64_t more);
  void note_lost(const Result<Act>& act);
  tl::unexpected<Error> out_of_time() const;

  std::optional<SinkResume> resume_;
  Delivery delivery_;
  std::string group_;  // of the journal; empty without one
  KafkaOutlet outlet_;
  Observer& observer_;

  Steps steps_;                      // of the act that is under way
  std::string_view under_way_ = {};  // its name; empty: none is
  std::optional<Act> end_ = {};      // of that act, when these are done, where it is not Done
  std::optional<StoreProgress> read_ = {};   // what was found in the group
  std::optional<StoreProgress> ours_ = {};   // what stands there by our own doing
  std::optional<StoreProgress> noted_ = {};  // in the transaction that is open, or was
  bool is_commit_unknown_ = false;

  KafkaRows rows_;
  bool has_lost_rows_ = false;     // with a producer
  SteadyTime begun_at_{};          // the transaction
  std::size_t row_count_ = 0;      // of the transaction
  std::size_t timeout_count_ = 0;  // of transactions, since the last one that was committed
};

}  // namespace wordstream
