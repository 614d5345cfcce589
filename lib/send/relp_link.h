// A connection to who takes lines by RELP and answers them, made again whenever it is lost. It
// carries frames and answers, and knows nothing of what is in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/network.h"
#include "model/events.h"
#include "runtime/turn.h"
#include "source/relp_frame.h"
#include "source/relp_place.h"
#include "source/server_contact.h"

namespace wordstream {

struct RelpReply {
  std::uint32_t number;
  std::string text;  ///< "200 OK", and what else it says
};

class RelpLink {
 public:
  /// As ServerContact. `own_offer`: the other side is asked whether it is a wordstream, too.
  RelpLink(Endpoint server, Network& network, Poller& poller, Observer& observer,
           const std::optional<Patience>& patience, const std::optional<RelpOffer>& own_offer,
           std::uint64_t token);

  const std::string& name() const { return contact_.name(); }
  /// A turn: connects, opens, hears and writes. Ended: there is nothing to be done before the
  /// poller or somebody here calls. Fails as ServerContact::seek().
  Result<Turn> step(SteadyTime now);

  /// It can be sent something.
  bool is_open() const { return state_ == State::Open; }
  /// How often it was opened: numbers and answers belong to one opening.
  std::uint64_t opening() const { return opening_; }
  /// What the other side says of itself where it is a wordstream, which takes what RELP does not
  /// have; nothing where it is none.
  const std::optional<RelpOffer>& offer() const { return offer_; }

  /// Sends a frame, whose data are these parts one behind the other. Returns its number. Requires:
  /// it is open.
  std::uint32_t send(std::string_view command, std::initializer_list<std::string_view> data);
  /// So many bytes were sent and not taken.
  std::size_t pending() const { return output_.size() - written_; }
  /// Something was sent since the last turn.
  bool has_more() const { return pending() > pending_before_; }
  static std::uint32_t number_behind(std::uint32_t number);
  /// The next answer to what was sent since it was opened.
  std::optional<RelpReply> take_reply();
  /// What was sent was taken: it is worth coming back at once.
  void note_good() { contact_.note_good(); }
  /// Gives the connection up, to try again.
  void lose(SteadyTime now, const std::string& why);

 private:
  enum class State { Away, Opening, Open };

  Result<Turn> take_turn(SteadyTime now);
  void open();
  bool hear(SteadyTime now);
  bool take(const RelpFrame& frame, SteadyTime now);
  bool write(SteadyTime now);

  Observer& observer_;
  ServerContact contact_;
  std::string own_offer_;  // empty: none is made
  State state_ = State::Away;
  std::uint64_t opening_ = 0;
  std::optional<RelpOffer> offer_;
  std::uint32_t last_number_ = 0;
  RelpInput input_;
  std::vector<char> room_;
  std::string output_;
  std::size_t written_ = 0;
  std::size_t pending_before_ = 0;  // behind the last turn
  std::deque<RelpReply> replies_;
};

}  // namespace wordstream
