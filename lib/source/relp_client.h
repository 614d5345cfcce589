// A connection that sends RELP, and what it is owed. Answers go out in the order of its frames,
// each when the lines before it are the run's own. Who does not take his answers is not read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/network.h"
#include "source/known_producers.h"
#include "source/relp_frame.h"

namespace wordstream {

/// An answer that is owed: it is given when what is durable has come to a place.
struct RelpAnswer {
  std::uint32_t number;
  std::string text;
  std::shared_ptr<const ProducerPlace> durable = nullptr;  ///< null: it is due at once
  ProducerPlace at = {};
  /// Where it asks how far that one has come; its place is the text then.
  std::shared_ptr<const Producer> asked = nullptr;
};

/// Where lines without keys stand: in a stream of their connection's own.
struct UnkeyedPlace {
  Position at = {};
  std::optional<std::uint64_t> frame_begin = {};  ///< of a frame that is taken in pieces
  std::shared_ptr<ProducerPlace> durable = std::make_shared<ProducerPlace>();
};

class RelpClient {
 public:
  /// Watched by the poller, under the token, for as long as it has anything to wait for. The poller
  /// outlives it.
  RelpClient(std::uint64_t token, std::unique_ptr<Socket> socket, Poller& poller,
             std::size_t frame_bytes_max);
  ~RelpClient();
  RelpClient(const RelpClient&) = delete;
  RelpClient& operator=(const RelpClient&) = delete;

  std::uint64_t token() const { return token_; }
  std::string peer() const { return socket_->peer(); }
  Result<Read> read(std::span<char> into) { return socket_->read(into); }

  void owe(RelpAnswer answer) { answers_.push_back(std::move(answer)); }
  std::size_t owed_count() const { return answers_.size() - given_count_; }
  /// It has about as much unanswered as it ever had when it was answered: a sender's window is
  /// full, or will be before a commit is over. (rsyslog waits, too, with a tenth of its window
  /// left.) A wordstream says when it waits.
  bool is_held_up() const {
    return !is_ours && most_owed_ != 0 && owed_count() * 4 >= most_owed_ * 3;
  }
  /// Gives the answers that are due. Returns how many of them were for lines.
  std::uint64_t settle();
  /// Goes on with what the socket has not taken yet.
  void write();
  /// There is some of that.
  bool is_blocked() const { return !output_.empty(); }

  /// Nothing more is read from it; it gets what it is owed.
  void end();
  /// Nothing more is given to it either.
  void break_off();
  bool has_ended() const { return has_ended_; }
  /// It has ended, and got everything.
  bool is_over() const { return has_ended_ && owed_count() == 0 && output_.empty(); }
  /// The run ends: what still comes is of no interest.
  void stop();
  /// Says so, where it can still hear it; `room` is for what it has sent meanwhile.
  void say_goodbye(std::span<char> room);

  RelpInput input;
  std::size_t held_bytes = 0;        ///< of the input, as was noted
  std::size_t noted_owed_count = 0;  ///< as was noted, and of what holds it up
  std::size_t noted_held_up_count = 0;
  std::shared_ptr<Producer> taking = nullptr;  ///< whose frame is taken in pieces
  UnkeyedPlace unkeyed = {};
  bool is_ours = false;       ///< it is a wordstream, too, as both have said
  bool sends_counts = false;  ///< the same
  std::string journal;        ///< that one's, which no other process has; empty where it has none
  bool is_waiting = false;    ///< what is committed is of interest to it, as was noted
  /// A block was full in its turn: that goes on with the next one, before anybody else has his.
  bool is_interrupted = false;

 private:
  void watch();
  void forget_given();

  std::uint64_t token_;
  std::unique_ptr<Socket> socket_;
  Poller& poller_;
  std::optional<Interest> watched_;
  // In one piece, which is kept: of a deque's many small ones each commit would free and make anew
  // all.
  std::vector<RelpAnswer> answers_;
  std::size_t given_count_ = 0;  // so many of them, the first ones, were given
  std::size_t most_owed_ = 0;    // when lines were answered
  std::string output_;
  bool has_ended_ = false;
  bool is_broken_ = false;
  bool is_stopped_ = false;
};

}  // namespace wordstream
