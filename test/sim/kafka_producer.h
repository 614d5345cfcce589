// A producer of the fake Kafka: what was sent and is not acknowledged, and how far its transaction
// has come.
//
// Each act that a broker answers is an effect of its process, and so is each time that all which is
// queued goes to the log. When that effect fails, the answer is lost: the act may have been done,
// the door says NotYet, and who asks again finds out. Nothing here waits: the time of the fake
// clock does not pass within an act.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/kafka_producer.h"
#include "sim/kafka.h"

namespace wordstream::sim {

/// Must not outlive its process. Once that is dead each act says Broken and does nothing, and what
/// was queued is gone.
class FakeKafkaProducer final : public KafkaProducer {
 public:
  FakeKafkaProducer(FakeKafka& kafka, FakeProcess& process, const KafkaProducerSettings& settings,
                    std::uint64_t number);
  ~FakeKafkaProducer() override;
  FakeKafkaProducer(const FakeKafkaProducer&) = delete;
  FakeKafkaProducer& operator=(const FakeKafkaProducer&) = delete;

  /// Fails as Kafka::produce() does.
  static Status check(const KafkaProducerSettings& settings);

  KafkaReply find(KafkaTarget& target, Millis at_most) override;
  KafkaReply read_group(const std::string& group, bool is_stable,
                        std::optional<KafkaGroupPlace>& place, Millis at_most) override;
  KafkaReply init(Millis at_most) override;
  KafkaReply begin() override;
  KafkaReply put_place(const std::string& group, const KafkaGroupPlace& place,
                       Millis at_most) override;
  KafkaReply commit(Millis at_most) override;
  KafkaReply abort(Millis at_most) override;
  KafkaReply send(const KafkaOutgoing& message) override;
  KafkaReply flush(Millis at_most) override;
  std::uint64_t lost_count() const override { return lost_count_; }
  std::vector<KafkaEvent> hear() override;

 private:
  friend class FakeKafka;

  enum class Stage { New, Ready, Transaction };
  struct Queued {
    std::string value;
    std::shared_ptr<const KafkaLabel> label;
    std::size_t bytes;
    SteadyTime expires_at;
    bool is_logged = false;  // though that is not acknowledged
    bool is_too_large = false;
    std::int32_t partition = 0;  // once it goes to the log
  };
  struct Act {
    std::string_view name;
    std::function<KafkaReply()> happen;
    /// In its place, when the answer is lost.
    std::function<void()> lose = [] {};
    /// Whether a broker would answer; it is asked for nothing before.
    bool is_due = true;
    /// Whether it is one of the transaction that may have failed.
    bool is_in_transaction = false;
    /// Whether another act may come before it has ended.
    bool may_be_given_up = false;
  };

  const std::string& topic() const { return settings_.topic; }
  bool has_transactions() const { return !settings_.transactional_id.empty(); }
  KafkaPlaceKey key_of(const std::string& group) const { return {group, topic(), 0}; }
  /// Something has changed for who sends.
  void stir() { plan_delivery(); }

  KafkaReply ask(const Act& act);
  /// How it ends before any broker hears of it.
  std::optional<KafkaReply> end_before(const Act& act);
  std::optional<KafkaReply> befall(const Act& act);
  KafkaReply answer(const Act& act);
  /// Keeps what holds for later acts, too.
  KafkaReply settle(KafkaReply reply);
  static KafkaReply fenced();
  bool has_fault_in(std::uint64_t count);
  /// What becomes of an act whose answer is lost.
  KafkaLost lost_how();
  bool can_be_undone() const;
  bool is_committing() const;
  void check_open() const;
  void end_transaction();
  std::string why_unreached() const;

  std::size_t request_bytes_max() const;
  /// Whether the leaders would answer.
  bool can_log() const;
  void plan_delivery();
  void deliver();
  /// Loses what has waited for too long.
  void expire();
  std::size_t drop(const std::function<bool(const Queued&)>& is_lost);
  /// Has so many of the queue in the log, which are not acknowledged yet.
  KafkaReply log(std::size_t count);
  KafkaReply log_all() { return log(queue_.size()); }
  /// What comes so far before the answer is lost.
  void log_some();
  void append(std::size_t count);
  /// Chooses their partitions. Returns whether one of them is too large.
  bool mark_too_large(const FakeKafkaTopic& topic, std::size_t count);
  void acknowledge();

  FakeKafka& kafka_;
  FakeProcess& process_;
  KafkaProducerSettings settings_;
  std::uint64_t number_;
  Nanos message_timeout_;  // 0: none
  FakeKafka::Reach reach_told_ = FakeKafka::Reach::Open;
  Stage stage_ = Stage::New;
  KafkaClaim claim_;
  KafkaTransactionId transaction_ = 0;
  std::string under_way_ = {};             // the act that was not answered; empty: none
  std::optional<KafkaReply> ended_ = {};   // Fenced or Broken
  std::optional<KafkaReply> failed_ = {};  // Undone or TooLarge, until it is aborted
  SteadyTime answers_at_{};
  std::deque<Queued> queue_;
  bool is_delivery_planned_ = false;
  /// A message was too large: librdkafka 2.0.2 numbers on behind it, and what comes next is
  /// refused.
  bool has_left_gap_ = false;
  std::uint64_t lost_count_ = 0;
  std::vector<KafkaEvent> events_;
};

}  // namespace wordstream::sim
