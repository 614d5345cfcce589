// One who counts lines by himself, as a cluster does, and sends the counts of each batch until they
// are answered (source/count_frame.h): over every process and any number of connections. A batch
// that comes again has its rows in another order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world.h"
#include "source/source_choice.h"

namespace wordstream::simulation {

class CountSender {
 public:
  explicit CountSender(sim::World& world);

  /// What the program reads from.
  static ChosenSource choice();
  /// Counts the words of a line into the open batch.
  void add(std::string_view line);
  /// The open batch is complete, be it empty.
  void close_batch();
  /// Nothing is added any more, and nothing breaks.
  void leave_in_peace() { is_in_peace_ = true; }

  void process_begins();
  /// Every batch was answered, or something is wrong.
  bool is_at_rest() const { return complaint_ || answered_ == batches_.size(); }
  const std::optional<std::string>& complaint() const { return complaint_; }

 private:
  void take_turn();
  void step();
  void hear();
  void connect();
  void leave();
  void send();
  std::string rows_of(std::size_t batch);

  sim::World& world_;
  std::size_t window_;  // so many batches wait for answers
  std::vector<std::map<std::string, std::uint64_t>> batches_;
  std::map<std::string, std::uint64_t> open_;
  std::size_t answered_ = 0;
  bool is_in_peace_ = false;
  std::optional<std::string> complaint_;

  // Of the connection that stands, if any.
  sim::Peer* peer_ = nullptr;
  std::size_t next_ = 0;  // batch to send
  std::uint32_t last_number_ = 0;
  std::deque<std::optional<std::size_t>> unanswered_;  // which batch; nothing: the opening
  std::string pending_, heard_;
};

}  // namespace wordstream::simulation
