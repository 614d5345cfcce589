#include "send/relp_link.h"

#include <fmt/format.h>

#include <utility>

namespace wordstream {
namespace {

/// Of an answer so much is kept.
constexpr std::size_t kAnswerBytesMax = 16 * 1024;
constexpr std::size_t kAnswerTurnBytes = 64 * 1024;
constexpr std::uint32_t kNumberMax = 999'999'999;
constexpr std::string_view kOffer = "relp_version=0\nrelp_software=wordstream\ncommands=syslog";

}  // namespace

RelpLink::RelpLink(Endpoint server, Network& network, Poller& poller, Observer& observer,
                   const std::optional<Patience>& patience,
                   const std::optional<RelpOffer>& own_offer, std::uint64_t token)
    : observer_(observer),
      contact_(std::move(server), network, poller, observer, patience, token),
      own_offer_(own_offer ? to_relp_text(*own_offer) : ""),
      input_(kAnswerBytesMax),
      room_(kAnswerTurnBytes) {}

Result<Turn> RelpLink::step(SteadyTime now) {
  Result<Turn> turn = take_turn(now);
  pending_before_ = pending();
  return turn;
}

Result<Turn> RelpLink::take_turn(SteadyTime now) {
  if (contact_.socket() == nullptr) {
    Result<Turn> sought = contact_.seek(now);
    if (!sought || sought->state != Turn::State::Ended) return sought;
    open();
  }
  const bool has_heard = hear(now);
  if (contact_.socket() == nullptr) return Turn::again();
  const bool has_written = write(now);
  if (contact_.socket() == nullptr || has_heard || has_written) return Turn::again();
  contact_.watch_for(pending() != 0 ? Interest::Both : Interest::Read);
  return Turn::ended();
}

void RelpLink::open() {
  state_ = State::Opening;
  offer_.reset();
  last_number_ = 0;
  input_ = RelpInput(kAnswerBytesMax);
  output_.clear();
  written_ = 0;
  replies_.clear();
  send("open", {kOffer, own_offer_.empty() ? "" : "\n", own_offer_});
}

std::uint32_t RelpLink::number_behind(std::uint32_t number) {
  return number == kNumberMax ? 1 : number + 1;
}

std::uint32_t RelpLink::send(std::string_view command,
                             std::initializer_list<std::string_view> data) {
  last_number_ = number_behind(last_number_);
  std::size_t size = 0;
  for (const std::string_view part : data) size += part.size();
  append_relp_head(last_number_, command, size, output_);
  for (const std::string_view part : data) output_ += part;
  output_ += '\n';
  return last_number_;
}

std::optional<RelpReply> RelpLink::take_reply() {
  if (replies_.empty()) return std::nullopt;
  std::optional<RelpReply> reply(std::move(replies_.front()));
  replies_.pop_front();
  return reply;
}

void RelpLink::lose(SteadyTime now, const std::string& why) {
  state_ = State::Away;
  replies_.clear();
  output_.clear();
  written_ = 0;
  contact_.lose(now, true, why);
}

/// Returns whether anything came.
bool RelpLink::hear(SteadyTime now) {
  const Result<Read> read = contact_.socket()->read(room_);
  if (!read || read->state == Read::State::Ended) {
    lose(now, read ? "the connection was closed" : read.error().message);
    return true;
  }
  if (read->state != Read::State::Data) return false;
  input_.take({room_.data(), read->bytes});
  while (contact_.socket() != nullptr) {
    const Result<std::optional<RelpFrame>> frame = input_.next();
    if (!frame) {
      observer_.on(event::RelpRefused{name(), frame.error().message});
      lose(now, frame.error().message);
    }
    if (!frame || !*frame || !take(**frame, now)) break;
    input_.pop();
  }
  input_.hold();
  return true;
}

/// Returns whether the connection stands still.
bool RelpLink::take(const RelpFrame& frame, SteadyTime now) {
  if (frame.command == "serverclose") {
    lose(now, "the server has ended the session");
    return false;
  }
  if (frame.command != "rsp") return true;
  if (state_ == State::Open) {
    replies_.push_back({frame.number, std::string(frame.data)});
    return true;
  }
  if (!frame.data.starts_with("200")) {
    observer_.on(event::SendRefused{name(), std::string(frame.data)});
    lose(now, std::string(frame.data));
    return false;
  }
  state_ = State::Open;
  ++opening_;
  if (!own_offer_.empty()) offer_ = relp_offer_of(frame.data);
  return true;
}

/// Returns whether all of what was there could be written, if anything.
bool RelpLink::write(SteadyTime now) {
  const bool has_some = pending() != 0;
  while (pending() != 0) {
    const std::string_view rest = std::string_view(output_).substr(written_);
    const Result<std::size_t> written = contact_.socket()->write(rest);
    if (!written) {
      lose(now, written.error().message);
      return true;
    }
    if (*written == 0) return false;
    written_ += *written;
  }
  output_.clear();
  written_ = 0;
  return has_some;
}

}  // namespace wordstream
