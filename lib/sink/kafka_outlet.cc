#include "sink/kafka_outlet.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"

namespace wordstream {
namespace {

/// Of a topic that nothing is known of; and what is never gone below.
constexpr std::size_t kRequestBytes = 1'000'000;
constexpr std::size_t kRequestBytesMin = 2048;
/// Who was let in once may be being set up anew.
constexpr Millis kRefusedMax{60'000};

}  // namespace

KafkaOutlet::KafkaOutlet(TopicToWrite what, std::string transactional_id, Kafka& kafka,
                         Observer& observer)
    : what_(std::move(what)),
      transactional_id_(std::move(transactional_id)),
      kafka_(kafka),
      observer_(observer),
      name_(what_.at.uri()) {}

tl::unexpected<Error> KafkaOutlet::failed(ErrorCode code, std::string_view why) const {
  return fail(code, fmt::format("{}: {}", name_, why));
}

std::size_t KafkaOutlet::request_bytes_max() const {
  return bytes_max_ != 0 ? bytes_max_ : kRequestBytes;
}

Millis KafkaOutlet::transaction_timeout() const {
  constexpr Millis kUsual{60'000};
  const auto found = what_.properties.find("transaction.timeout.ms");
  if (found == what_.properties.end()) return kUsual;
  const Result<std::uint64_t> ms = parse_count(found->second);
  return ms ? Millis(static_cast<Millis::rep>(*ms)) : kUsual;
}

/// Nobody is asked yet.
Status KafkaOutlet::make() {
  drop();
  Result<std::unique_ptr<KafkaProducer>> made = kafka_.produce(
      {what_.at.brokers, what_.at.topic, transactional_id_, bytes_max_, what_.properties});
  if (!made) return failed(made.error().code, made.error().message);
  producer_ = std::move(*made);
  return {};
}

void KafkaOutlet::drop() {
  if (producer_ != nullptr) lost_count_ += producer_->lost_count();
  producer_.reset();
  is_found_ = is_too_large_ = has_id = has_transaction = false;
}

Result<Act> KafkaOutlet::open() {
  if (producer_ == nullptr || is_too_large_) {
    if (const Status made = make(); !made) return fail(made);
  }
  if (is_found_) return Act::done();
  KafkaTarget target;
  Result<Act> found = act_of(producer_->find(target, kTurn));
  if (!found || !found->is_done()) return found;
  const std::size_t most = target.request_bytes_max.value_or(kRequestBytes);
  if (most < request_bytes_max()) {
    bytes_max_ = std::max(most, kRequestBytesMin);
    if (const Status made = make(); !made) return fail(made);
  }
  is_found_ = true;
  return found;
}

/// Hears what the library says by itself. Fails where no broker lets us in.
Status KafkaOutlet::listen() {
  for (const KafkaEvent& event : producer_->hear()) {
    switch (event.kind) {
      case KafkaEvent::Kind::Refused:
        if (!refused_since_) refused_since_ = now_;
        away_ = event.why;
        break;
      case KafkaEvent::Kind::Away:
        away_ = event.why;
        break;
      default:
        observer_.on(event::LibrarySaid{event.why});
        break;
    }
  }
  const bool is_patient = was_let_in_ && refused_since_ && now_ - *refused_since_ < kRefusedMax;
  if (!refused_since_ || is_patient) return {};
  return failed(ErrorCode::NotPermitted, away_);
}

Result<Act> KafkaOutlet::act_of(const KafkaReply& reply) {
  const std::string why =
      fmt::format("{}: {}", name_, reply.why.empty() && !away_.empty() ? away_ : reply.why);
  switch (reply.state) {
    case KafkaReply::State::Done:
      was_let_in_ = true;
      refused_since_.reset();
      away_.clear();
      return Act::done();
    case KafkaReply::State::NotYet:
      if (const Status heard = listen(); !heard) return fail(heard);
      return Act::under_way(false, reply.why.empty() && away_.empty() ? "" : why);
    case KafkaReply::State::TooLarge:
      if (request_bytes_max() <= kRequestBytesMin) return failed(ErrorCode::BadData, reply.why);
      bytes_max_ = std::max(request_bytes_max() / 2, kRequestBytesMin);
      is_too_large_ = true;
      return Act::undone(why);
    case KafkaReply::State::Undone:
      return Act::undone(why);
    case KafkaReply::State::Fenced:
    case KafkaReply::State::Broken:
      drop();
      return Act::lost(why);
    case KafkaReply::State::Refused:
      break;
  }
  return failed(reply.code, reply.why);
}

std::uint64_t KafkaOutlet::take_lost_count() {
  const std::uint64_t lost = lost_count_ + (producer_ != nullptr ? producer_->lost_count() : 0);
  return lost - std::exchange(lost_told_, lost);
}

}  // namespace wordstream
