// One who sends what stands in a log by RELP, as librelp does: a window of frames that wait for
// answers, and after each break what was not answered once more, in its order. Its connections
// break, end and fall silent, and its frames come in any pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world.h"
#include "source/relp_server.h"

namespace wordstream::simulation {

/// How all of them send in one run.
struct RelpHabits {
  bool has_keys = true;
  GapRule gaps = GapRule::Small;  ///< of the program
  std::size_t window = 1;         ///< so many frames wait for answers
  bool is_calm = false;           ///< no connection breaks
  bool gathers = false;           ///< some frames have more than one line
};

/// What a producer has written: whole lines, from offset 0 on.
struct RelpLog {
  std::string producer;
  std::string text = {};
  std::uint64_t generation = 0;     ///< so many logs had this name before
  std::uint64_t previous_size = 0;  ///< of the one before it
  /// The first frame shows that it is another log than the one before it.
  bool is_sharp = true;
  bool is_sent = false;       ///< some of it was
  bool is_disturbed = false;  ///< a connection or a process has begun since, and nothing was said
  std::optional<std::uint64_t> lost_line_count =
      {};  ///< as the program says, of those before it saw
};

class RelpSender {
 public:
  /// `log` may change while everything is answered. All of these outlive the sender.
  RelpSender(sim::World& world, const RelpHabits& habits, RelpLog& log);

  /// A turn: hears, connects, sends, or has something happen to its connection.
  void step(bool is_in_peace);
  /// Takes all that the program has said. Returns what is wrong with it.
  std::optional<std::string> hear();
  /// The process that it was connected to is gone.
  void process_begins();
  /// The log has begun anew.
  void begin_anew();

  /// Up to here it has got answers.
  std::uint64_t answered() const { return answered_; }
  /// Everything was answered, nothing is on its way, and the program reads no connection any more
  /// that was left.
  bool is_at_rest() const;
  /// The end of the first frame without an answer, where this process has had one connection of
  /// its, with nothing sent twice.
  std::optional<std::uint64_t> first_unanswered() const;

 private:
  struct Frame {
    enum class Kind { Open, Lines, Close, Unknown };
    std::uint32_t number;
    Kind kind;
    std::uint64_t end;  ///< of its lines, in the log
  };
  enum class Leaving { InOrder, Reset, Silent };

  void connect();
  void leave(Leaving how);
  void disturb();
  void send();
  void add_lines();
  void add_frame(Frame::Kind kind, std::string_view command, std::string_view data,
                 std::uint64_t end = 0);
  std::optional<std::string> take_answer(std::uint64_t number, std::string_view text);
  std::uint64_t next_line(std::uint64_t from) const;
  std::uint64_t line_end(std::uint64_t from) const { return log_.text.find('\n', from) + 1; }

  sim::World& world_;
  const RelpHabits& habits_;
  RelpLog& log_;
  std::uint64_t answered_ = 0;
  bool is_simple_ = true;  // this process has had one connection, with nothing twice
  bool has_connected_ = false;
  bool was_refused_ = false;      // and nothing answered
  std::vector<sim::Peer*> left_;  // that the program may still read

  // Of the connection that stands, if any.
  sim::Peer* peer_ = nullptr;
  std::uint64_t cursor_ = 0;  // what is sent next
  std::uint32_t last_number_ = 0;
  std::deque<Frame> unanswered_;
  std::string pending_;  // bytes that it has not taken
  std::string heard_;
  bool is_ending_ = false;      // nothing more is sent in it
  bool is_told_to_go_ = false;  // the program ends it in order
  bool has_answers_ = false;    // for lines
};

}  // namespace wordstream::simulation
