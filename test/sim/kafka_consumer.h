// A consumer of the fake Kafka: what it has fetched, and what has happened to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "env/kafka_consumer.h"
#include "sim/kafka.h"

namespace wordstream::sim {

/// Must not outlive its process. Once that is dead it is never ready, and nothing comes from it.
class FakeKafkaConsumer final : public KafkaConsumer {
 public:
  FakeKafkaConsumer(FakeKafka& kafka, FakeProcess& process, const KafkaSettings& settings,
                    std::uint64_t number);
  ~FakeKafkaConsumer() override;
  FakeKafkaConsumer(const FakeKafkaConsumer&) = delete;
  FakeKafkaConsumer& operator=(const FakeKafkaConsumer&) = delete;

  int handle() const override { return entry_.number(); }
  void look(const KafkaOffsets& found_from) override;
  void read(const KafkaOffsets& from) override;
  KafkaNews take(std::size_t messages_max) override;
  std::optional<std::int64_t> last_end(std::int32_t partition) const override;
  void commit(const KafkaOffsets& next) override;
  bool is_committing() const override { return process_.is_alive() && commit_count_ != 0; }

 private:
  friend class FakeKafka;

  /// What a partition's queue holds: a message, or what happens behind those before it.
  struct Item {
    KafkaRecord record = {};
    std::optional<KafkaEvent> event = {};
  };
  struct Reading {
    std::int64_t position = 0;
    bool is_over = true;
    std::uint64_t topic_id = 0;  // of which it reads; 0: not known yet
    std::int64_t end_told = -1;  // offset of the last End
    bool is_fetch_planned = false;
    bool is_held = false;  // its queue was full
    std::deque<Item> queue = {};
    std::optional<std::int64_t> last_end = {};
  };
  struct Look {
    KafkaOffsets found_from;
    SteadyTime deadline;
    bool is_lost;
    bool is_planned = false;
    bool has_deadline = false;
    /// What is asked for next, each by itself: what happens in between is seen by the later ones.
    enum class Step { Begin, StableEnd, End, Found } step = Step::Begin;
    KafkaTopic topic = {};
  };

  const std::string& topic() const { return settings_.topic; }
  /// Something has changed.
  void stir();
  void notice_reach();
  void tell(KafkaEvent::Kind kind, std::string why);
  void break_off(const std::string& why);

  void plan_fetch(std::int32_t partition, Reading& reading);
  void fetch(std::int32_t partition);
  void fetch_from(const FakeKafkaLog& log, std::int32_t partition, Reading& reading);
  /// Why nothing can be fetched from the topic; empty: it can.
  std::string obstacle(const FakeKafka::Topic* topic) const;

  void plan_look();
  void go_on_looking();
  void wait_for_answer();
  void answer(Result<KafkaTopic> topic);
  /// Does its step.
  void ask(const FakeKafka::Topic& topic);

  bool has_items() const;
  /// Hands out the next of a partition; false when no more of it may be handed out now.
  bool take_next(std::int32_t partition, Reading& reading, std::size_t limit, KafkaNews& news);

  FakeKafka& kafka_;
  FakeProcess& process_;
  KafkaSettings settings_;
  std::uint64_t number_;
  FakeKafka::Reach reach_told_ = FakeKafka::Reach::Open;
  std::string obstacle_told_ = {};
  bool is_broken_ = false;
  bool is_ready_for_nothing_ = false;  // as a descriptor may be
  std::map<std::int32_t, Reading> readings_;
  std::vector<KafkaEvent> events_;  // of no partition
  int commit_count_ = 0;            // of those that are not answered
  bool has_heard_ = false;          // of one
  std::optional<Look> look_;
  std::optional<Result<KafkaTopic>> answer_;
  // Of the last take().
  std::vector<KafkaMessage> messages_;
  std::vector<std::shared_ptr<const std::string>> values_;
  Handles::Entry entry_;
};

}  // namespace wordstream::sim
