// Who sends lines to a program that is killed again and again, and remembers which.
//
// Every line begins with a token that stands nowhere else, and that is outside of what was sent
// when any part of it is missing; a few common words follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/config.h"
#include "sim/world.h"
#include "simulation/count_sender.h"
#include "simulation/relp_senders.h"
#include "simulation/topic_feed.h"

namespace wordstream::simulation {

enum class CrashSource {
  Client,   ///< a client that connects again to the next process
  Pipe,     ///< each process has a pipe of its own on stdin
  Senders,  ///< of RELP, who send again what was not answered (simulation/relp_senders.h)
  SendersWithoutKeys,
  Counter,       ///< who counts by himself, and sends batches (simulation/count_sender.h)
  Topic,         ///< of Kafka, to which others write (simulation/topic_feed.h)
  FollowedFile,  ///< one file is followed over all processes, and rotated
  FollowedSet,   ///< several, one of which matches a pattern, as does one that comes later
  FileOnStdin    ///< each process has the same file on stdin, which has grown meanwhile
};
inline bool has_senders(CrashSource source) {
  return source == CrashSource::Senders || source == CrashSource::SendersWithoutKeys;
}
inline bool is_file(CrashSource source) { return source >= CrashSource::FollowedFile; }
inline bool is_followed(CrashSource source) {
  return is_file(source) && source != CrashSource::FileOnStdin;
}

/// What was asked there and not answered is asked again after so long.
inline Millis answer_time_of(CrashSource source) {
  return source == CrashSource::Topic ? Millis(11'000) : Millis(0);
}

/// The common words of a line, with their counts.
using CommonWords = std::map<std::string, std::uint64_t>;

class CrashInput {
 public:
  /// Sends `line_count` lines or so, some at a time, over `horizon`.
  CrashInput(CrashSource kind, sim::World& world, Nanos horizon, std::size_t line_count);
  CrashInput(const CrashInput&) = delete;
  CrashInput& operator=(const CrashInput&) = delete;

  ChosenSource source();
  /// The next process is about to begin.
  void process_begins();
  /// One has begun, so that the job has: what is in its file from now on is read, be it rotated.
  void job_has_begun() { is_job_begun_ = true; }
  /// Rotation moves files, and neither copies nor compresses them.
  void only_move() { may_only_move_ = true; }
  /// Nothing more is sent, to nobody.
  void stop() { is_stopped_ = true; }
  /// Those who wait for answers have got them.
  bool is_done() const {
    return has_said_all() && (!senders_ || senders_->is_at_rest()) &&
           (!counter_ || counter_->is_at_rest());
  }
  /// What is wrong with what they have heard.
  std::optional<std::string> complaint() const {
    return counter_ ? counter_->complaint() : std::nullopt;
  }

  /// Null where there are none.
  RelpSenders* senders() { return senders_ ? &*senders_ : nullptr; }
  const RelpSenders* senders() const { return senders_ ? &*senders_ : nullptr; }
  /// Of all files together.
  std::size_t rotation_count() const;
  /// By their tokens: all that was ever sent, S.
  const std::map<std::string, CommonWords>& lines() const { return lines_; }
  /// Those that must get into the output, D, where these have been seen behind the ingest: what was
  /// sent on the same way before them was there before them. Of a file and a topic it is all of
  /// them, and of senders that send again: but for what
  /// they may have taken for repeats.
  std::set<std::string> durable(const std::set<std::string>& seen) const;

 private:
  /// Where lines go: a connection, or a file, with what rotation makes of it.
  struct Outlet {
    std::string path = {};     ///< of a file
    std::string pending = {};  ///< the rest of what is to be sent
    std::size_t rotation_count = 0;
    bool is_dated = false;
    std::string rotated_last = {};
  };

  /// What is sent stays, whoever reads it when.
  bool is_lasting() const { return is_file(kind_) || senders_ || counter_ || topic_; }
  bool has_said_all() const { return is_stopped_ || turn_count_ == 0; }
  void take_turn();
  void grow();
  std::string next_line() { return next_line(world_.prng.below(4)); }
  std::string next_line(std::uint64_t common_word_count);
  Outlet& some_outlet(std::size_t count);
  bool send(Outlet& outlet);
  void rotate(Outlet& outlet);
  std::string shift(const Outlet& outlet);
  void compress(const std::string& rotated, const std::string& to);

  CrashSource kind_;
  sim::World& world_;
  Nanos pause_;
  std::size_t turn_count_;
  std::size_t lines_a_turn_;
  bool is_stopped_ = false;
  bool is_job_begun_ = false;
  bool may_only_move_ = false;
  std::vector<Outlet> outlets_;
  std::size_t rotated_outlet_count_ = 1;  // the first ones
  sim::Peer* peer_ = nullptr;
  std::optional<RelpSenders> senders_;
  std::optional<CountSender> counter_;
  std::optional<TopicFeed> topic_;
  std::map<std::string, CommonWords> lines_;
  std::vector<std::vector<std::string>> ways_;  // tokens in their order, by process
};

}  // namespace wordstream::simulation
