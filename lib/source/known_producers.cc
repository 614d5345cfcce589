#include "source/known_producers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wordstream {
namespace {

/// A sender of files passes over lines without text: between two frames of one connection so much
/// may be missing.
constexpr std::uint64_t kGapBetweenFramesMax = 256;
/// An empty line is its end alone.
constexpr std::uint64_t kEmptyLineBytes = 1;
/// Two that send for one producer are in each other's way for so long.
constexpr Millis kSenderPatience{10'000};
/// So many connections are known for each producer that send again, or have sent.
constexpr std::size_t kConnectionsMax = 8;

/// What waits for its answer is not forgotten before that.
bool is_durable(const Producer& producer) { return !(producer.durable < producer.place()); }

bool sends_counts(const Producer& producer) { return producer.at == Position::Place::AtRecord; }

/// Whether these bytes, which come again behind `before`, are those that `known` has read, but for
/// the line end that it has read last: that line has grown since.
bool has_grown(ProducerProver before, std::string_view bytes, const ProducerProver& known) {
  std::string as_it_was(bytes);
  as_it_was.back() = '\n';
  // After a restart the last bytes are not at hand, but their digest is.
  return before.add_again(as_it_was, known) &&
         (known.ends_with(as_it_was) || before.covers(known.tail()));
}

}  // namespace

KnownProducers::KnownProducers(GapRule gaps, std::size_t count_max, IsConnected is_connected)
    : gaps_(gaps), count_max_(count_max), is_connected_(std::move(is_connected)) {}

Status KnownProducers::restore(const Positions& from) {
  for (const auto& [name, position] : from.by_name()) {
    std::optional<ProducerProver> prover = ProducerProver::go_on(*position);
    if (!prover) {
      return fail(ErrorCode::BadData,
                  fmt::format("what the checkpoint has of {} is no producer's place: start anew "
                              "with another --checkpoint",
                              title_of(*position->stream)));
    }
    add(name, std::move(*prover))->at = position->place;
  }
  return {};
}

const std::shared_ptr<Producer>& KnownProducers::add(std::string name, ProducerProver prover) {
  auto stream = std::make_shared<const Stream>(Stream{name, name});
  auto made = std::shared_ptr<Producer>(new Producer(std::move(stream), std::move(prover)));
  made->turn_ = turns_.insert(turns_.end(), made.get());
  return all_[std::move(name)] = std::move(made);
}

void KnownProducers::begin(SteadyTime now) {
  for (Producer* const producer : turns_) producer->heard_at_ = now;
}

ProducerVerdict KnownProducers::judge(const ProducerFrame& frame, std::uint64_t connection,
                                      SteadyTime now) {
  const auto found = all_.find(frame.producer);
  const bool is_new = found == all_.end();
  const std::shared_ptr<Producer> at =
      is_new ? add(std::string(frame.producer), ProducerProver(frame.offset)) : found->second;
  Producer& producer = *at;
  if (sends_counts(producer)) return {ProducerVerdict::Kind::OtherKind, at};
  ProducerVerdict verdict{ProducerVerdict::Kind::Fresh, at, is_new};
  const std::uint64_t place = producer.prover.place();
  if (frame.offset > place) verdict = judge_gap(at, frame, connection);
  if (frame.offset < place) verdict = judge_repeat(at, frame, connection, now);
  const bool is_taken = verdict.kind == ProducerVerdict::Kind::Fresh;
  if (!is_taken && verdict.kind != ProducerVerdict::Kind::Repeated) return verdict;
  if (is_taken && verdict.gap != 0) {
    // Both are known to have read it where nothing else can have stood there.
    verdict.gap == kEmptyLineBytes ? producer.prover.add("\n") : producer.prover.skip(verdict.gap);
    producer.at = Position::Place::BehindLine;
  }
  if (is_taken) {
    std::erase_if(producer.passes_,
                  [&](const auto& pass) { return pass.connection == connection; });
  }
  note_heard(producer, connection, now);
  producer.last_end_ = frame.end();
  return verdict;
}

// A batch is whole or not there, so that its number tells all: what it has is not looked at. Who
// counts again may have its rows in another order.
ProducerVerdict KnownProducers::judge_batch(std::string_view producer, std::uint64_t batch,
                                            std::uint64_t connection, SteadyTime now) {
  using Kind = ProducerVerdict::Kind;
  const auto found = all_.find(producer);
  if (found == all_.end()) return {Kind::Fresh, nullptr, true};
  const std::shared_ptr<Producer>& at = found->second;
  if (!sends_counts(*at)) return {Kind::OtherKind, at};
  const std::uint64_t place = at->prover.place();
  if (batch > place) return {.kind = Kind::Gap, .producer = at, .gap = batch - place};
  if (batch == place) return {Kind::Fresh, at};
  note_heard(*at, connection, now);
  return {Kind::Repeated, at};
}

std::shared_ptr<Producer> KnownProducers::take_batch(std::string_view producer, std::uint64_t batch,
                                                     std::uint64_t connection, SteadyTime now) {
  const auto found = all_.find(producer);
  std::shared_ptr<Producer> at =
      found == all_.end() ? add(std::string(producer), ProducerProver(batch)) : found->second;
  at->at = Position::Place::AtRecord;
  at->prover.skip(1);
  note_heard(*at, connection, now);
  return at;
}

void KnownProducers::note_heard(Producer& producer, std::uint64_t connection, SteadyTime now) {
  producer.heard_at_ = now;
  turns_.splice(turns_.end(), turns_, producer.turn_);
  auto& senders = producer.senders_;
  if (senders.empty() || senders.back().connection != connection) {
    std::erase_if(senders, [&](const auto& sender) { return sender.connection == connection; });
    if (senders.size() == kConnectionsMax) senders.erase(senders.begin());
    senders.push_back({connection, now});
  }
  senders.back().at = now;
}

ProducerVerdict KnownProducers::judge_gap(const std::shared_ptr<Producer>& at,
                                          const ProducerFrame& frame,
                                          std::uint64_t connection) const {
  const Producer& producer = *at;
  ProducerVerdict verdict{ProducerVerdict::Kind::Gap, at};
  const std::uint64_t place = producer.prover.place();
  verdict.gap = frame.offset - place;
  const bool is_between = verdict.gap <= kGapBetweenFramesMax && producer.last_end_ == place &&
                          !producer.senders_.empty() &&
                          producer.senders_.back().connection == connection;
  const bool is_small = verdict.gap == kEmptyLineBytes || is_between;
  if (gaps_ == GapRule::Take || (gaps_ == GapRule::Small && is_small)) {
    verdict.kind = ProducerVerdict::Kind::Fresh;
  }
  return verdict;
}

ProducerVerdict KnownProducers::judge_repeat(const std::shared_ptr<Producer>& at,
                                             const ProducerFrame& frame, std::uint64_t connection,
                                             SteadyTime now) {
  Producer& producer = *at;
  auto& passes = producer.passes_;
  auto pass = std::ranges::find(passes, connection, &Producer::Pass::connection);
  if (pass == passes.end()) {
    // Who has lost his connection goes on in another: what came in both is one.
    pass = std::ranges::find_if(passes, [&](const Producer::Pass& left) {
      return left.prover.place() == frame.offset && !is_connected_(left.connection);
    });
    if (pass != passes.end()) pass->connection = connection;
  }
  if (pass == passes.end()) {
    if (passes.size() == kConnectionsMax) passes.erase(passes.begin());
    passes.push_back({connection, ProducerProver(frame.offset)});
    pass = passes.end() - 1;
  }
  const std::uint64_t passed = pass->prover.place();
  if (frame.offset < passed) {
    *pass = {connection, ProducerProver(frame.offset)};
  } else if (frame.offset - passed == kEmptyLineBytes) {
    pass->prover.add("\n");
  } else {
    pass->prover.skip(frame.offset - passed);
  }

  const ProducerProver before = pass->prover;
  const std::uint64_t place = producer.prover.place();
  const std::string_view seen = frame.bytes.substr(0, place - frame.offset);
  bool is_same = pass->prover.add_again(seen, producer.prover);
  const bool is_beyond = seen.size() < frame.bytes.size();
  const bool is_within_line = is_beyond && seen.back() != '\n' && seen.back() != '\r';
  // Of what is something else there, and too little to be compared, half a line would be counted.
  if (is_within_line && producer.at == Position::Place::BehindLine) {
    is_same = has_grown(before, seen, producer.prover);
  }
  pass->prover.skip(std::min(place, frame.end()) - frame.offset - seen.size());
  if (is_same) {
    pass->line_count += static_cast<std::uint64_t>(std::ranges::count(frame.bytes, '\n'));
    const bool is_whole = frame.end() <= place;
    return {is_whole ? ProducerVerdict::Kind::Repeated : ProducerVerdict::Kind::Fresh, at};
  }

  const auto rival = std::ranges::find_if(producer.senders_, [&](const Producer::Sender& sender) {
    return sender.connection != connection && now - sender.at < kSenderPatience &&
           is_connected_(sender.connection);
  });
  if (rival != producer.senders_.end()) {
    pass->prover = before;
    ProducerVerdict verdict{ProducerVerdict::Kind::Contested, at};
    verdict.other_connection = rival->connection;
    return verdict;
  }
  ProducerVerdict verdict{ProducerVerdict::Kind::Fresh, at};
  verdict.is_anew = true;
  verdict.lost_lines = pass->line_count;
  const std::uint64_t generation = producer.prover.generation() + 1;
  producer.prover = before;
  producer.prover.set_generation(generation);
  producer.at = Position::Place::BehindLine;
  passes.clear();
  return verdict;
}

std::size_t KnownProducers::count_with(std::string_view prefix) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      all_, [&](const auto& entry) { return entry.first.starts_with(prefix); }));
}

void KnownProducers::committed(const std::string& name, const std::optional<Position>& position) {
  const auto found = all_.find(name);
  if (found == all_.end() || !position) return;
  Producer& producer = *found->second;
  const ProducerPlace place{generation_of(*position).value_or(0), position->offset};
  if (place < producer.durable) return;
  producer.durable = place;
  if (const auto prover = ProducerProver::go_on(*position)) producer.durable_tail = prover->tail();
}

std::shared_ptr<const Producer> KnownProducers::find(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : found->second;
}

std::shared_ptr<const Stream> KnownProducers::forget_one(std::optional<SteadyTime> silent_since) {
  if (turns_.empty()) return nullptr;
  Producer& oldest = *turns_.front();
  const bool is_due = is_over_full() || (silent_since && oldest.heard_at_ <= *silent_since);
  if (!is_due || !is_durable(oldest)) return nullptr;
  std::shared_ptr<const Stream> stream = oldest.stream;
  turns_.pop_front();
  all_.erase(stream->name);
  return stream;
}

std::optional<SteadyTime> KnownProducers::silent_since() const {
  if (turns_.empty() || !is_durable(*turns_.front())) return std::nullopt;
  return turns_.front()->heard_at_;
}

}  // namespace wordstream
