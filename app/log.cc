#include "app/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "app/log_keys.h"
#include "base/units.h"
#include "env/service_manager.h"
#include "text/json_text.h"
#include "text/visible.h"

namespace wordstream {
namespace {

constexpr Millis kGapWorthAWarning{100};
/// More than a user wants to read at once.
constexpr std::size_t kHeldLinesMax = 100;

spdlog::level::level_enum level_of(Verbosity verbosity) {
  switch (verbosity) {
    case Verbosity::Quiet:
      return spdlog::level::err;
    case Verbosity::Normal:
      return spdlog::level::info;
    case Verbosity::Verbose:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

/// journald takes a number at the beginning of a line for how much that matters (sd-daemon(3)).
class Priority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& to) override {
    to.push_back(message.level == spdlog::level::err     ? '3'
                 : message.level == spdlog::level::warn  ? '4'
                 : message.level == spdlog::level::debug ? '7'
                                                         : '6');
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<Priority>();
  }
};

std::int64_t millis(Label label) { return label.time_since_epoch().count(); }

}  // namespace

/// Each event in words.
struct Log::Render : Log::KeyRender {
  using Log::KeyRender::operator();

  void operator()(const event::Connected& e) const {
    log.info(e.peer.empty() ? fmt::format("connected to {}", e.target)
                            : fmt::format("connected to {} ({})", e.target, e.peer));
  }
  void operator()(const event::Waiting& e) const {
    log.info(fmt::format("waiting for {}: {}; trying until it answers", e.target, e.why));
  }
  void operator()(const event::Disconnected& e) const {
    log.info(fmt::format("{0} has closed the connection{1}", e.target,
                         e.is_retrying ? "; waiting for it to come back" : ""));
  }
  void operator()(const event::Listening& e) const {
    log.info(fmt::format("listening on {}", e.address));
  }
  void operator()(const event::ClientJoined& e) const {
    log.detail(fmt::format("{} has connected: {} now", e.peer, counted(e.client_count, "client")));
  }
  void operator()(const event::ClientLeft& e) const {
    log.detail(fmt::format("{} has left: {} now", e.peer, counted(e.client_count, "client")));
  }
  void operator()(const event::ClientsFull& e) const {
    log.warning(fmt::format("no more than {} can be connected: others wait until one leaves",
                            counted(e.client_count, "client")));
  }
  void operator()(const event::AcceptFailed& e) const {
    log.warning(fmt::format("cannot let a client in: {}; trying until it works", e.why));
  }
  void operator()(const event::Opened& e) const { log.detail(fmt::format("reading {}", e.name)); }
  void operator()(const event::Resumed& e) const {
    log.info(fmt::format("going on in {} at byte {}", e.path, e.offset));
  }
  void operator()(const event::Restored& e) const {
    if (e.is_packed) return log.info(fmt::format("{} is what was read, compressed", e.path));
    log.warning(fmt::format(
        "{} is another file than the one that was read, but holds all of what was read: "
        "taking it for that file, restored",
        e.path));
  }
  void operator()(const event::LineGrown& e) const {
    log.warning(
        fmt::format("the last line of {} has grown after it was counted without an end: "
                    "the rest of it counts as a line of its own",
                    e.origin));
  }
  void operator()(const event::Following& e) const {
    log.info(fmt::format("following {}", e.path));
  }
  void operator()(const event::Rotated& e) const {
    if (e.missed_path.empty()) {
      log.info(fmt::format("{} was rotated: going on with the new file", e.path));
    } else {
      log.info(fmt::format("{} was rotated again before it was seen: going on with {}", e.path,
                           e.missed_path));
    }
  }
  void operator()(const event::RotatedUnread& e) const {
    log.warning(fmt::format("{} was rotated unseen and is lost: {}", e.path, e.why));
  }
  void operator()(const event::Lost& e) const {
    log.warning(
        fmt::format("{} is gone: it was read up to byte {}, and had {} when it was looked at "
                    "last; what came behind that is lost",
                    e.path, e.offset, e.seen));
  }
  void operator()(const event::Repeated& e) const {
    log.warning(
        fmt::format("{} is a new file that begins with all of what was read of the one "
                    "before it, which is less than 1 KiB: it counts again",
                    e.path));
  }
  void operator()(const event::NotRotated& e) const {
    log.info(fmt::format("not read beside {}, since rotation does not name files so: {}", e.path,
                         fmt::join(e.beside, ", ")));
  }
  void operator()(const event::ZerosSkipped& e) const {
    log.warning(
        fmt::format("skipped {} that are zero at the start of {}, which was truncated: its "
                    "writer does not append",
                    counted(e.byte_count, "byte"), e.path));
  }
  void operator()(const event::NotText& e) const {
    log.warning(
        fmt::format("{} begins as {} does, and is counted as it is; to count the text in "
                    "it: {}",
                    e.origin, e.what, e.command));
  }
  void operator()(const event::Proving& e) const {
    log.info(
        fmt::format("comparing {} with {} that were read", e.path, counted(e.byte_count, "byte")));
  }
  void operator()(const event::MuchUnread& e) const {
    log.info(fmt::format("reading {} of {} first; --from end begins behind them",
                         counted(e.byte_count, "byte"), e.path));
  }
  void operator()(const event::Arrived& e) const {
    log.info(fmt::format("{} has come: reading it", e.path));
  }
  void operator()(const event::TrailingBytes& e) const {
    log.warning(fmt::format("{} has more behind what is compressed, from byte {} on: not read",
                            e.path, e.offset));
  }
  void operator()(const event::LeftOut& e) const {
    log.warning(fmt::format("{} is left out: {}", e.path, e.why));
  }
  void operator()(const event::Gone& e) const {
    if (!e.was_there) return log.info(fmt::format("{}; waiting for it", e.why));
    log.info(fmt::format("{} is gone: {}{}", e.path, e.why,
                         e.is_awaited ? "; waiting for it to come back" : ""));
  }
  void operator()(const event::CutOff& e) const {
    log.warning(
        fmt::format("{} ends in the middle: what it has so far is counted, and the rest when "
                    "it comes",
                    e.path));
  }
  void operator()(const event::Forgotten& e) const {
    log.warning(
        fmt::format("more than {} are gone: forgot how far {} was read; if it comes back, "
                    "it is read from its start",
                    counted(e.gone_count, "file"), e.path));
  }
  void operator()(const event::Truncated& e) const {
    if (!e.copy.empty()) {
      return log.info(fmt::format("{} was truncated: going on in {}, a copy, then from its start",
                                  e.path, e.copy));
    }
    log.warning(
        fmt::format("{} was truncated: reading it from its start; what was written to it "
                    "after it was read last is lost",
                    e.path));
  }
  void operator()(const event::LineDropped& e) const {
    ++log.dropped_line_count_;
    log.warning(fmt::format("dropped the unfinished last line of {}, {}: {}", e.origin,
                            counted(e.byte_count, "byte"), e.why));
  }
  void operator()(const event::TopicOpened& e) const {
    log.info(fmt::format("reading {} of {}{}", counted(e.partition_count, "partition"), e.target,
                         e.is_resumed ? ", going on where the last run has left off" : ""));
  }
  void operator()(const event::PartitionAdded& e) const {
    log.info(fmt::format("{} is new: reading it from its start", e.title));
  }
  void operator()(const event::PlaceUnproved& e) const {
    log.detail(
        fmt::format("{}: the message by which the topic is known again is gone: going on "
                    "without",
                    e.title));
  }
  void operator()(const event::MessagesLost& e) const {
    log.warning(e.is_made_anew
                    ? fmt::format("{}: the topic was made anew, or has lost its end: what was not "
                                  "read of it is lost; going on with what there is",
                                  e.title)
                    : fmt::format("{}: retention has taken {} at most that had not been read: lost",
                                  e.title, counted(e.count_max, "message")));
  }
  void operator()(const event::TransactionOpen& e) const {
    log.warning(
        fmt::format("{}: somebody's transaction is open: waiting for its end, what is "
                    "behind it cannot be read before",
                    e.title));
  }
  void operator()(const event::GroupShared& e) const {
    log.warning(
        fmt::format("group {} has {} already: its offsets are theirs, and those of this run "
                    "may be refused",
                    e.group, counted(e.member_count, "live member")));
  }
  void operator()(const event::GroupBehind& e) const {
    log.warning(
        fmt::format("positions did not get into the group {}: {}; nothing is lost but what "
                    "it shows",
                    e.group, e.why));
  }
  void operator()(const event::LibrarySaid& e) const {
    log.detail(fmt::format("librdkafka: {}", e.what));
  }
  void operator()(const event::Lag& e) const {
    log.detail(fmt::format("{}: {} behind the end", e.target, counted(e.message_count, "message")));
  }
  void operator()(const event::LinesCut& e) const {
    log.cut_line_count_ += e.line_count;
    log.warning(
        fmt::format("cut {} longer than --max-line, or than the room for all unfinished lines, in "
                    "the batch that ended at {} ms",
                    counted(e.line_count, "line"), millis(e.batch_end)));
  }
  void operator()(const event::TicksSkipped& e) const {
    const std::string text = fmt::format(
        "skipped {} after the batch that ended at {} ms: the program or the clock had a gap; no "
        "line is lost",
        counted(e.tick_count, "empty batch", "es"), millis(e.after));
    // With batches of a few milliseconds, every busy moment of the machine skips one.
    e.span < kGapWorthAWarning ? log.detail(text) : log.warning(text);
  }
  void operator()(const event::OutputNew& e) const {
    log.warning(fmt::format("{} is new: what was written there before is not in it", e.path));
  }
  void operator()(const event::OutputMoved& e) const {
    log.info(fmt::format("{} is {} now: what it lacks goes there, and what follows into a new file",
                         e.path, e.moved_path));
  }
  void operator()(const event::OutputReopened& e) const {
    log.info(fmt::format("{} was moved away: going on in a new file", e.path));
  }
  void operator()(const event::OutputForeign& e) const {
    log.warning(
        fmt::format("another file stands at {}, and is not empty: going on in the one that was "
                    "moved away; move that one away, too, and send SIGUSR1 again",
                    e.path));
  }
  void operator()(const event::OutputMended& e) const {
    log.info(e.how == event::OutputMended::How::Cut
                 ? fmt::format("{}: cut a half written line at byte {}", e.path, e.offset)
                 : fmt::format("{}: wrote again from byte {} on what a power loss had left empty",
                               e.path, e.offset));
  }
  void operator()(const event::OutputBusy& e) const {
    log.warning(fmt::format("{} is held by another process: waiting for it", e.path));
  }
  void operator()(const event::OutputAway& e) const {
    log.warning(fmt::format("{}: waiting for it", e.why));
  }
  void operator()(const event::OutputBack& e) const {
    log.info(fmt::format("{} is there again: going on", e.name));
  }
  void operator()(const event::WordsTruncated& e) const {
    const std::string text = fmt::format(
        "{}: cut {} that did not fit into a message of {}: \"truncated\" stands in the row", e.name,
        counted(e.count, "word"), counted(e.message_bytes_max, "byte"));
    log.is_truncation_told_.exchange(true) ? log.detail(text) : log.warning(text);
  }
  void operator()(const event::RowsLost& e) const {
    log.warning(fmt::format("{}: {} did not get there: lost", e.name, counted(e.count, "row")));
  }
  void operator()(const event::JournalMigrated& e) const {
    log.info(
        fmt::format("the journal in {} was of version 1 and is of version 2 now: programs before "
                    "0.2 do not read it any more",
                    e.directory));
  }
  void operator()(const event::SinkAdded& e) const {
    log.info(fmt::format("{} is new to the checkpoint: it gets the batches from {} on", e.name,
                         e.first_batch));
  }
  void operator()(const event::SinkDropped& e) const {
    log.info(fmt::format("{} is not named any more: the checkpoint forgets how far it had come",
                         e.name));
  }
  void operator()(const event::Uncounted& e) const {
    log.warning(fmt::format("{} that had been read were not counted, nor what came behind them",
                            counted(e.byte_count, "byte")));
  }
  void operator()(const event::BatchClosed& e) const {
    log.take_screen();
    log.detail(fmt::format("batch that ended at {} ms: {}, {}, {}", millis(e.end),
                           counted(e.line_count, "line"), counted(e.word_count, "distinct word"),
                           counted(e.byte_count, "byte")));
  }
};

bool LogChoice::has_watcher() const {
  return verbosity != Verbosity::Quiet && format == LogFormat::Text && ::isatty(STDERR_FILENO) == 1;
}

Log::Log(LogChoice choice)
    : format_(choice.format),
      logger_(std::make_shared<spdlog::logger>("wordstream",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<Priority>('*');
  formatter->set_pattern(std::string(stderr_is_journal() ? "<%*>" : "") +
                         (format_ == LogFormat::Json
                              ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                              : "%n: %v"));
  logger_->set_formatter(std::move(formatter));
  logger_->set_level(level_of(choice.verbosity));
}

void Log::on(const Event& event) { std::visit(Render{*this}, event); }

void Log::error(std::string_view message) { write(spdlog::level::err, message); }
void Log::info(std::string_view message) { write(spdlog::level::info, message); }
void Log::detail(std::string_view message) { write(spdlog::level::debug, message); }
void Log::warning(std::string_view message) { write(spdlog::level::warn, message); }

void Log::write(spdlog::level::level_enum level, std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (!logger_->should_log(level)) return;
  wipe_progress();
  if (!is_holding_) return put(level, std::string(message));
  held_.push_back({level, std::string(message)});
  if (held_.size() <= kHeldLinesMax) return;
  held_.pop_front();
  ++left_out_count_;
}

void Log::put(spdlog::level::level_enum level, const std::string& message) {
  if (format_ == LogFormat::Json) return logger_->log(level, quoted_json(message));
  logger_->log(level, (level == spdlog::level::warn ? "warning: " : "") + visible(message));
}

void Log::hold_back() {
  const std::lock_guard lock(mutex_);
  is_holding_ = true;
}

void Log::release() {
  const std::lock_guard lock(mutex_);
  is_holding_ = false;
  if (left_out_count_ != 0) {
    put(spdlog::level::info,
        fmt::format("left out here: {} while the picture was drawn",
                    counted(std::exchange(left_out_count_, 0), "earlier line")));
  }
  for (const Line& line : held_) put(line.level, line.message);
  held_.clear();
}

void Log::sum_up() {
  sum_up_lines();
  const std::uint64_t cut = cut_line_count_;
  const std::uint64_t dropped = dropped_line_count_;
  std::string losses;
  if (cut != 0) losses = counted(cut, "line") + " cut";
  if (cut != 0 && dropped != 0) losses += ", ";
  if (dropped != 0) losses += counted(dropped, "unfinished line") + " dropped";
  if (!losses.empty()) warning("in this run: " + losses);
}

}  // namespace wordstream
