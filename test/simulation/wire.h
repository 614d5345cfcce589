// The network between two programs of one world: who connects to one address is led to the door of
// the other. Bytes come in any pieces, and connections break. What is said by RELP is heard: which
// lines were answered.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "sim/world.h"
#include "source/relp_frame.h"

namespace wordstream::simulation {

class Wire {
 public:
  /// Nobody listens at `from` while nobody does at `to`. The world outlives it.
  Wire(sim::World& world, std::string from, std::string to);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Nothing breaks any more.
  void leave_in_peace() { is_in_peace_ = true; }

  /// Of each producer: up to there it was answered.
  const std::map<std::string, std::uint64_t>& answered() const { return answered_; }
  /// What was answered is not there any more, and nobody is to blame.
  void forget_answers();
  std::size_t connection_count() const { return connection_count_; }

 private:
  /// What a frame has of whom, up to where.
  struct Sent {
    std::string producer;
    std::uint64_t end;
  };
  struct Line {
    sim::Peer* near;
    sim::Peer* far;
    std::string to_far = {};
    std::string to_near = {};
    RelpInput sent{std::size_t{1} << 20};
    RelpInput said{std::size_t{1} << 20};
    std::map<std::uint32_t, Sent> unanswered = {};
  };

  void lead(sim::Peer& near);
  void pump(Line& line);
  void hear_sender(Line& line, std::string_view bytes);
  void hear_receiver(Line& line, std::string_view bytes);
  void later(Line& line);

  sim::World& world_;
  std::string from_, to_;
  bool is_in_peace_ = false;
  std::size_t connection_count_ = 0;
  std::list<Line> lines_;
  std::map<std::string, std::uint64_t> answered_;
};

}  // namespace wordstream::simulation
