// The fake Kafka with all of its faults at once, by seeds, before one who writes batches with their
// places in transactions: whatever happens, each batch is there once, whole and in its order, and
// the place says how many.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "seeds.h"
#include "sim/kafka_producer.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using State = KafkaReply::State;
using Values = std::vector<std::string>;

constexpr std::int64_t kBatchCount = 8;
constexpr Millis kAtMost{0};

/// One process after the other, each of which goes on behind the place that it finds.
class Writing {
 public:
  explicit Writing(std::uint64_t seed) : world_(seed) {
    world_.kafka.make_topic("t", 1);
    world_.kafka.fault_rarity = world_.prng.between(5, 60);
    world_.kafka.producers.queue_max = world_.prng.between(3, 50);
    dies_once_in_ = world_.prng.between(10, 100);
    world_.disk.on_effect = [this](const Effect&) { return fate(); };
  }

  /// Returns the hash of the run.
  std::uint64_t run() {
    for (int step = 0; step < 100'000 && batch_ < kBatchCount; ++step) {
      if (!world_.storage.is_alive()) {
        producer_.reset();
        world_.storage.restart();
        world_.trace.note("another process");
      }
      act();
      world_.timeline.advance_by(Millis(world_.prng.below(100)));
      if (world_.prng.one_in(100)) world_.clock.suspend(std::chrono::minutes(2));
    }
    CHECK(batch_ == kBatchCount);
    CHECK(world_.kafka.group_offset("g", "t", 0) == kBatchCount);
    Values expected;
    for (std::int64_t batch = 0; batch < kBatchCount; ++batch) {
      for (std::size_t row = 0; row < rows_of(batch); ++row) {
        expected.push_back(value(batch, row));
      }
    }
    CHECK(values(true) == expected);
    all_count += values(false).size();
    committed_count += expected.size();
    return world_.trace.hash();
  }

  static inline std::size_t all_count = 0;  // of messages, over all runs
  static inline std::size_t committed_count = 0;

 private:
  enum class Step { Init, Look, Send, PutPlace, Commit, Abort };

  static std::size_t rows_of(std::int64_t batch) {
    return static_cast<std::size_t>(batch) * 5 % 13;
  }
  static std::string value(std::int64_t batch, std::size_t row) {
    return std::to_string(batch) + "/" + std::to_string(row);
  }

  Fate fate() {
    if (!world_.prng.one_in(dies_once_in_)) return {};
    return {static_cast<Fate::Kind>(world_.prng.between(1, 3))};
  }

  void act() {
    if (!producer_) {
      producer_ = world_.kafka.produce({.topic = "t", .transactional_id = "id"}).value();
      step_ = Step::Init;
    }
    const KafkaReply reply = ask();
    // The next one finds out what has become of it.
    const bool is_over = reply.state == State::Fenced || reply.state == State::Broken;
    if (is_over) return producer_.reset();
    if (reply.state == State::Undone || reply.state == State::TooLarge) step_ = Step::Abort;
    if (reply.is_done()) go_on();
  }

  KafkaReply ask() {
    switch (step_) {
      case Step::Init:
        return producer_->init(kAtMost);
      case Step::Look:
        return producer_->read_group("g", true, place_, kAtMost);
      case Step::Send:
        return send();
      case Step::PutPlace:
        return producer_->put_place("g", {.offset = batch_ + 1}, kAtMost);
      case Step::Commit:
        return producer_->commit(kAtMost);
      case Step::Abort:
        break;
    }
    return producer_->abort(kAtMost);
  }

  KafkaReply send() {
    while (row_ < rows_of(batch_)) {
      const std::string text = value(batch_, row_);
      KafkaReply sent = producer_->send({.key = "key", .value = text});
      if (sent.state == State::NotYet)
        sent = producer_->flush(kAtMost);
      else if (sent.is_done())
        ++row_;
      if (!sent.is_done()) return sent;
    }
    return KafkaReply::done();
  }

  void go_on() {
    if (step_ == Step::Look) batch_ = place_ ? place_->offset : 0;
    if (step_ == Step::Commit) ++batch_;
    if (step_ == Step::Send || step_ == Step::PutPlace || step_ == Step::Init) {
      step_ = static_cast<Step>(static_cast<int>(step_) + 1);
      return;
    }
    row_ = 0;
    step_ = Step::Send;
    if (producer_->begin().state != State::Done) producer_.reset();
  }

  Values values(bool is_committed) {
    Values values;
    for (const auto& partition : world_.kafka.read_all("t", is_committed)) {
      for (const KafkaRecord& record : partition) values.push_back(*record.value);
    }
    return values;
  }

  World world_;
  std::uint64_t dies_once_in_ = 0;
  std::unique_ptr<KafkaProducer> producer_;
  Step step_ = Step::Init;
  std::optional<KafkaGroupPlace> place_;
  std::int64_t batch_ = 0;
  std::size_t row_ = 0;
};

std::uint64_t run(std::uint64_t seed) {
  INFO("seed " << seed);
  return Writing(seed).run();
}

/// Without transactions, by one process that lives. Returns whether its library has broken.
bool write_plainly(std::uint64_t seed) {
  INFO("seed " << seed);
  World world(seed);
  FakeKafka& kafka = world.kafka;
  kafka.make_topic("t", 1);
  kafka.fault_rarity = world.prng.between(3, 60);
  kafka.producers.queue_max = world.prng.between(3, 50);
  const auto producer = kafka.produce({.topic = "t"}).value();
  Values sent;
  KafkaReply reply = KafkaReply::done();
  for (int step = 0; step < 10'000 && reply.state != State::Broken; ++step) {
    if (sent.size() == 100 && reply.is_done()) break;
    const bool flushes = sent.size() == 100 || world.prng.one_in(10);
    const std::string value = std::to_string(sent.size());
    reply = flushes ? producer->flush(kAtMost) : producer->send({.key = "key", .value = value});
    if (!flushes && reply.is_done()) sent.push_back(value);
    // So that the last of all is flushed.
    if (!flushes && reply.is_done()) reply = KafkaReply::not_yet();
    world.timeline.advance_by(Millis(world.prng.below(20)));
  }
  Values there;
  for (const KafkaRecord& record : kafka.log("t", 0).read_uncommitted()) {
    there.push_back(*record.value);
  }
  const bool is_broken = reply.state == State::Broken;
  CHECK(producer->lost_count() == 0);
  CHECK((is_broken || reply.is_done()));
  CHECK((is_broken || there.size() == sent.size()));
  sent.resize(std::min(sent.size(), there.size()));
  CHECK(there == sent);
  return is_broken;
}

}  // namespace

TEST_CASE("what is sent without transactions is there once, in its order, or not at all",
          "[fake_kafka]") {
  std::uint64_t broken_count = 0;
  const std::uint64_t count = seed_count(500);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    if (write_plainly(seed)) ++broken_count;
  }
  CHECK(broken_count < count / 2 + 1);
}

TEST_CASE("whatever befalls who writes with places in transactions, each batch is there once",
          "[fake_kafka]") {
  if (const auto seed = number_in("WORDSTREAM_SEED")) {
    run(*seed);
    return;
  }
  for (std::uint64_t seed = 1; seed <= seed_count(500); ++seed) run(seed);
  // Else nothing was aborted in all of them.
  CHECK(Writing::all_count > Writing::committed_count);
}

TEST_CASE("a seed makes one run of who writes to the fake Kafka", "[fake_kafka]") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CHECK(run(seed) == run(seed));
    CHECK(run(seed) != run(seed + 1));
  }
}
