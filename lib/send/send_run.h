// A run that sends: a journal of its own, the source, the connection, and the task that has them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "env/env.h"
#include "journal/journal.h"
#include "model/events.h"
#include "runtime/control.h"
#include "runtime/watch_both.h"
#include "send/send_loop.h"
#include "source/source_choice.h"

namespace wordstream {

/// Everything that a user can choose of it, checked and complete.
struct SendConfig {
  ChosenSource source;
  Endpoint server = {};
  SendOptions options = {};
  bool has_offer = true;                       ///< the other side may be a wordstream
  std::optional<std::string> checkpoint = {};  ///< the journal's directory; none for a pipe
  std::optional<Millis> wait = {};
  std::optional<From> from = {};
  std::optional<Millis> poll = {};
  std::vector<FileInfo> redirected = {};  ///< the files that stdout and stderr go to
  std::vector<std::string> rotated = {};
  std::uint64_t line_bytes_max = 1024 * 1024;
  std::size_t partial_bytes_max = 256 * 1024 * 1024;  ///< all unfinished lines together
};

/// "relp://localhost:20514".
std::string name_of_server(const SendConfig& config);

class SendRun {
 public:
  /// All that is handed in outlives it. Fails as opening a journal and a source does.
  static Result<std::unique_ptr<SendRun>> open(const SendConfig& config, const Env& env,
                                               Control& control, Observer& observer);
  ~SendRun();

  /// Runs it on this thread until all was answered or it is stopped. Returns how it went.
  Status run();
  /// For whoever steps it himself.
  Task& task() { return *loop_; }
  /// Of text that was read.
  std::uint64_t unanswered_bytes() const { return loop_->unanswered_bytes(); }

 private:
  SendRun(Control& control, const Env& env);

  Control& control_;
  std::unique_ptr<Poller> poller_;
  std::unique_ptr<Poller> link_poller_;
  WatchBoth both_{*poller_, *link_poller_};
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<SendLoop> loop_;
};

}  // namespace wordstream
