// Reads lines and sends them on, and keeps them until they are answered: for that they are sent
// again over any number of connections, and what was answered is written down in the journal. One
// task, which has the source, too: where the other side has less than it has answered, or more, the
// source is read from there.
//
//   source -> window of what is not answered -> link -> the other side
//                      journal <- answers
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "env/clock.h"
#include "journal/journal.h"
#include "model/events.h"
#include "runtime/control.h"
#include "runtime/task.h"
#include "send/flow.h"
#include "send/flow_book.h"
#include "send/relp_link.h"
#include "send/send_window.h"
#include "source/relp_place.h"
#include "source/source.h"

namespace wordstream {

/// How to send, as somebody has chosen it.
struct SendOptions {
  FlowNaming naming = {};
  /// How a sender is called in front of each line, where the other side is no wordstream; empty:
  /// its lines have no key.
  std::string key = {};
  bool has_one_path = true;  ///< else the path stands behind the key
  std::uint64_t window_bytes = 4 * 1024 * 1024;
  bool tells_progress = false;
};

class SendLoop final : public Task {
 public:
  /// Of what is handed in only the source and the link are its own; the rest outlives it. Without a
  /// journal what is read has no positions. The source is open.
  struct Parts {
    const Clock& clock;
    Control& control;
    Observer& observer;
    Poller& poller;       ///< source and link sleep in it
    Poller& link_poller;  ///< the link does, too: what the source has must not wake it
    Journal* journal;
    std::unique_ptr<Source> source;
    std::unique_ptr<RelpLink> link;
  };
  SendLoop(Parts parts, SendOptions options);

  /// Meets what the source begins with, and writes it down. Fails as Journal::write().
  Status begin();

  Next step() override;
  Poller& poller() override { return is_reading_ ? parts_.poller : parts_.link_poller; }
  std::uint64_t unanswered_bytes() const { return window_.bytes() + unpacked_bytes(); }

 private:
  /// Something that was sent in this connection, by its number.
  struct Request {
    enum class Kind { Lines, Where, Sync, Close } kind;
    SendFrame* frame = nullptr;
    std::shared_ptr<Flow> flow = nullptr;
  };

  // In this order in a step.
  Result<bool> take_replies(SteadyTime now);
  Result<Turn> read(SteadyTime now);
  Result<Turn> poll_source(SteadyTime now);
  Status send();
  Result<std::optional<SteadyTime>> keep(SteadyTime now, bool is_last);
  std::optional<Next> end(SteadyTime now);

  std::optional<SteadyTime> tell_progress(SteadyTime now);
  void begin_connection();
  void ask(const std::shared_ptr<Flow>& flow);
  Status resolve(SteadyTime now);
  void forget_gone();
  Status adopt(const std::vector<std::shared_ptr<Flow>>& unknown, SteadyTime now);
  Status go_to_place(const std::shared_ptr<Flow>& at, SteadyTime now);
  Status write_name(const std::shared_ptr<Flow>& flow);
  void take_renamed();
  void take_up_younger(const std::vector<std::shared_ptr<Flow>>& unknown);
  bool answer(Request& request, const RelpReply& reply, SteadyTime now);
  void pack();
  void forget(const std::string& stream);
  void request(std::uint32_t number, Request request);
  void ask_for_commit();
  void send_frame(SendFrame& frame);
  void send_plain(SendFrame& frame);
  bool is_asking() const { return asked_count_ != 0; }
  std::string key_of(const Flow& flow) const;
  std::uint64_t unpacked_bytes() const { return block_ ? block_->lines().size() : 0; }
  bool has_all() const { return window_.empty() && (!block_ || block_->is_blank()); }

  Parts parts_;
  SendOptions options_;
  FlowBook book_;
  /// What the other side knows under names that are gone, or of what is not to be had now.
  std::vector<std::shared_ptr<Flow>> orphans_;
  bool is_new_ = false;  // the journal had nothing
  bool is_met_ = false;  // how far the other side was, when this process began, is known
  SendWindow window_;
  std::unique_ptr<Block> block_;
  SendWindow::Blocks spare_;

  std::uint64_t opening_ = 0;       // of the link, as was seen
  std::uint32_t first_number_ = 0;  // of the requests
  std::deque<Request> requests_;
  std::map<std::uint32_t, RelpReply> early_;  // replies that came before others
  std::vector<std::shared_ptr<Flow>> asked_;
  std::size_t asked_count_ = 0;   // of these, that are not answered
  std::uint64_t sent_bytes_ = 0;  // since a commit was asked for
  bool has_said_plain_ = false;

  bool is_reading_ = true;   // there is room for more
  bool has_ended_ = false;   // nothing more is to be read
  bool is_stopped_ = false;  // before its end
  bool is_closing_ = false;  // the other side was told so
  bool is_closed_ = false;   // and has answered
  std::optional<SteadyTime> closes_at_, ends_at_;
  Positions moves_;        // not yet in the journal
  bool has_news_ = false;  // something was answered since it was written to
  SteadyTime kept_at_{};
  event::SendTotals totals_;
  SteadyTime told_at_{};
  std::uint64_t told_bytes_ = 0;
};

}  // namespace wordstream
