#include "send/send_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace wordstream {
namespace {

/// What was answered is in the journal so soon.
constexpr Millis kKeepAfter{200};
/// At an end so long is waited for answers.
constexpr Millis kAnswerPatience{5000};
/// For the last one, to the goodbye.
constexpr Millis kClosePatience{1000};
/// So much is given to a connection before it has taken it.
constexpr std::size_t kPendingMax = 256 * 1024;
constexpr std::size_t kBlockBytesMax = 1024 * 1024;
constexpr std::size_t kBlockBytesMin = 16 * 1024;
constexpr std::size_t kBlockCountMax = 64;
constexpr Millis kProgressAfter{500};

/// The last one may have no end.
std::uint64_t line_count(std::string_view lines) {
  const auto ends = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
  return ends + (lines.empty() || lines.back() == '\n' ? 0 : 1);
}
}  // namespace

SendLoop::SendLoop(Parts parts, SendOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      book_(*parts_.source, options_.naming) {}

Status SendLoop::begin() {
  Positions known;
  if (parts_.journal != nullptr) known = parts_.journal->positions();
  is_new_ = known.empty() || known.find(newness().stream->name) != nullptr;
  Positions old;
  old.set_over(*newness().stream);
  known.apply(old);
  Positions beginning = book_.begin(known);
  if (is_new_) beginning.set(newness());
  if (parts_.journal == nullptr || beginning.empty() || beginning == known) return {};
  return parts_.journal->write(Record{.positions = beginning});
}

Next SendLoop::step() {
  const SteadyTime now = parts_.clock.steady();
  Control& control = parts_.control;
  if (control.is_abandoned()) return Next::done();
  if (control.is_stopping() && !std::exchange(is_stopped_, true)) {
    if (!std::exchange(has_ended_, true)) parts_.source->stop();
  }
  const Result<Turn> linked = parts_.link->step(now);
  if (!linked) {
    control.abandon(linked.error());
    return Next::done();
  }
  if (parts_.link->is_open() && parts_.link->opening() != opening_) begin_connection();
  const Result<bool> replied = take_replies(now);
  const Result<Turn> read = replied ? this->read(now) : fail(replied);
  if (!read && !is_stopped_) {
    control.fail(read.error());  // what was read before is sent all the same
    return Next::again();
  }
  // Nothing is sent that the journal may not know of.
  const Status sent = read ? send() : fail(read);
  const auto kept = sent ? keep(now, false) : fail(sent);
  if (!kept) {
    control.abandon(kept.error());
    return Next::done();
  }
  if (const std::optional<Next> ended = end(now)) return *ended;
  const std::optional<SteadyTime> tells_at = tell_progress(now);
  if (linked->state == Turn::State::Again || *replied || read->state == Turn::State::Again) {
    return Next::again();
  }
  if (parts_.link->has_more()) return Next::again();
  const auto ends_at = earlier(earlier(ends_at_, closes_at_), tells_at);
  return Next::wait(earlier(earlier(linked->wake_at, read->wake_at), earlier(*kept, ends_at)));
}

/// Returns when there may be more to tell.
std::optional<SteadyTime> SendLoop::tell_progress(SteadyTime now) {
  if (!options_.tells_progress || (totals_.bytes == told_bytes_ && window_.empty()))
    return std::nullopt;
  if (now < told_at_ + kProgressAfter) return told_at_ + kProgressAfter;
  event::SendProgress progress{totals_.bytes, unanswered_bytes()};
  const auto millis = std::chrono::duration_cast<Millis>(now - told_at_).count();
  if (told_at_ != SteadyTime{}) {
    progress.bytes_per_second =
        (totals_.bytes - told_bytes_) * 1000 / static_cast<std::uint64_t>(millis);
  }
  if (const std::optional<Extent> extent = parts_.source->extent(); extent && extent->seen != 0) {
    const std::uint64_t done = extent->read - std::min(extent->read, progress.unanswered_bytes);
    progress.percent = static_cast<unsigned>(done * 100 / extent->seen);
  }
  parts_.observer.on(progress);
  told_at_ = now;
  told_bytes_ = totals_.bytes;
  return now + kProgressAfter;
}

// --- A connection ---

/// How far the other side has everything is asked first.
void SendLoop::begin_connection() {
  opening_ = parts_.link->opening();
  requests_.clear();
  early_.clear();
  first_number_ = 0;
  sent_bytes_ = 0;
  asked_.clear();
  asked_count_ = 0;
  is_closing_ = false;
  closes_at_.reset();
  pack();
  window_.begin_again();
  if (!parts_.link->offer()) {
    if (!std::exchange(has_said_plain_, true))
      parts_.observer.on(event::SendsPlain{parts_.link->name()});
    for (const auto& [name, flow] : book_.all()) flow->there = 0;
    return;
  }
  std::vector<std::shared_ptr<Flow>> all = window_.flows();
  for (const auto& [name, flow] : book_.all()) {
    if (std::ranges::find(all, flow) == all.end()) all.push_back(flow);
  }
  if (!is_met_) all.insert(all.end(), book_.gone().begin(), book_.gone().end());
  for (const std::shared_ptr<Flow>& flow : all) ask(flow);
}

void SendLoop::ask(const std::shared_ptr<Flow>& flow) {
  request(parts_.link->send("where", {flow->name.text()}), {Request::Kind::Where, nullptr, flow});
  flow->known = Flow::Known::Asked;
  flow->there = 0;
  asked_.push_back(flow);
  ++asked_count_;
}

/// Returns whether any came.
Result<bool> SendLoop::take_replies(SteadyTime now) {
  bool has_any = false;
  while (std::optional<RelpReply> reply = parts_.link->take_reply()) {
    has_any = true;
    early_[reply->number] = std::move(*reply);
    if (early_.size() > requests_.size()) {
      parts_.link->lose(now, "it answers what was not sent");
      return true;
    }
    while (!requests_.empty() && !early_.empty() && early_.begin()->first == first_number_) {
      const RelpReply next = std::move(early_.begin()->second);
      early_.erase(early_.begin());
      Request request = std::move(requests_.front());
      requests_.pop_front();
      first_number_ = RelpLink::number_behind(first_number_);
      if (!answer(request, next, now)) return true;
      if (request.kind != Request::Kind::Where) continue;
      const auto place = relp_place_of(next.text);
      if (!place) {
        parts_.link->lose(now, "it does not say how far it has come");
        return true;
      }
      request.flow->place = *place;
      if (--asked_count_ != 0) continue;
      if (const Status resolved = resolve(now); !resolved) return fail(resolved);
    }
  }
  return has_any;
}

/// Returns whether it says that what was sent was taken.
bool SendLoop::answer(Request& request, const RelpReply& reply, SteadyTime now) {
  if (request.kind == Request::Kind::Close) {
    is_closed_ = true;
    return true;
  }
  if (!reply.text.starts_with("200")) {
    parts_.observer.on(event::SendRefused{parts_.link->name(), reply.text});
    parts_.link->lose(now, reply.text);
    return false;
  }
  if (request.kind != Request::Kind::Lines) return true;
  SendFrame& frame = *request.frame;
  has_news_ = true;
  parts_.link->note_good();
  if (!parts_.link->offer()) ++totals_.lines;
  if (++frame.answered_count < frame.part_count) return true;
  totals_.bytes += frame.bytes.size();
  if (parts_.link->offer()) totals_.lines += line_count(frame.bytes);
  window_.finish(frame);
  return true;
}

// --- What is read ---

Result<Turn> SendLoop::read(SteadyTime now) {
  const bool is_full = window_.bytes() + unpacked_bytes() >= options_.window_bytes ||
                       window_.block_count() >= kBlockCountMax;
  is_reading_ = !(is_full && !window_.empty()) && !has_ended_;
  if (has_ended_) {
    pack();
    return Turn::idle();
  }
  if (!is_reading_) return Turn::idle();
  Result<Turn> turn = poll_source(now);
  if (!turn) return turn;
  if (turn->state != Turn::State::Idle) {
    const bool is_enough = block_ && unpacked_bytes() >= block_->capacity() / 2;
    if (turn->state != Turn::State::Again || is_enough) pack();
    return Turn::again();
  }
  // While nobody takes it, it may as well become more.
  if (parts_.link->is_open() && !is_asking()) pack();
  return turn;
}

Result<Turn> SendLoop::poll_source(SteadyTime now) {
  if (!block_) {
    const auto size = static_cast<std::size_t>(
        std::clamp<std::uint64_t>(options_.window_bytes / 4, kBlockBytesMin, kBlockBytesMax));
    if (spare_.empty()) spare_.push_back(std::make_unique<Block>(size));
    block_ = std::move(spare_.back());
    spare_.pop_back();
    block_->clear(size);
  }
  Result<Turn> turn = parts_.source->poll(now, *block_);
  has_ended_ = has_ended_ || (turn && turn->state == Turn::State::Ended);
  take_renamed();
  return turn;
}

/// What was read so far was of the names that streams had.
void SendLoop::take_renamed() {
  const std::vector<StreamRenamed> renamed = parts_.source->take_renamed();
  if (renamed.empty()) return;
  pack();
  book_.rename(renamed);
}

void SendLoop::pack() {
  if (!block_ || block_->is_blank()) return;
  totals_.cut_lines += block_->cut_line_count;
  std::vector<std::string> over;
  for (const Block::Piece& piece : block_->pieces()) {
    if (piece.is_over) over.push_back(piece.position->stream->name);
  }
  window_.add(std::move(block_), [this](const Block::Piece& piece, std::uint64_t begin) {
    return book_.flow_of(piece, begin);
  });
  for (const std::string& stream : over) forget(stream);
}

/// What was sent of it, in an earlier run, may stand in a file that is new for the source.
void SendLoop::forget(const std::string& stream) {
  const std::shared_ptr<Flow> flow = book_.forget(stream);
  if (!flow || flow->noted == Flow::Noted::No || parts_.journal == nullptr) return;
  if (is_met_) {
    if (flow->noted == Flow::Noted::Alone) moves_.set_over(*name_alone(flow->name).stream);
    return;
  }
  moves_.set(name_alone(flow->name));
  flow->noted = Flow::Noted::Alone;
  book_.note_gone(flow);
}

// --- What is sent ---

Status SendLoop::send() {
  RelpLink& link = *parts_.link;
  if (!link.is_open() || is_closing_) return {};
  while (!is_asking() && link.pending() < kPendingMax) {
    SendFrame* const frame = window_.next();
    if (frame == nullptr) break;
    if (link.offer() && frame->flow->known == Flow::Known::No) {
      ask(frame->flow);
      return {};
    }
    if (link.offer() && frame->flow->noted == Flow::Noted::No) {
      if (Status noted = write_name(frame->flow); !noted) return noted;
    }
    window_.note_sent();
    window_.pass_over(*frame, frame->flow->there);
    if (frame->is_done) continue;
    link.offer() ? send_frame(*frame) : send_plain(*frame);
  }
  const bool are_all_sent = has_ended_ && !is_asking() && window_.next() == nullptr;
  if (are_all_sent && sent_bytes_ != 0) ask_for_commit();
  const bool is_over = has_ended_ && has_all() && !is_asking();
  if (!is_over || !requests_.empty()) return {};
  is_closing_ = true;
  request(link.send("close", {}), {Request::Kind::Close});
  return {};
}

/// Lines as they stand there, and what is in no line.
void SendLoop::send_frame(SendFrame& frame) {
  const std::string key = fmt::format("{}@{} ", frame.flow->name.text(), frame.begin);
  const std::uint32_t number =
      frame.skipped == 0
          ? parts_.link->send("lines", {key, frame.bytes})
          : parts_.link->send("cut", {key, fmt::format("{} ", frame.skipped), frame.bytes});
  request(number, {Request::Kind::Lines, &frame});
  frame.part_count = 1;
  sent_bytes_ += frame.bytes.size();
  if (sent_bytes_ >= options_.window_bytes / 2) ask_for_commit();
}

/// At the end, and half a window before it is full: what is committed then is answered by the time
/// that the rest is sent.
void SendLoop::ask_for_commit() {
  sent_bytes_ = 0;
  request(parts_.link->send("sync", {}), {Request::Kind::Sync});
}

void SendLoop::request(std::uint32_t number, Request request) {
  if (requests_.empty()) first_number_ = number;
  requests_.push_back(std::move(request));
}

/// A line a frame, as RELP has it. What is in no line is not sent.
void SendLoop::send_plain(SendFrame& frame) {
  const std::string name = key_of(*frame.flow);
  std::string_view rest = frame.bytes;
  while (!rest.empty()) {
    const auto offset = frame.begin + static_cast<std::uint64_t>(rest.data() - frame.bytes.data());
    std::string_view line = take_line(rest);
    const bool is_crlf = line.ends_with("\r\n");
    if (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    // With a key the place behind a line is one more than its length.
    if (is_crlf && name.empty()) line.remove_suffix(1);
    const std::uint32_t number =
        name.empty() ? parts_.link->send("syslog", {line})
                     : parts_.link->send("syslog", {fmt::format("{}@{} ", name, offset), line});
    request(number, {Request::Kind::Lines, &frame});
    ++frame.part_count;
  }
  if (frame.part_count == 0) window_.finish(frame);
}

std::string SendLoop::key_of(const Flow& flow) const {
  const bool is_enough = options_.key.empty() || options_.has_one_path || flow.path.empty();
  return is_enough ? options_.key : options_.key + ":" + flow.path;
}

// --- What was answered ---

/// Writes down what was. Returns when that is due.
Result<std::optional<SteadyTime>> SendLoop::keep(SteadyTime now, bool is_last) {
  moves_.merge(window_.take_done(false, spare_));
  if (parts_.journal == nullptr || (moves_.empty() && !has_news_)) return std::nullopt;
  const SteadyTime due = kept_at_ + kKeepAfter;
  if (!is_last && !has_all() && now < due) return std::optional(due);
  has_news_ = false;
  moves_.merge(window_.take_done(true, spare_));
  if (moves_.empty()) return std::nullopt;
  kept_at_ = now;
  Status written = parts_.journal->write(Record{.positions = std::exchange(moves_, Positions())});
  if (!written) return fail(written);
  return std::nullopt;
}

/// The end, once nothing more is read: when all was answered, or is not waited for any more.
std::optional<Next> SendLoop::end(SteadyTime now) {
  if (!has_ended_) return std::nullopt;
  const bool is_open = parts_.link->is_open();
  const bool is_over = has_all() && (is_stopped_ || (opening_ != 0 && !is_asking()));
  if (is_over && is_closing_ && !closes_at_) closes_at_ = now + kClosePatience;
  if (is_stopped_ && !ends_at_) ends_at_ = now + kAnswerPatience;
  const bool is_done = is_over && (is_closed_ || !is_open || (closes_at_ && now >= *closes_at_));
  const bool is_given_up = is_stopped_ && !has_all() && (!is_open || now >= *ends_at_);
  if (!is_done && !is_given_up) return std::nullopt;
  window_.begin_again();  // what is left is known by lines
  if (const auto kept = keep(now, true); !kept) parts_.control.fail(kept.error());
  totals_.unanswered_bytes = unanswered_bytes();
  parts_.observer.on(totals_);
  if (is_given_up && parts_.journal == nullptr) {
    parts_.control.fail(
        {ErrorCode::Busy,
         fmt::format("{} of a pipe were not answered by {}, and are not to be had "
                     "again",
                     counted(totals_.unanswered_bytes, "byte"), parts_.link->name())});
  }
  return Next::done();
}

}  // namespace wordstream
