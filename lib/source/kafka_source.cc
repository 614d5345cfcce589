#include "source/kafka_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "env/kafka_properties.h"

namespace wordstream {
namespace {

/// So many messages are taken at once, at most.
constexpr std::size_t kTakeMax = 8192;
/// How often it is looked how the topic stands.
constexpr Millis kLookInterval{30'000};
constexpr Millis kLookPauseMin{100};
constexpr Millis kLookPauseMax{2000};
/// A topic that is gone is looked for so often, in case a broker has only just come back.
constexpr std::size_t kMissingMax = 3;

}  // namespace

KafkaSource::KafkaSource(TopicToRead what, Kafka& kafka, Files& files, const SourceContext& context)
    : what_(std::move(what)),
      name_(what_.at.uri()),
      kafka_(kafka),
      files_(files),
      context_(context),
      contact_(name_, context.patience, context.observer),
      teller_(name_, context.observer),
      are_places_told_(context.is_kept || !what_.group.empty()),
      lines_(context.budget.line_bytes_max, are_places_told_),
      look_pause_(kLookPauseMin) {
  if (what_.config_path.empty()) what_.config_path = context.kafka_config;
}

KafkaSource::~KafkaSource() { unwatch(); }

From KafkaSource::begin_at() const {
  return context_.from.value_or(what_.from.value_or(From::Start));
}

Status KafkaSource::open(const Positions& from) {
  KafkaSettings settings{what_.at.brokers, what_.at.topic, what_.group, {}};
  if (!what_.config_path.empty()) {
    Result<KafkaProperties> properties = read_kafka_properties(files_, what_.config_path);
    if (!properties) return fail(properties);
    settings.properties = std::move(*properties);
  }
  if (Status remembered = remember(from); !remembered) return remembered;
  const Result<KafkaLibrary> library = kafka_.load();
  if (!library) return fail(library);
  context_.observer.on(event::LibrarySaid{fmt::format("version {} is loaded", library->version)});
  for (const std::string& bug : library->bugs) context_.observer.on(event::LibrarySaid{bug});
  Result<std::unique_ptr<KafkaConsumer>> consumer = kafka_.consume(settings);
  if (!consumer) return fail(consumer);
  consumer_ = std::move(*consumer);
  watch();
  return {};
}

Status KafkaSource::remember(const Positions& from) {
  is_resumed_ = !from.empty();
  for (const auto& [name, position] : from.by_name()) {
    const std::optional<std::int32_t> number = partition_of(what_.at.topic, *position->stream);
    std::optional<KafkaPlace> place = kafka_place_of(*position);
    if (!number || !place) {
      return fail(ErrorCode::BadData,
                  fmt::format("what the journal has of {} is no place in the topic {}",
                              title_of(*position->stream), what_.at.topic));
    }
    cluster_ = place->cluster;
    TopicPartition& partition = partitions_[*number];
    partition.stream = partition_stream(what_.at.topic, *number);
    partition.place = std::move(*place);
    partition.to_be_asked = partition.place.witness;
  }
  return {};
}

Result<Turn> KafkaSource::poll(SteadyTime now, Block& block) {
  if (const Status patient = contact_.check_patience(now); !patient) return fail(patient);
  if (!pass_on_messages(block)) return Turn::full();
  if (is_broken_off_) {
    return fail(
        ErrorCode::BadData,
        fmt::format("{}: what was read does not stand in it any more: it was made anew", name_));
  }
  take_ends(block);
  // Behind all that came before it: where a place is given up, nothing that stood there may follow.
  if (news_.topic) {
    const Status taken = take_topic(*std::exchange(news_.topic, std::nullopt), now, block);
    if (!taken) return fail(taken);
  }
  if (is_done()) return Turn::ended();
  if (!is_looking_ && now >= look_at_.value_or(now)) look(now);
  news_ = consumer_->take(kTakeMax);
  passed_on_ = 0;
  if (!news_.messages.empty()) contact_.was_read();
  for (const KafkaEvent& event : news_.events) {
    if (const Status taken = take_event(event, now); !taken) return fail(taken);
  }
  if (has_begun_) teller_.tell_lag(partitions_, *consumer_, now);
  if (has_begun_ && context_.until_eof) teller_.tell_open(partitions_, now);
  const bool is_something = !news_.messages.empty() || !ends_.empty() || news_.topic;
  return is_something || !news_.is_all ? Turn::again() : idle();
}

/// Returns false when the block must be handed on first.
bool KafkaSource::pass_on_messages(Block& block) {
  while (passed_on_ < news_.messages.size() && !is_broken_off_) {
    const auto left = news_.messages.subspan(passed_on_);
    const std::int32_t number = left.front().partition;
    const auto other = std::ranges::find_if(
        left, [&](const KafkaMessage& message) { return message.partition != number; });
    auto run = left.first(static_cast<std::size_t>(other - left.begin()));
    const auto found = partitions_.find(number);
    if (found == partitions_.end() || run.front().offset >= found->second.bound()) {
      passed_on_ += run.size();
      continue;
    }
    TopicPartition& partition = found->second;
    run = run.first(static_cast<std::size_t>(
        std::ranges::lower_bound(run, partition.bound(), {}, &KafkaMessage::offset) - run.begin()));
    const auto done = lines_.take(run, partition.place, partition.stream, block);
    is_broken_off_ = !done;
    passed_on_ += done.value_or(0);
    if (done && *done < run.size()) return false;
  }
  return true;
}

/// What was aborted, and what marks the ends of transactions, is behind us, too.
void KafkaSource::take_ends(Block& block) {
  for (; !ends_.empty(); ends_.pop_front()) {
    const auto found = partitions_.find(ends_.front().partition);
    if (found == partitions_.end()) continue;
    TopicPartition& partition = found->second;
    partition.drained_at = ends_.front().offset;
    const std::int64_t end = std::min(ends_.front().offset, partition.bound());
    if (end <= partition.place.offset) continue;
    partition.place.offset = end;
    partition.place.inner = 0;
    mark(partition, block);
  }
}

Status KafkaSource::take_event(const KafkaEvent& event, SteadyTime now) {
  switch (event.kind) {
    case KafkaEvent::Kind::End:
      contact_.was_read();
      ends_.push_back(event);
      break;
    case KafkaEvent::Kind::OutOfRange:
      if (const auto found = partitions_.find(event.partition); found != partitions_.end()) {
        found->second.is_read = false;
      }
      look_soon(now);
      break;
    case KafkaEvent::Kind::Away:
      contact_.away(event.why);
      look_soon(now);
      break;
    case KafkaEvent::Kind::Refused:
      look_soon(now);
      return event.partition >= 0 ? contact_.unreadable(event.why, now)
                                  : contact_.refused(event.why, now);
    case KafkaEvent::Kind::NotCommitted:
      if (std::exchange(group_failure_, event.why) != event.why) {
        context_.observer.on(event::GroupBehind{what_.group, event.why});
      }
      break;
    case KafkaEvent::Kind::Said:
      context_.observer.on(event::LibrarySaid{event.why});
      break;
    case KafkaEvent::Kind::Broken:
      return fail(ErrorCode::Io, fmt::format("{}: {}", name_, event.why));
  }
  return {};
}

void KafkaSource::look(SteadyTime now) {
  KafkaOffsets found_from;
  for (auto& [number, partition] : partitions_) {
    partition.asked_offset = partition.place.offset;
    partition.asked = std::exchange(partition.to_be_asked, partition.place.witness);
    if (!partition.asked) partition.asked = partition.to_be_asked;
    if (partition.asked) found_from[number] = partition.asked->offset;
  }
  consumer_->look(found_from);
  is_looking_ = true;
  look_at_ = now + kLookInterval;
}

void KafkaSource::look_soon(SteadyTime now) {
  look_at_ = now + look_pause_;
  look_pause_ = std::min(look_pause_ * 2, kLookPauseMax);
}

Status KafkaSource::take_topic(const Result<KafkaTopic>& topic, SteadyTime now, Block& block) {
  is_looking_ = false;
  if (!topic) return not_answered(topic.error(), now);
  contact_.reached();
  missing_count_ = 0;
  look_pause_ = kLookPauseMin;
  look_at_ = now + kLookInterval;
  if (cluster_.empty()) cluster_ = topic->cluster;
  if (Status checked = check_cluster(*topic); !checked) return checked;
  if (Status checked = check_wanted(*topic); !checked) return checked;
  for (const auto& [number, there] : topic->partitions) {
    if (!what_.partitions.empty() && what_.partitions.count(number) == 0) continue;
    if (Status taken = take_partition(number, there, now, block); !taken) return taken;
  }
  if (!std::exchange(has_begun_, true)) {
    context_.observer.on(event::TopicOpened{name_, partitions_.size(), is_resumed_});
    if (topic->group_members != 0) {
      context_.observer.on(event::GroupShared{what_.group, topic->group_members});
    }
  }
  return {};
}

Status KafkaSource::take_partition(std::int32_t number, const KafkaPartition& there, SteadyTime now,
                                   Block& block) {
  const auto [found, is_new] = partitions_.try_emplace(number);
  TopicPartition& partition = found->second;
  if (is_new) {
    partition.stream = partition_stream(what_.at.topic, number);
    // What comes into a partition that was not there before was not there before, either.
    const bool is_added = has_begun_ || is_resumed_;
    begin(partition, there, is_added ? From::Start : begin_at());
    partition.must_be_kept = !is_added && awaits_beginnings();
    if (is_added) context_.observer.on(event::PartitionAdded{partition.stream->title});
    mark(partition, block);
  } else if (!partition.must_be_kept) {
    if (Status checked = check_place(partition, there, now, block); !checked) return checked;
  }
  if (!has_begun_ && context_.until_eof) partition.until = there.end;
  if (!partition.is_read && !partition.must_be_kept && !partition.is_doubted) read(*found);
  return {};
}

Status KafkaSource::not_answered(const Error& why, SteadyTime now) {
  look_soon(now);
  switch (why.code) {
    case ErrorCode::NotFound:
      if (has_begun_ && ++missing_count_ < kMissingMax) return {};
      return fail(ErrorCode::NotFound,
                  fmt::format("{}: {}; a topic is not made by reading it", name_, why.message));
    case ErrorCode::NotPermitted:
      return contact_.refused(why.message, now);
    case ErrorCode::Unavailable:
      contact_.away(why.message);
      return {};
    default:
      return fail(why.code, fmt::format("{}: {}", name_, why.message));
  }
}

Status KafkaSource::check_cluster(const KafkaTopic& topic) const {
  if (cluster_.empty() || cluster_ == topic.cluster) return {};
  return fail(
      ErrorCode::BadData,
      fmt::format("{} is in the cluster {}, and what was read so far was in the cluster {}: "
                  "name the brokers of that one, or begin anew with another --checkpoint",
                  name_, topic.cluster, cluster_));
}

/// Whether all partitions are there that were named, or were read.
Status KafkaSource::check_wanted(const KafkaTopic& topic) const {
  for (const std::int32_t number : what_.partitions) {
    if (topic.partitions.count(number) != 0) continue;
    return fail(ErrorCode::NotFound,
                fmt::format("{} has {}, and no partition {}", name_,
                            counted(topic.partitions.size(), "partition"), number));
  }
  for (const auto& [number, partition] : partitions_) {
    if (topic.partitions.count(number) != 0) continue;
    return fail(ErrorCode::BadData,
                fmt::format("{} has no partition {} any more, which was read: the topic was made "
                            "anew; begin anew with another --checkpoint",
                            name_, number));
  }
  return {};
}

/// Where what was read does not stand there any more, the run ends, or what is gone is lost.
Status KafkaSource::check_place(TopicPartition& partition, const KafkaPartition& there,
                                SteadyTime now, Block& block) {
  const Standing standing = standing_of(partition, there);
  const bool is_other = standing == Standing::MadeAnew;
  // A leader that was just elected may not know of the end yet.
  if (std::exchange(partition.is_doubted, is_other) != is_other && is_other) {
    partition.to_be_asked = partition.asked;
    look_soon(now);
    return {};
  }
  if (is_other || standing == Standing::Taken) {
    if (Status lost = lose(partition, there, is_other); !lost) return lost;
    mark(partition, block);
    return {};
  }
  if (!std::exchange(partition.is_proved, true) && standing == Standing::Unproved) {
    context_.observer.on(event::PlaceUnproved{partition.stream->title});
  }
  return {};
}

Status KafkaSource::lose(TopicPartition& partition, const KafkaPartition& there,
                         bool is_made_anew) {
  const std::string& title = partition.stream->title;
  const std::int64_t offset = partition.place.offset;
  const auto count = static_cast<std::uint64_t>(is_made_anew ? 0 : there.begin - offset);
  if (!context_.is_lossy && !context_.from) {
    const std::string why =
        is_made_anew ? fmt::format(
                           "the topic was made anew, or has lost its end: what was read of it up "
                           "to {} does not stand there any more",
                           offset)
                     : fmt::format(
                           "retention has taken {} at most that had not been read: it begins at {} "
                           "now, and was read up to {}",
                           counted(count, "message"), there.begin, offset);
    return fail(
        ErrorCode::BadData,
        fmt::format("{}: {}; --from start or --from end goes on with what there is", title, why));
  }
  context_.observer.on(event::MessagesLost{title, count, is_made_anew});
  begin(partition, there, context_.from.value_or(From::Start));
  return {};
}

void KafkaSource::begin(TopicPartition& partition, const KafkaPartition& there, From from) const {
  partition.place = {from == From::End ? there.stable_end : there.begin, 0, cluster_, {}};
  partition.to_be_asked.reset();
  partition.drained_at.reset();
  partition.is_read = partition.is_doubted = false;
}

void KafkaSource::read(TopicPartitions::value_type& partition) {
  consumer_->read({{partition.first, partition.second.place.offset}});
  partition.second.is_read = true;
}

void KafkaSource::committed(const Positions& change) {
  KafkaOffsets next;
  for (auto& partition : partitions_) {
    const Position* const position = change.find(partition.second.stream->name);
    if (position == nullptr) continue;
    next[partition.first] = static_cast<std::int64_t>(position->offset);
    if (std::exchange(partition.second.must_be_kept, false)) read(partition);
  }
  if (!what_.group.empty() && !next.empty()) consumer_->commit(next);
}

void KafkaSource::stop() { unwatch(); }

/// Whoever watches the group is to see where the run has ended.
Turn KafkaSource::answer(SteadyTime now) {
  if (what_.group.empty()) return Turn::ended();
  const KafkaNews news = consumer_->take(kTakeMax);
  for (const KafkaEvent& event : news.events) {
    if (event.kind != KafkaEvent::Kind::NotCommitted) continue;
    [[maybe_unused]] const Status told = take_event(event, now);
  }
  if (!consumer_->is_committing()) return Turn::ended();
  watch();
  return news.is_all ? Turn::idle() : Turn::again();
}

void KafkaSource::watch() {
  if (!std::exchange(is_watched_, true)) context_.poller.watch(*consumer_, Interest::Read, 0);
}

void KafkaSource::unwatch() {
  if (std::exchange(is_watched_, false)) context_.poller.forget(*consumer_);
}

void KafkaSource::mark(const TopicPartition& partition, Block& block) const {
  if (!are_places_told_) return;
  block.mark_end(to_position(partition.place, partition.stream), 0, nullptr);
}

/// All that was there at the start was read, and is passed on.
bool KafkaSource::is_done() const {
  if (!context_.until_eof || !has_begun_) return false;
  return std::ranges::all_of(partitions_, [](const auto& it) { return it.second.is_done(); });
}

Turn KafkaSource::idle() const {
  const std::optional<SteadyTime> look_at = is_looking_ ? std::nullopt : look_at_;
  return Turn::idle(earlier(earlier(look_at, contact_.wake_at()), teller_.wake_at()));
}

}  // namespace wordstream
