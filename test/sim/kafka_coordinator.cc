#include "sim/kafka_coordinator.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace wordstream::sim {

FakeKafkaCoordinator::FakeKafkaCoordinator(const FakeClock& clock, Timeline& timeline, Trace& trace,
                                           Mark mark)
    : clock_(clock), timeline_(timeline), trace_(trace), mark_(std::move(mark)) {}

std::uint64_t FakeKafkaCoordinator::init(const std::string& id, Nanos timeout) {
  catch_up();
  Id& entry = ids_[id];
  if (entry.open) end(entry, entry.open->is_committing);
  entry.timeout = timeout;
  trace_.note("kafka: {} is at epoch {}", id, ++entry.epoch);
  return entry.epoch;
}

bool FakeKafkaCoordinator::is_fenced(const KafkaClaim& claim) {
  catch_up();
  const auto found = ids_.find(claim.id);
  return found == ids_.end() || found->second.epoch != claim.epoch;
}

void FakeKafkaCoordinator::open(const KafkaClaim& claim, KafkaTransactionId transaction) {
  Id& id = current(claim);
  if (!id.open) id.open = Transaction{transaction, false, in(id.timeout)};
  WS_CHECK(id.open->number == transaction, "ending a transaction before the next");
}

void FakeKafkaCoordinator::put_place(const KafkaClaim& claim, const KafkaPlaceKey& key,
                                     const KafkaGroupPlace& place) {
  Id& id = current(claim);
  WS_CHECK(id.open && !id.open->is_committing, "putting a place into an open transaction");
  trace_.note("kafka: {}: group {} is to stand at {}", claim.id, key.group, place.offset);
  id.open->places[key] = place;
}

void FakeKafkaCoordinator::commit(const KafkaClaim& claim, KafkaTransactionId transaction) {
  Id& id = current(claim);
  if (id.open) end(id, true);
  id.committed_last = transaction;
}

void FakeKafkaCoordinator::commit_later(const KafkaClaim& claim, KafkaTransactionId transaction,
                                        Nanos delay) {
  Id& id = current(claim);
  if (!id.open || id.open->is_committing) return commit(claim, transaction);
  id.open->is_committing = true;
  id.open->until = in(delay);
  trace_.note("kafka: transaction {} is being committed", transaction);
}

void FakeKafkaCoordinator::abort(const KafkaClaim& claim, KafkaTransactionId transaction) {
  Id& id = current(claim);
  const bool is_committed = id.committed_last == transaction || (id.open && id.open->is_committing);
  WS_CHECK(!is_committed, "aborting what is not committed");
  if (id.open) end(id, false);
}

FakeKafkaCoordinator::State FakeKafkaCoordinator::state(const KafkaClaim& claim,
                                                        KafkaTransactionId transaction) {
  catch_up();
  const auto found = ids_.find(claim.id);
  if (found == ids_.end()) return State::NotEnded;
  const Id& id = found->second;
  if (id.committed_last == transaction) return State::Committed;
  const bool is_open = id.open && id.open->number == transaction;
  return is_open && id.open->is_committing ? State::Committing : State::NotEnded;
}

const std::map<KafkaPlaceKey, KafkaGroupPlace>& FakeKafkaCoordinator::places() {
  catch_up();
  return places_;
}

std::optional<KafkaGroupPlace> FakeKafkaCoordinator::place(const KafkaPlaceKey& key) {
  catch_up();
  const auto found = places_.find(key);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

bool FakeKafkaCoordinator::is_pending(const KafkaPlaceKey& key) {
  catch_up();
  return std::any_of(ids_.begin(), ids_.end(), [&](const auto& entry) {
    const Id& id = entry.second;
    return id.pending.contains(key) || (id.open && id.open->places.contains(key));
  });
}

void FakeKafkaCoordinator::forget_group(const std::string& group) {
  std::erase_if(places_, [&](const auto& entry) { return entry.first.group == group; });
  trace_.note("kafka: group {} is forgotten", group);
}

void FakeKafkaCoordinator::forget_topic(const std::string& topic) {
  const auto is_of_it = [&](const auto& entry) { return entry.first.topic == topic; };
  std::erase_if(places_, is_of_it);
  for (auto& [name, id] : ids_) {
    if (id.open) std::erase_if(id.open->places, is_of_it);
    std::erase_if(id.pending, is_of_it);
  }
}

void FakeKafkaCoordinator::time_out(const std::string& id) {
  catch_up();
  const auto found = ids_.find(id);
  WS_CHECK(found != ids_.end(), "timing out an id that somebody has");
  if (found->second.open) end(found->second, found->second.open->is_committing);
  trace_.note("kafka: {} is fenced at epoch {}", id, ++found->second.epoch);
}

bool FakeKafkaCoordinator::has_open_transaction(const std::string& id) {
  catch_up();
  const auto found = ids_.find(id);
  return found != ids_.end() && found->second.open.has_value();
}

FakeKafkaCoordinator::Id& FakeKafkaCoordinator::current(const KafkaClaim& claim) {
  WS_CHECK(!is_fenced(claim), "asking as one who is not fenced");
  return ids_.at(claim.id);
}

void FakeKafkaCoordinator::end(Id& id, bool is_committed) {
  Transaction ended = *std::exchange(id.open, std::nullopt);
  mark_(ended.number, is_committed);
  if (is_committed) id.committed_last = ended.number;
  const bool is_lost = std::exchange(loses_end_, false);
  for (auto& [key, place] : ended.places) {
    id.pending[key] = std::move(place);
    if (is_lost) continue;
    if (is_committed) places_[key] = std::move(id.pending[key]);
    id.pending.erase(key);
  }
}

BootTime FakeKafkaCoordinator::in(Nanos delay) {
  timeline_.after(delay, [this] { catch_up(); });
  return clock_.boot() + delay;
}

void FakeKafkaCoordinator::catch_up() {
  for (auto& [name, id] : ids_) {
    if (!id.open || clock_.boot() < id.open->until) continue;
    const bool is_committed = id.open->is_committing;
    end(id, is_committed);
    // Its producer can do nothing more: else it would go on in the middle of what was aborted.
    if (!is_committed) trace_.note("kafka: {} ran out of time, epoch {}", name, ++id.epoch);
  }
}

}  // namespace wordstream::sim
