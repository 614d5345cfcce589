// Listens for RELP, and answers a frame when its lines are the run's own: durable in the journal,
// or counted where there is none. So a sender keeps a line until then, and sends it again where no
// answer came; by their keys lines that come twice are known, and dropped. So are batches of
// counts, of who counts by himself (source/count_frame.h).
//
// A sender has so many frames unanswered at most. Once most of what is unanswered holds its senders
// up, a block says so, and it is committed at once: else each window would take a commit interval.
//
// Fair, as plain listening is: of those who have sent something, each gets one bounded read a turn.
// A connection is answered in the order of its frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "env/network.h"
#include "model/producer_events.h"
#include "source/client_door.h"
#include "source/complaints.h"
#include "source/known_producers.h"
#include "source/relp_client.h"
#include "source/relp_frame.h"
#include "source/relp_place.h"
#include "source/source.h"

namespace wordstream {

/// How to listen, as somebody has chosen it.
struct RelpOptions {
  Endpoint address = {};
  bool has_keys = true;  ///< lines come with keys, by which those that come twice are known
  GapRule gaps = GapRule::Small;
  std::optional<Millis> remember = {};  ///< who was silent for so long is forgotten
};

class RelpServer final : public Source {
 public:
  RelpServer(RelpOptions options, Network& network, const SourceContext& context);
  ~RelpServer() override;

  Status open(const Positions& from) override;
  /// As ClientDoor::address().
  std::string address() const { return door_.address(); }
  Result<Turn> poll(SteadyTime now, Block& block) override;
  void stop() override;
  bool wants_commits() const override { return true; }
  void committed(const Positions& change) override;
  Turn answer(SteadyTime now) override;

 private:
  using Clients = std::unordered_map<std::uint64_t, std::unique_ptr<RelpClient>>;

  void let_in(SteadyTime now);
  bool is_anybody_talking() const;
  void forget_producers(SteadyTime now, Block& block);

  // Each returns false when the block must be handed on first.
  bool read_from(RelpClient& client, SteadyTime now, Block& block);
  bool take_frames(RelpClient& client, SteadyTime now, Block& block);
  bool take(RelpClient& client, const RelpFrame& frame, SteadyTime now, Block& block);
  bool take_keyed(RelpClient& client, const RelpFrame& frame, const ProducerFrame& lines,
                  SteadyTime now, Block& block);
  bool take_counts(RelpClient& client, const RelpFrame& frame, SteadyTime now, Block& block);
  bool take_unkeyed(RelpClient& client, const RelpFrame& frame, Block& block);
  std::optional<Position::Place> frame_lines(std::string_view bytes, std::uint64_t passed,
                                             bool is_cut, Block& block);
  static bool has_room(std::string_view bytes, Block& block);
  std::optional<ProducerFrame> lines_of(RelpClient& client, const RelpFrame& frame, SteadyTime now);
  void greet(RelpClient& client, const RelpFrame& frame);
  void tell_place(RelpClient& client, const RelpFrame& frame, Block& block) const;

  bool accept(const ProducerVerdict& verdict, const ProducerFrame& frame, RelpClient& client,
              SteadyTime now);
  void refuse_other_kind(RelpClient& client, std::string_view producer, SteadyTime now);
  void refuse(RelpClient& client, SteadyTime now, const Event& complaint);
  void settle(RelpClient& client);
  void note_owed(RelpClient& client);
  void end(RelpClient& client);
  void break_off(RelpClient& client);
  void note_over(const RelpClient& client);
  void part_with_those_done();
  /// What became of all that was sent, so far: once a second where it has changed.
  void tell_totals(SteadyTime now);

  RelpOptions options_;
  SourceContext context_;
  ClientDoor door_;
  std::size_t frame_bytes_max_;  // of a frame's data so much is kept
  KnownProducers producers_;
  LineFramer framer_{context_.budget};
  std::vector<char> room_;

  Clients clients_;  // by token; tokens are never used again
  std::uint64_t next_token_;
  std::deque<std::uint64_t> turns_;     // who is to be read from, in order
  std::vector<std::uint64_t> waiting_;  // whom what is committed next may concern
  std::vector<std::uint64_t> parting_;  // who is to go
  std::size_t held_bytes_ = 0;          // of unfinished frames
  std::size_t owed_count_ = 0;          // frames that are not answered
  std::size_t held_up_count_ = 0;       // of those who wait for that, before they send more
  bool has_news_ = false;               // frames came since the source was last idle
  bool has_begun_ = false;

  std::vector<std::shared_ptr<const Stream>> over_;  // that no block says yet
  std::unordered_map<std::string, std::shared_ptr<ProducerPlace>> unkeyed_;  // by stream
  Complaints complaints_;
  event::RelpTotals totals_;
  event::RelpTotals told_totals_;
  SteadyTime tells_totals_at_{};
};

}  // namespace wordstream
