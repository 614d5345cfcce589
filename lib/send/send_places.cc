// Where the flows of a sender go on, by what the other side says of them (send_loop.h).
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "send/send_loop.h"

namespace wordstream {
namespace {

/// A file that was moved is found within so many turns of its source.
constexpr int kLooksMax = 8;

}  // namespace

/// All that was asked is known: where each flow goes on. What the other side has under a name may
/// stand in another file by now, which it does not know: one that was copied or compressed while
/// nobody looked, or before this process had read so far.
Status SendLoop::resolve(SteadyTime now) {
  pack();
  // What has become of files meanwhile is known first.
  for (int i = 0; i < kLooksMax && !has_ended_; ++i) {
    const Result<Turn> read = poll_source(now);
    if (!read) return fail(read);
    if (read->state != Turn::State::Again || unpacked_bytes() != 0) break;
  }
  pack();
  bool has_new = false;
  for (const auto& [name, flow] : book_.all()) {
    if (is_met_ || flow->known != Flow::Known::No) continue;
    ask(flow);
    has_new = true;
  }
  if (has_new) return {};
  std::vector<std::shared_ptr<Flow>> unknown, anew, rest;
  for (const std::shared_ptr<Flow>& flow : std::exchange(asked_, {})) {
    flow->known = Flow::Known::Yes;
    const bool is_gone = std::ranges::find(book_.gone(), flow) != book_.gone().end();
    const bool has_tail = flow->place.offset && flow->place.tail.length != 0;
    if (is_gone) {
      if (has_tail) orphans_.push_back(flow);
      continue;
    }
    rest.push_back(flow);
    if (!book_.is_current(flow)) continue;
    if (!flow->place.offset) {
      unknown.push_back(flow);
      flow->is_proved = true;  // what it will have comes from here
    }
    const SendFrame* const first = window_.first_of(*flow);
    const std::uint64_t kept_from = first != nullptr ? first->begin : flow->next;
    const bool is_kept = flow->place.offset >= kept_from && flow->place.offset <= flow->next;
    if (!has_tail || (flow->is_proved && is_kept)) continue;
    const auto is_same =
        parts_.source->has_tail(*flow->stream, flow->place.tail, *flow->place.offset, now);
    if (!is_same) return fail(is_same);
    take_renamed();
    flow->is_proved = flow->is_proved || *is_same == true;
    if (*is_same == true) continue;
    const bool is_away = !*is_same;
    if (!is_met_) orphans_.push_back(is_away ? flow : std::make_shared<Flow>(*flow));
    if (is_away) continue;
    anew.push_back(flow);
    rest.pop_back();
  }
  if (Status adopted = adopt(unknown, now); !adopted) return adopted;
  if (!is_met_ && is_new_) take_up_younger(unknown);
  for (const std::shared_ptr<Flow>& flow : rest) {
    if (Status gone = go_to_place(flow, now); !gone) return gone;
  }
  for (const std::shared_ptr<Flow>& flow : anew) {
    book_.renew(*flow, std::min(flow->began, flow->next));
    flow->noted = Flow::Noted::No;
    parts_.observer.on(event::SendsAnew{flow->name.text()});
    ask(flow);
  }
  // What is read from now on goes on from what is known.
  if (anew.empty() && !std::exchange(is_met_, true)) forget_gone();
  return {};
}

/// What was sent under a name that no stream has is found by now, or nowhere. What is to be sent
/// that had been passed over is written down together with that.
void SendLoop::forget_gone() {
  orphans_.clear();
  std::set<std::string> in_use;
  for (const auto& [stream, flow] : book_.all()) {
    in_use.insert(flow->name.text());
    if (!flow->is_taken_up) continue;
    const Positions places = parts_.source->beginning();
    if (const Position* const place = places.find(stream); place != nullptr)
      moves_.set(with_name(*place, flow->name));
  }
  if (std::exchange(is_new_, false)) moves_.set_over(*newness().stream);
  for (const std::shared_ptr<Flow>& gone : book_.gone()) {
    if (!in_use.contains(gone->name.text())) moves_.set_over(*name_alone(gone->name).stream);
  }
}

/// Flows that the other side does not know take over what it knows, where that stands in them.
Status SendLoop::adopt(const std::vector<std::shared_ptr<Flow>>& unknown, SteadyTime now) {
  for (const std::shared_ptr<Flow>& flow : unknown) {
    for (auto orphan = orphans_.begin(); orphan != orphans_.end(); ++orphan) {
      const RelpPlace& place = (*orphan)->place;
      const auto is_that = parts_.source->has_tail(*flow->stream, place.tail, *place.offset, now);
      if (!is_that) return fail(is_that);
      if (*is_that != true) continue;
      flow->name = (*orphan)->name;
      flow->noted = Flow::Noted::Alone;
      if (parts_.journal != nullptr) moves_.set(name_alone(flow->name));
      flow->is_proved = true;
      flow->place = (*orphan)->place;
      if (book_.is_current(*orphan)) {
        (*orphan)->place = {};
        (*orphan)->noted = Flow::Noted::No;
        book_.renew(**orphan, (*orphan)->next);
      }
      orphans_.erase(orphan);
      break;
    }
  }
  return {};
}

/// A journal that is new may be so because the one before is lost: where the other side knows
/// anything of this job, what stood beside its paths when it began is to be sent, too, unless it is
/// older than what is known again.
void SendLoop::take_up_younger(const std::vector<std::shared_ptr<Flow>>& unknown) {
  const auto is_known = [](const auto& flow) {
    return flow.second->place.offset || flow.second->place.other_count != 0;
  };
  if (std::ranges::none_of(book_.all(), is_known)) return;
  for (const std::shared_ptr<Flow>& flow : unknown) {
    const bool is_passed_over = flow->next == flow->name.first && !flow->place.offset;
    if (!is_passed_over) continue;
    const bool is_old = std::ranges::any_of(book_.all(), [&](const auto& other) {
      return other.second->place.offset &&
             parts_.source->is_younger(*other.second->stream, *flow->stream);
    });
    if (is_old) continue;
    flow->name.first = 0;
    flow->is_taken_up = true;
  }
}

/// Before anything is sent under it.
Status SendLoop::write_name(const std::shared_ptr<Flow>& flow) {
  flow->noted = Flow::Noted::Alone;
  Journal* const journal = parts_.journal;
  if (journal == nullptr) return {};
  Positions named(name_alone(flow->name));
  // Where the stream is new for the journal, too, it is known by both. What the journal has of one
  // that was truncated since stays, until all of that is answered.
  const std::optional<Position> beginning = std::exchange(flow->beginning, std::nullopt);
  const bool is_new = beginning && book_.is_current(flow) &&
                      beginning->stream->name == flow->stream->name &&
                      journal->positions().find(beginning->stream->name) == nullptr;
  if (is_new) named.set(with_name(*beginning, flow->name));
  return journal->write(Record{.positions = std::move(named)});
}

/// A flow goes on where the other side has it.
Status SendLoop::go_to_place(const std::shared_ptr<Flow>& at, SteadyTime now) {
  Flow& flow = *at;
  const std::string& journal = parts_.link->offer()->journal;
  const bool is_lost = !flow.name.journal.empty() && flow.name.journal != journal;
  flow.name.journal = journal;
  const SendFrame* const first = window_.first_of(flow);
  const std::uint64_t kept_from = first != nullptr ? first->begin : flow.next;
  std::optional<std::uint64_t> target = flow.place.offset;
  // What it has counted before, and does not remember, is not to be counted again.
  if (!target && journal.empty()) return {};
  if (!target && !is_lost) target = flow.name.first;
  if (target && *target >= kept_from && !flow.is_taken_up) {
    if (*target > flow.next)
      parts_.observer.on(event::HasMore{flow.name.text(), flow.next, *target});
    flow.there = *target;
    return {};
  }
  Result<std::optional<std::uint64_t>> from = std::nullopt;
  if (book_.is_current(at)) from = parts_.source->go_back(*flow.stream, target, now);
  if (!from) return fail(from);
  take_renamed();
  if (!*from) {
    const std::uint64_t lost_from = target.value_or(flow.name.first);
    if (lost_from < kept_from)
      parts_.observer.on(event::NotSentAgain{flow.name.text(), lost_from, kept_from});
    return {};
  }
  has_ended_ = is_stopped_;  // there is more to read again
  if (**from >= flow.next) return {};
  window_.drop(flow);
  flow.next = **from;
  flow.began = std::min(flow.began, flow.next);
  flow.name.first = std::min(flow.name.first, flow.next);
  if (flow.next < kept_from)
    parts_.observer.on(event::SentAgain{flow.name.text(), flow.next, kept_from});
  return {};
}

}  // namespace wordstream
