#include "simulation/relp_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulation/relp_said.h"

namespace wordstream::simulation {
namespace {

constexpr const char* kAddress = "127.0.0.1:9999";
constexpr std::string_view kOffer = "relp_version=0\nrelp_software=sender\ncommands=syslog";
/// A disturbance comes about once in so many turns.
constexpr std::uint64_t kDisturbanceRarity = 30;

}  // namespace

RelpSender::RelpSender(sim::World& world, const RelpHabits& habits, RelpLog& log)
    : world_(world), habits_(habits), log_(log) {}

void RelpSender::step(bool is_in_peace) {
  sim::Prng& prng = world_.prng;
  // Of a connection that is silent its kernel says so some time.
  if (is_in_peace || prng.one_in(kDisturbanceRarity)) {
    for (sim::Peer* const peer : left_) {
      peer->reset();
      peer->close();  // of one that had half closed
    }
  }
  std::erase_if(left_, [](const sim::Peer* peer) { return peer->is_abandoned(); });
  if (peer_ == nullptr) {
    if (next_line(answered_) < log_.text.size() && prng.one_in(3)) connect();
    return;
  }
  if (is_told_to_go_ || peer_->is_over()) return leave(Leaving::InOrder);
  if (!is_in_peace && !habits_.is_calm && prng.one_in(kDisturbanceRarity)) return disturb();
  send();
}

void RelpSender::connect() {
  peer_ = world_.network.dial(kAddress);
  if (peer_ == nullptr) return;
  if (std::exchange(has_connected_, true)) is_simple_ = false;
  if (log_.is_sent && !log_.lost_line_count) log_.is_disturbed = true;
  // From the start, as one that has lost its place, or whose place was taken away to fill a gap.
  const bool is_from_start = habits_.has_keys && (was_refused_ || world_.prng.one_in(8));
  cursor_ = is_from_start ? 0 : answered_;
  if (cursor_ != answered_) is_simple_ = false;
  add_frame(Frame::Kind::Open, "open", kOffer);
}

void RelpSender::leave(Leaving how) {
  world_.trace.note("{}: leaves connection {}", log_.producer, peer_->number());
  was_refused_ = peer_->is_over() && !is_ending_ && !is_told_to_go_ && !has_answers_;
  if (!peer_->is_over()) is_simple_ = false;
  if (how == Leaving::InOrder) peer_->close();
  if (how == Leaving::Reset) peer_->reset();
  left_.push_back(std::exchange(peer_, nullptr));
  last_number_ = 0;
  unanswered_.clear();
  pending_.clear();
  heard_.clear();
  is_ending_ = is_told_to_go_ = has_answers_ = false;
}

void RelpSender::disturb() {
  switch (world_.prng.below(7)) {
    case 0:
      return leave(Leaving::InOrder);
    case 1:
      return leave(Leaving::Reset);
    case 2:
      return leave(Leaving::Silent);
    case 3:
      // Half a close, perhaps within a frame.
      peer_->finish();
      pending_.clear();
      is_ending_ = true;
      return;
    case 4:
      if (!is_ending_) add_frame(Frame::Kind::Close, "close", "");
      is_ending_ = true;
      return;
    case 5:
      if (!is_ending_) add_frame(Frame::Kind::Unknown, "whatever", "it says");
      return;
    default:
      break;
  }
  // What waits for an answer comes once more, in the same connection.
  if (!habits_.has_keys || cursor_ <= answered_) return;
  is_simple_ = false;
  cursor_ = answered_;
}

void RelpSender::send() {
  if (pending_.empty()) add_lines();
  if (pending_.empty()) return;
  const std::size_t size = world_.prng.part_of(pending_.size());
  pending_.erase(0, peer_->send(std::string_view(pending_).substr(0, size)));
}

/// As many frames as may wait for an answer, or fewer.
void RelpSender::add_lines() {
  while (!is_ending_ && unanswered_.size() < habits_.window) {
    const std::uint64_t begin = next_line(cursor_);
    if (begin == log_.text.size()) return;
    std::uint64_t end = line_end(begin);
    // Behind an empty line the next frame begins.
    while (habits_.gathers && world_.prng.one_in(2) && end < log_.text.size() &&
           next_line(end) == end) {
      end = line_end(end);
    }
    std::string data = habits_.has_keys ? fmt::format("{}@{} ", log_.producer, begin) : "";
    data.append(log_.text, begin, end - begin - 1);
    add_frame(Frame::Kind::Lines, "syslog", data, end);
    world_.trace.note("connection {}: {} to {} of {} in frame {}", peer_->number(), begin, end,
                      log_.producer, last_number_);
    log_.is_sent = true;
    cursor_ = end;
    if (world_.prng.one_in(3)) return;
  }
}

void RelpSender::add_frame(Frame::Kind kind, std::string_view command, std::string_view data,
                           std::uint64_t end) {
  unanswered_.push_back({++last_number_, kind, end});
  pending_ += data.empty() ? fmt::format("{} {} 0\n", last_number_, command)
                           : fmt::format("{} {} {} {}\n", last_number_, command, data.size(), data);
}

std::optional<std::string> RelpSender::hear() {
  if (peer_ == nullptr) return {};
  for (std::string part = peer_->receive(); !part.empty(); part = peer_->receive()) heard_ += part;
  std::string_view rest = heard_;
  std::optional<std::string> complaint;
  while (const std::optional<Said> said = take_said(rest)) {
    if (said->word == "serverclose") {
      is_told_to_go_ = true;
    } else if (said->word != "rsp") {
      complaint = fmt::format("{} hears '{}'", log_.producer, said->word);
    } else {
      complaint = take_answer(said->number, said->text);
    }
    if (complaint) break;
  }
  heard_.erase(0, heard_.size() - rest.size());
  return complaint;
}

std::optional<std::string> RelpSender::take_answer(std::uint64_t number, std::string_view text) {
  if (unanswered_.empty() || unanswered_.front().number != number) {
    return fmt::format("{} hears an answer to frame {} out of turn", log_.producer, number);
  }
  const Frame frame = unanswered_.front();
  unanswered_.pop_front();
  const std::string_view wanted = frame.kind == Frame::Kind::Close     ? ""
                                  : frame.kind == Frame::Kind::Unknown ? "500"
                                                                       : "200 OK";
  if (text.substr(0, text.find_first_of(" \n", wanted.size())) != wanted) {
    return fmt::format("{} hears '{}' to frame {}", log_.producer, text, number);
  }
  if (frame.kind != Frame::Kind::Lines) return {};
  has_answers_ = true;
  answered_ = std::max(answered_, frame.end);
  world_.trace.note("{}: answered up to {}", log_.producer, answered_);
  return {};
}

void RelpSender::process_begins() {
  if (peer_ != nullptr) leave(Leaving::InOrder);
  left_.clear();
  is_simple_ = true;
  has_connected_ = was_refused_ = false;
  // What was said may have gone with the process that said it.
  if (log_.is_sent) log_.is_disturbed = true;
}

void RelpSender::begin_anew() { answered_ = cursor_ = 0; }

bool RelpSender::is_at_rest() const {
  const bool has_lines = next_line(answered_) < log_.text.size();
  return !has_lines && left_.empty() && pending_.empty() &&
         std::ranges::none_of(unanswered_,
                              [](const Frame& frame) { return frame.kind == Frame::Kind::Lines; });
}

std::optional<std::uint64_t> RelpSender::first_unanswered() const {
  if (!is_simple_) return {};
  const auto first = std::ranges::find(unanswered_, Frame::Kind::Lines, &Frame::kind);
  if (first == unanswered_.end()) return {};
  return first->end;
}

/// Where the next line is; the end where there is none. Some senders pass over empty ones.
std::uint64_t RelpSender::next_line(std::uint64_t from) const {
  const bool passes_over = habits_.has_keys && habits_.gaps != GapRule::Refuse;
  if (!passes_over) return from;
  return std::min<std::uint64_t>(log_.text.find_first_not_of('\n', from), log_.text.size());
}

}  // namespace wordstream::simulation
