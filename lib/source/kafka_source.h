// Reads the partitions of a topic: each message once, from where an earlier run has left off. It
// looks at the topic at the start, every 30 s, and when something is odd: for partitions that were
// added, and whether what was read stands there still. A topic that was made anew, or from which
// retention has taken what was not read yet, ends the run, unless it may lose what is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "env/files.h"
#include "env/kafka_consumer.h"
#include "source/broker_contact.h"
#include "source/kafka_choice.h"
#include "source/kafka_lines.h"
#include "source/kafka_place.h"
#include "source/source.h"
#include "source/topic_partition.h"
#include "source/topic_teller.h"

namespace wordstream {

class KafkaSource final : public Source {
 public:
  KafkaSource(TopicToRead what, Kafka& kafka, Files& files, const SourceContext& context);
  ~KafkaSource() override;

  /// Fails with Unavailable where the library is missing.
  Status open(const Positions& from) override;
  Result<Turn> poll(SteadyTime now, Block& block) override;
  /// A message that was begun is not finished: what is left of it has a place.
  void stop() override;

  /// Where it begins at the end it reads nothing before that is kept: it would be another end after
  /// a crash.
  bool wants_commits() const override { return !what_.group.empty() || awaits_beginnings(); }
  void committed(const Positions& change) override;
  Turn answer(SteadyTime now) override;

 private:
  bool awaits_beginnings() const { return context_.is_kept && begin_at() == From::End; }
  From begin_at() const;
  Status remember(const Positions& from);
  void look(SteadyTime now);
  void look_soon(SteadyTime now);
  bool pass_on_messages(Block& block);
  void take_ends(Block& block);
  Status take_event(const KafkaEvent& event, SteadyTime now);
  Status take_topic(const Result<KafkaTopic>& topic, SteadyTime now, Block& block);
  Status not_answered(const Error& why, SteadyTime now);
  Status check_wanted(const KafkaTopic& topic) const;
  Status check_cluster(const KafkaTopic& topic) const;
  Status take_partition(std::int32_t number, const KafkaPartition& there, SteadyTime now,
                        Block& block);
  Status check_place(TopicPartition& partition, const KafkaPartition& there, SteadyTime now,
                     Block& block);
  Status lose(TopicPartition& partition, const KafkaPartition& there, bool is_made_anew);
  void begin(TopicPartition& partition, const KafkaPartition& there, From from) const;
  void read(TopicPartitions::value_type& partition);
  void mark(const TopicPartition& partition, Block& block) const;
  void watch();
  void unwatch();
  bool is_done() const;
  Turn idle() const;

  TopicToRead what_;
  std::string name_;
  Kafka& kafka_;
  Files& files_;
  SourceContext context_;
  BrokerContact contact_;
  TopicTeller teller_;
  bool are_places_told_;
  KafkaLines lines_;

  std::unique_ptr<KafkaConsumer> consumer_;
  bool is_watched_ = false;
  TopicPartitions partitions_;
  std::string cluster_;
  bool is_resumed_ = false;
  bool is_broken_off_ = false;  // a place lies where none can be

  KafkaNews news_;
  std::size_t passed_on_ = 0;    // of its messages
  std::deque<KafkaEvent> ends_;  // behind its messages
  bool is_looking_ = false;      // the answer has not come
  std::optional<SteadyTime> look_at_;
  Millis look_pause_;              // while nobody answers
  std::size_t missing_count_ = 0;  // so often in a row the topic was not there
  bool has_begun_ = false;
  std::string group_failure_;  // as was told
};

}  // namespace wordstream
