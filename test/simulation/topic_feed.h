// Who writes to a topic that a job reads: single messages and transactions, of which some are
// aborted; and what happens to the brokers meanwhile. Nothing that was committed is ever lost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/world.h"
#include "source/source_choice.h"

namespace wordstream::simulation {

class TopicFeed {
 public:
  explicit TopicFeed(sim::World& world);

  ChosenSource choice() const;
  /// Its messages have many lines each.
  bool gathers() const { return gathers_; }
  /// Takes a line, with its end, into a message that is still to be produced.
  void add(const std::string& line);
  /// Produces what it has, on its own or in a transaction, and disturbs the brokers.
  void take_turn();
  /// Between two processes: now and then the topic has one partition more.
  void process_begins();
  /// Everything is produced and committed, and the brokers are well from now on.
  void finish();

 private:
  void produce(sim::KafkaTransactionId transaction);

  sim::World& world_;
  bool gathers_;
  int partition_count_ = 2;
  std::vector<std::string> lines_;
  sim::KafkaTransactionId open_ = 0;
};

}  // namespace wordstream::simulation
