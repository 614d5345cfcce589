#include "source/relp_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wordstream {
namespace {

/// A frame of so many bytes is taken whole, whatever a line may have, and its key.
constexpr std::size_t kTextBytesMin = 64 * 1024;
constexpr std::size_t kKeyBytesMax = kRelpProducerBytesMax + 32;
constexpr std::size_t kProducerCountMax = 100'000;
constexpr std::string_view kGreeting =
    "200 OK\nrelp_version=0\nrelp_software=wordstream\ncommands=syslog";
constexpr std::string_view kGreetingOfOurs =
    "200 OK\nrelp_version=0\nrelp_software=wordstream\ncommands=syslog,lines,cut,where,sync{}\n";

constexpr Millis kTotalsInterval{1000};

}  // namespace

RelpServer::RelpServer(RelpOptions options, Network& network, const SourceContext& context)
    : options_(std::move(options)),
      context_(context),
      door_(options_.address, network, context_),
      frame_bytes_max_(std::max(kTextBytesMin, context_.budget.line_bytes_max) + kKeyBytesMax),
      producers_(options_.gaps, kProducerCountMax,
                 [this](std::uint64_t token) { return clients_.contains(token); }),
      room_(kClientTurnBytesMax),
      next_token_(ClientDoor::kToken + 1) {}

RelpServer::~RelpServer() {
  for (const auto& [token, client] : clients_) client->say_goodbye(room_);
  if (totals_ != event::RelpTotals()) context_.observer.on(totals_);
}

Status RelpServer::open(const Positions& from) {
  // Connections have gone with the run that had them.
  for (const auto& [name, position] : from.by_name()) {
    if (!options_.has_keys) over_.push_back(position->stream);
  }
  if (options_.has_keys) {
    if (Status restored = producers_.restore(from); !restored) return restored;
  }
  if (Status opened = door_.open(); !opened) return opened;
  if (!is_loopback(options_.address))
    context_.observer.on(event::OpenToOthers{to_text(options_.address)});
  return {};
}

Result<Turn> RelpServer::poll(SteadyTime now, Block& block) {
  if (!std::exchange(has_begun_, true)) producers_.begin(now);
  door_.look(now);
  tell_totals(now);
  if (turns_.empty()) {
    forget_producers(now, block);  // no frame is taken in pieces now
    const std::vector<std::uint64_t> ready = context_.poller.take_ready();
    turns_.assign(ready.begin(), ready.end());
  }
  if (!turns_.empty()) {
    const std::uint64_t token = turns_.front();
    if (token == ClientDoor::kToken) {
      let_in(now);
    } else if (const auto at = clients_.find(token); at != clients_.end()) {
      if (!read_from(*at->second, now, block)) return Turn::full();
    }
    turns_.pop_front();
    part_with_those_done();
    return Turn::again();
  }
  if (context_.until_eof && door_.has_had_client() && !is_anybody_talking()) {
    let_in(now);  // somebody may be at the door already
    if (is_anybody_talking()) return Turn::again();
    if (!door_.opens_at()) {
      door_.close();
      return Turn::ended();
    }
  }
  if (std::exchange(has_news_, false) && held_up_count_ * 2 > owed_count_) block.is_awaited = true;
  const Result<std::optional<SteadyTime>> gives_up_at = door_.wait_for_first(now);
  if (!gives_up_at) return fail(gives_up_at);
  std::optional<SteadyTime> wake_at = earlier(*gives_up_at, door_.opens_at());
  if (options_.remember && producers_.silent_since()) {
    wake_at = earlier(wake_at, *producers_.silent_since() + *options_.remember);
  }
  if (totals_ != told_totals_) wake_at = earlier(wake_at, tells_totals_at_);
  return Turn::idle(wake_at);
}

void RelpServer::tell_totals(SteadyTime now) {
  if (now < tells_totals_at_ || totals_ == told_totals_) return;
  told_totals_ = totals_;
  tells_totals_at_ = now + kTotalsInterval;
  context_.observer.on(event::RelpSoFar{totals_});
}

void RelpServer::let_in(SteadyTime now) {
  door_.let_in(now, [&](std::unique_ptr<Socket> socket) {
    const std::uint64_t token = next_token_++;
    auto client =
        std::make_unique<RelpClient>(token, std::move(socket), context_.poller, frame_bytes_max_);
    if (!options_.has_keys) {
      const std::string name = fmt::format("connection {}", token);
      client->unkeyed.at.stream =
          std::make_shared<const Stream>(Stream{name, fmt::format("{} {}", name, client->peer())});
      unkeyed_[name] = client->unkeyed.durable;
    }
    clients_.emplace(token, std::move(client));
  });
}

/// Whether more may come from those who are inside.
bool RelpServer::is_anybody_talking() const {
  return std::ranges::any_of(clients_,
                             [](const auto& entry) { return !entry.second->has_ended(); });
}

