// The fake Kafka: brokers on other machines, with their topics and groups. It outlives the
// processes that use it, and the power loss of their machine takes nothing from it. The program's
// side is the door; the other side is a script.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "env/kafka_consumer.h"
#include "env/kafka_producer.h"
#include "sim/clock.h"
#include "sim/handles.h"
#include "sim/kafka_coordinator.h"
#include "sim/kafka_script.h"
#include "sim/kafka_topic.h"
#include "sim/prng.h"
#include "sim/process.h"
#include "sim/storage.h"
#include "sim/trace.h"

namespace wordstream::sim {

class FakeKafkaConsumer;
class FakeKafkaProducer;

class FakeKafka final : public Kafka {
 public:
  /// Its clients are those of the process that `storage` has when they are made.
  FakeKafka(std::uint64_t seed, const FakeClock& clock, Timeline& timeline, Handles& handles,
            Trace& trace, FakeStorage& storage);
  FakeKafka(const FakeKafka&) = delete;
  FakeKafka& operator=(const FakeKafka&) = delete;

  Result<KafkaLibrary> load() override;
  Result<std::unique_ptr<KafkaConsumer>> consume(const KafkaSettings& settings) override;
  Result<std::unique_ptr<KafkaProducer>> produce(const KafkaProducerSettings& settings) override;
  /// The same of another process.
  Result<std::unique_ptr<KafkaConsumer>> consume(const KafkaSettings&, FakeProcess&);
  Result<std::unique_ptr<KafkaProducer>> produce(const KafkaProducerSettings&, FakeProcess&);

  // What others do, or see. Requires, of topics and partitions: they are there.

  bool has_topic(const std::string& topic) const { return find(topic) != nullptr; }
  void make_topic(const std::string& topic, int partition_count);
  void delete_topic(const std::string& topic);
  /// Under its name, and empty. Who reads the old one is told nothing, and gets nothing any more.
  void make_topic_anew(const std::string& topic, int partition_count);
  /// There are so many from now on.
  void add_partitions(const std::string& topic, int partition_count);
  /// Returns its offset; its time is the wall clock's.
  std::int64_t produce(const std::string& topic, std::int32_t partition, std::string_view value,
                       KafkaTransactionId transaction = 0);
  KafkaTransactionId begin_transaction() { return ++transaction_last_; }
  void commit_transaction(KafkaTransactionId id) { end_transaction(id, true); }
  void abort_transaction(KafkaTransactionId id) { end_transaction(id, false); }
  /// As retention does.
  void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before);
  /// As compaction does, with one record.
  void compact(const std::string& topic, std::int32_t partition, std::int64_t offset);
  /// As an unclean election does.
  void lose_records(const std::string& topic, std::int32_t partition, std::int64_t from);
  const FakeKafkaLog& log(const std::string& topic, std::int32_t partition) const;
  /// All that a reader of the topic sees, by partition. One that reads what is committed alone
  /// stops before an open transaction.
  std::vector<std::vector<KafkaRecord>> read_all(const std::string& topic, bool is_committed) const;
  /// -1: nothing was committed.
  std::int64_t group_offset(const std::string& group, const std::string& topic,
                            std::int32_t partition);
  void set_members(const std::string& group, std::size_t count) { members_[group] = count; }
  /// "max.message.bytes".
  void set_request_bytes_max(const std::string& topic, std::size_t bytes);
  std::string cluster_id = "a-cluster";
  /// Transactional ids, and where groups stand with what metadata.
  FakeKafkaCoordinator coordinator;

  // Its faults.

  enum class Reach { Open, Away, LockedOut };
  /// No broker can be reached; or none lets anybody in.
  void set_reach(Reach reach);
  /// Whether a topic may be seen, and read.
  void set_permitted(const std::string& topic, bool is_permitted);
  /// Whether it may be read, though it is seen.
  void set_readable(const std::string& topic, bool is_readable);
  /// For a while nothing comes from a partition, and nothing is said of the topic.
  void change_leader(const std::string& topic, std::int32_t partition, Nanos pause);
  /// The library of the consumers that live has come to its end.
  void break_consumers(const std::string& why);
  /// One answer in so many comes late by chance, or not at all; 0: none.
  std::uint64_t fault_rarity = 0;
  std::size_t lost_looks = 0;    ///< so many of the next are never answered
  std::size_t lost_commits = 0;  ///< likewise; those are committed all the same
  /// Consumers read on in a topic that was made anew, as if it were the old one.
  bool mistakes_topics = false;
  std::string missing = {};  ///< why there is no library; empty: it is there
  KafkaProducerScript producers;

 private:
  friend class FakeKafkaConsumer;
  friend class FakeKafkaProducer;

  using Topic = FakeKafkaTopic;
  using Place = std::tuple<std::string, std::uint64_t, std::int32_t>;  // topic, its id, partition

  Topic& topic(const std::string& name);
  FakeKafkaLog& partition(const std::string& name, std::int32_t partition);
  /// Null: there is none.
  const Topic* find(const std::string& name) const;
  void end_transaction(KafkaTransactionId id, bool is_committed);
  std::int64_t wall_ms() const;

  std::int64_t append(const std::string& topic, std::int32_t partition, std::string_view value,
                      KafkaTransactionId transaction, std::shared_ptr<const KafkaLabel> label);

  /// Something has changed for the clients of the topic, or for all.
  void stir(const std::string& topic);
  void stir_all();
  bool has_fault();
  /// How long a request and its answer take.
  Nanos some_delay();
  /// Does it to a consumer that is still there then.
  void after(Nanos delay, std::uint64_t consumer, std::function<void(FakeKafkaConsumer&)> act);

  Prng prng_;
  const FakeClock& clock_;
  Timeline& timeline_;
  Handles& handles_;
  Trace& trace_;
  FakeStorage& storage_;
  Reach reach_ = Reach::Open;
  std::map<std::string, Topic> topics_;
  std::uint64_t topic_last_ = 0;
  KafkaTransactionId transaction_last_ = 0;
  std::map<KafkaTransactionId, std::set<Place>> open_;
  std::map<std::string, std::size_t> members_;
  std::uint64_t client_last_ = 0;
  std::map<std::uint64_t, FakeKafkaConsumer*> consumers_;
  std::map<std::uint64_t, FakeKafkaProducer*> producers_;
};

}  // namespace wordstream::sim