void RelpServer::forget_producers(SteadyTime now, Block& block) {
  for (std::shared_ptr<const Stream>& stream : over_) block.mark_over(std::move(stream));
  over_.clear();
  std::optional<SteadyTime> silent_since;
  if (options_.remember) silent_since = now - *options_.remember;
  const bool is_over_full = producers_.is_over_full();
  while (std::shared_ptr<const Stream> stream = producers_.forget_one(silent_since)) {
    ++totals_.forgotten;
    context_.observer.on(event::ProducerForgotten{stream->title, !is_over_full, kProducerCountMax});
    block.mark_over(std::move(stream));
  }
}

// --- What clients send ---

bool RelpServer::read_from(RelpClient& client, SteadyTime now, Block& block) {
  if (client.is_blocked()) client.write();
  if ((client.is_blocked() && !client.is_interrupted) || client.has_ended()) {
    note_over(client);
    return true;
  }
  if (!take_frames(client, now, block)) return false;
  if (client.is_blocked() || client.has_ended()) return true;
  const Result<Read> read = client.read(room_);
  if (!read) {
    break_off(client);
    return true;
  }
  if (read->state == Read::State::Ended) end(client);
  if (read->state != Read::State::Data) return true;
  client.input.take({room_.data(), read->bytes});
  return take_frames(client, now, block);
}

bool RelpServer::take_frames(RelpClient& client, SteadyTime now, Block& block) {
  bool is_full = false;
  while (!client.has_ended() && !is_full) {
    const Result<std::optional<RelpFrame>> frame = client.input.next();
    if (!frame) {
      ++totals_.bad_frames;
      refuse(client, now, event::RelpRefused{client.peer(), frame.error().message});
    }
    if (!frame || !*frame) break;
    is_full = !take(client, **frame, now, block);
    if (!is_full) client.input.pop();
    has_news_ = true;
  }
  client.is_interrupted = is_full;
  held_bytes_ -= client.held_bytes;
  client.input.hold();
  client.held_bytes = client.input.held_size();
  held_bytes_ += client.held_bytes;
  if (held_bytes_ > context_.budget.partial_bytes_max && !client.has_ended()) {
    refuse(client, now,
           event::RelpRefused{client.peer(), "all unfinished frames together are too long"});
  }
  settle(client);
  return !is_full;
}

/// Returns false when the block must be handed on first: then the same frame is taken again.
bool RelpServer::take(RelpClient& client, const RelpFrame& frame, SteadyTime now, Block& block) {
  const bool has_lines = frame.command == "syslog" ||
                         (client.is_ours && (frame.command == "lines" || frame.command == "cut"));
  if (has_lines && !options_.has_keys) return take_unkeyed(client, frame, block);
  if (has_lines) {
    const std::optional<ProducerFrame> lines = lines_of(client, frame, now);
    return !lines || take_keyed(client, frame, *lines, now, block);
  }
  if (frame.command == kRelpCounts && client.sends_counts) {
    return take_counts(client, frame, now, block);
  }
  if (frame.command == "open") {
    greet(client, frame);
  } else if (frame.command == "where" && client.is_ours) {
    tell_place(client, frame, block);
  } else if (frame.command == "sync" && client.is_ours) {
    block.is_awaited = true;
    client.owe({frame.number, "200 OK"});
  } else if (frame.command == "close") {
    client.owe({frame.number, ""});
    end(client);
  } else {
    client.owe({frame.number, "500 this command is not known"});
  }
  return true;
}

/// What is on its way still from an earlier process, or connection, of the same sender is not taken
/// any more: the sender, told where everything stands, would send it under another name.
void RelpServer::greet(RelpClient& client, const RelpFrame& frame) {
  const std::optional<RelpOffer> offer = relp_offer_of(frame.data);
  client.is_ours = options_.has_keys && offer;
  client.sends_counts = client.is_ours && offer->counts;
  std::string greeting(kGreeting);
  if (client.is_ours) {
    RelpOffer ours{context_.journal};
    if (client.sends_counts) ours.counts = context_.budget.partial_bytes_max;
    if (client.sends_counts) client.input.allow_counts(*ours.counts);
    greeting = fmt::format(kGreetingOfOurs, client.sends_counts ? ",counts" : "");
    greeting += to_relp_text(ours);
  }
  client.owe({frame.number, std::move(greeting)});
  if (!client.is_ours || offer->journal.empty()) return;
  client.journal = offer->journal;
  for (const auto& [token, other] : clients_) {
    if (other.get() != &client && other->journal == client.journal) end(*other);
  }
}

/// Once all is durable that has come of it: nobody knows before how far that will be.
void RelpServer::tell_place(RelpClient& client, const RelpFrame& frame, Block& block) const {
  if (const std::shared_ptr<const Producer> producer = producers_.find(frame.data)) {
    block.is_awaited = block.is_awaited || producer->durable < producer->place();
    client.owe({frame.number, "", {producer, &producer->durable}, producer->place(), producer});
    return;
  }
  const RelpPlace place{.other_count = producers_.count_with(relp_name_prefix(frame.data))};
  client.owe({frame.number, to_relp_text(place)});
}

/// Tells what a verdict says. Returns false when the frame is refused.
bool RelpServer::accept(const ProducerVerdict& verdict, const ProducerFrame& frame,
                        RelpClient& client, SteadyTime now) {
  using Kind = ProducerVerdict::Kind;
  const std::string& producer = verdict.producer->stream->title;
  if (verdict.kind == Kind::Gap) {
    ++totals_.gaps_refused;
    refuse(
        client, now,
        event::GapRefused{producer, client.peer(), verdict.producer->prover.place(), frame.offset});
    return false;
  }
  if (verdict.kind == Kind::OtherKind) {
    refuse_other_kind(client, producer, now);
    return false;
  }
  if (verdict.kind == Kind::Contested) {
    const auto other = clients_.find(verdict.other_connection);
    refuse(client, now, event::ProducerContested{producer, client.peer(), other->second->peer()});
    return false;
  }
  if (verdict.is_new) context_.observer.on(event::ProducerBegins{producer, frame.offset});
  if (verdict.gap != 0) {
    ++totals_.gaps_taken;
    totals_.skipped_bytes += verdict.gap;
  }
  if (verdict.is_anew) {
    ++totals_.new_generations;
    totals_.lost_lines += verdict.lost_lines;
    context_.observer.on(event::ProducerAnew{producer, verdict.lost_lines});
  } else if (verdict.kind == Kind::Repeated || frame.offset < verdict.producer->prover.place()) {
    ++totals_.repeats;
  }
  return true;
}

void RelpServer::refuse_other_kind(RelpClient& client, std::string_view producer, SteadyTime now) {
  const std::string_view why = "sends both lines and counts: give each a producer of its own";
  refuse(client, now, event::RelpRefused{client.peer(), fmt::format("{} {}", producer, why)});
}

/// Whoever sends what cannot be taken is told nothing of it, and sends it again when it comes back;
/// what it sent before that it is answered.
void RelpServer::refuse(RelpClient& client, SteadyTime now, const Event& complaint) {
  if (complaints_.may_tell(client.peer(), now)) context_.observer.on(complaint);
  end(client);
}

// --- What they are answered ---

void RelpServer::committed(const Positions& change) {
  for (const auto& [name, position] : change.by_name()) {
    if (options_.has_keys) {
      producers_.committed(name, position);
    } else if (const auto at = unkeyed_.find(name); at != unkeyed_.end() && position) {
      at->second->offset = position->offset;
    }
  }
  for (const std::uint64_t token : std::exchange(waiting_, {})) {
    const auto at = clients_.find(token);
    if (at == clients_.end()) continue;
    at->second->is_waiting = false;
    settle(*at->second);
  }
  part_with_those_done();
}

Turn RelpServer::answer(SteadyTime /*now*/) {
  for (const std::uint64_t token : context_.poller.take_ready()) {
    const auto at = clients_.find(token);
    if (at != clients_.end() && at->second->is_blocked()) at->second->write();
  }
  const bool is_any_blocked =
      std::ranges::any_of(clients_, [](const auto& entry) { return entry.second->is_blocked(); });
  return is_any_blocked ? Turn::idle() : Turn::ended();
}

/// Gives the answers that are due. Others wait for what is committed next.
void RelpServer::settle(RelpClient& client) {
  totals_.answered += client.settle();
  const bool must_wait = client.owed_count() != 0 && !std::exchange(client.is_waiting, true);
  if (must_wait) waiting_.push_back(client.token());
  note_owed(client);
  note_over(client);
}

void RelpServer::note_owed(RelpClient& client) {
  owed_count_ += client.owed_count() - client.noted_owed_count;
  client.noted_owed_count = client.owed_count();
  const std::size_t held_up_count = client.is_held_up() ? client.owed_count() : 0;
  held_up_count_ += held_up_count - client.noted_held_up_count;
  client.noted_held_up_count = held_up_count;
}

// --- How they leave ---

void RelpServer::end(RelpClient& client) {
  client.end();
  note_over(client);
}

void RelpServer::break_off(RelpClient& client) {
  client.break_off();
  note_over(client);
}

void RelpServer::note_over(const RelpClient& client) {
  if (client.is_over()) parting_.push_back(client.token());
}

void RelpServer::part_with_those_done() {
  for (const std::uint64_t token : std::exchange(parting_, {})) {
    const auto at = clients_.find(token);
    if (at == clients_.end()) continue;
    const std::string peer = at->second->peer();
    held_bytes_ -= at->second->held_bytes;
    note_owed(*at->second);
    if (const auto& stream = at->second->unkeyed.at.stream) {
      unkeyed_.erase(stream->name);
      over_.push_back(stream);
    }
    clients_.erase(at);
    door_.somebody_left();
    context_.observer.on(event::ClientLeft{peer, clients_.size()});
  }
}

void RelpServer::stop() {
  door_.close();
  turns_.clear();
  for (const auto& [token, client] : clients_) client->stop();
}

}  // namespace wordstream
