#include "env/real_kafka_producer.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "env/kafka_finding.h"
#include "env/kafka_group_reading.h"
#include "env/kafka_leave.h"
#include "env/kafka_patience.h"
#include "env/kafka_reply.h"
#include "env/kafka_sender.h"
#include "env/thread.h"

namespace wordstream {
namespace {

using State = KafkaReply::State;
using List = std::unique_ptr<rd_kafka_topic_partition_list_t,
                             decltype(&rd_kafka_topic_partition_list_destroy)>;

/// How often what has arrived is heard of while messages are sent.
constexpr int kSendsPerListening = 256;

/// A place on its way: the call waits for longer than it is told, and gives the transaction up
/// where it is told to wait for less than the broker needs. So it has a thread of its own.
struct Placing {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<KafkaReply> reply;
};

KafkaReply place(KafkaSender& sender, const std::string& group, const KafkaGroupPlace& place) {
  const Librdkafka& library = librdkafka();
  const List list(library.rd_kafka_topic_partition_list_new(1),
                  library.rd_kafka_topic_partition_list_destroy);
  rd_kafka_topic_partition_t& at =
      *library.rd_kafka_topic_partition_list_add(list.get(), sender.settings().topic.c_str(), 0);
  at.offset = place.offset;
  // It is the list's while it is there, and nobody frees it.
  at.metadata = const_cast<char*>(place.metadata.data());
  at.metadata_size = place.metadata.size();
  rd_kafka_consumer_group_metadata_t* const metadata =
      library.rd_kafka_consumer_group_metadata_new(group.c_str());
  // It waits for the transaction's timeout at most.
  constexpr int kForever = -1;
  rd_kafka_error_t* const error =
      library.rd_kafka_send_offsets_to_transaction(sender.get(), list.get(), metadata, kForever);
  library.rd_kafka_consumer_group_metadata_destroy(metadata);
  at.metadata = nullptr;
  at.metadata_size = 0;
  return error == nullptr ? KafkaReply::done() : reply_to(take_failure(error));
}

class RealKafkaProducer final : public KafkaProducer {
 public:
  explicit RealKafkaProducer(std::shared_ptr<KafkaSender> sender)
      : sender_(std::move(sender)), finding_(*sender_), reading_(*sender_) {}

  ~RealKafkaProducer() override {
    finding_.drop();
    // Together, so that nobody waits twice.
    leave(std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<KafkaSender>>>(
        reading_.drop(), std::move(sender_)));
  }
  RealKafkaProducer(const RealKafkaProducer&) = delete;
  RealKafkaProducer& operator=(const RealKafkaProducer&) = delete;

  KafkaReply find(KafkaTarget& target, Millis at_most) override {
    KafkaReply reply = finding_.find(target, KafkaPatience(at_most));
    return reply.state == State::NotYet ? waiting(std::move(reply)) : reply;
  }

  KafkaReply read_group(const std::string& group, bool is_stable,
                        std::optional<KafkaGroupPlace>& place, Millis at_most) override {
    KafkaReply reply = reading_.read(group, is_stable, place, KafkaPatience(at_most));
    if (reply.is_done()) return heard();
    if (reply.state != State::NotYet) return reply;
    const std::string why = reply.why;
    reply = waiting(std::move(reply));
    if (reply.why.empty()) reply.why = why;
    return reply;
  }

  KafkaReply init(Millis at_most) override {
    return act(librdkafka().rd_kafka_init_transactions, at_most);
  }

  KafkaReply begin() override {
    if (end_) return *end_;
    WS_CHECK(!is_open_, "beginning a transaction");
    losses_before_ = sender_->losses().count;
    sender_->losses().last = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_error_t* const error = librdkafka().rd_kafka_begin_transaction(sender_->get());
    if (error != nullptr) return ended(reply_to(take_failure(error)));
    is_open_ = true;
    return KafkaReply::done();
  }

  KafkaReply put_place(const std::string& group, const KafkaGroupPlace& place,
                       Millis at_most) override {
    if (end_) return *end_;
    WS_CHECK(is_open_, "a place needs a transaction");
    if (!placing_) {
      const auto placing = std::make_shared<Placing>();
      Result<Thread> thread = Thread::start([placing, sender = sender_, group, place] {
        KafkaReply reply = wordstream::place(*sender, group, place);
        const std::lock_guard lock(placing->mutex);
        placing->reply = std::move(reply);
        placing->changed.notify_all();
      });
      if (!thread) return KafkaReply::not_yet(thread.error().message);
      std::move(*thread).detach();
      placing_ = placing;
    }
    sender_->listen(0);
    std::optional<KafkaReply> reply;
    {
      std::unique_lock lock(placing_->mutex);
      placing_->changed.wait_for(lock, at_most, [&] { return placing_->reply.has_value(); });
      reply = placing_->reply;
    }
    if (!reply) return waiting(KafkaReply::not_yet());
    placing_.reset();
    return settled(std::move(*reply), KafkaPatience(Millis(0)));
  }

  KafkaReply commit(Millis at_most) override {
    KafkaReply reply = act(librdkafka().rd_kafka_commit_transaction, at_most);
    // It may say how many messages have failed, and not why.
    if (reply.state == State::Undone) reply = undone(reply.why);
    if (reply.is_done()) is_open_ = false;
    return reply;
  }

  KafkaReply abort(Millis at_most) override {
    KafkaReply reply = act(librdkafka().rd_kafka_abort_transaction, at_most);
    if (reply.state == State::Undone || reply.state == State::TooLarge) {
      // That is why, and the abort is not made yet.
      sender_->listen(KafkaPatience(at_most).pause_ms());
      return KafkaReply::not_yet(reply.why);
    }
    if (reply.is_done()) is_open_ = false;
    return reply;
  }

  KafkaReply send(const KafkaOutgoing& message) override {
    if (end_) return *end_;
    WS_CHECK(!is_transactional() || is_open_, "a message needs a transaction");
    if (++send_count_ % kSendsPerListening == 0) sender_->listen(0);
    if (has_failed()) return why_failed();
    rd_kafka_resp_err_t error = sender_->send(message);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      sender_->listen(0);
      error = sender_->send(message);
    }
    switch (error) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
        return KafkaReply::done();
      case RD_KAFKA_RESP_ERR__QUEUE_FULL:
        // There will never be room for it where there is nothing else.
        if (queued_count() == 0) break;
        is_full_ = true;
        return waiting(KafkaReply::not_yet());
      case RD_KAFKA_RESP_ERR__FATAL:
      case RD_KAFKA_RESP_ERR__STATE:
        return why_failed();
      case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        break;
      default:
        return ended(reply_to({error, librdkafka().rd_kafka_err2str(error)}));
    }
    return {State::TooLarge, librdkafka().rd_kafka_err2str(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)};
  }

  KafkaReply flush(Millis at_most) override {
    if (end_) return *end_;
    const KafkaPatience patience(at_most);
    bool is_all = false;
    if (std::exchange(is_full_, false)) {
      const int enough = queued_count() / 2;
      while (queued_count() > enough && !patience.is_over()) sender_->listen(patience.pause_ms());
    } else {
      is_all = librdkafka().rd_kafka_flush(sender_->get(), patience.left_ms()) ==
               RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    if (has_failed()) return why_failed();
    return is_all ? heard() : waiting(KafkaReply::not_yet());
  }

  std::uint64_t lost_count() const override {
    return is_transactional() ? 0 : sender_->losses().count;
  }

  std::vector<KafkaEvent> hear() override {
    sender_->listen(0);
    std::vector<KafkaEvent> events = sender_->voice().take();
    std::string why;
    const std::optional<rd_kafka_resp_err_t> code = sender_->end(why);
    const bool is_broken = code && reply_to({*code, why, true}).state == State::Broken;
    // What else it has ended by is said by acts.
    std::erase_if(events, [&](const KafkaEvent& event) {
      return event.kind == KafkaEvent::Kind::Broken && !is_broken;
    });
    return events;
  }

 private:
  using Call = rd_kafka_error_t* (*)(rd_kafka_t*, int);

  bool is_transactional() const { return !sender_->settings().transactional_id.empty(); }
  int queued_count() const { return librdkafka().rd_kafka_outq_len(sender_->get()); }

  /// One that goes on by itself when it was not waited for to its end.
  KafkaReply act(Call call, Millis at_most) {
    if (end_) return *end_;
    const KafkaPatience patience(at_most);
    rd_kafka_error_t* const error = call(sender_->get(), patience.left_ms());
    sender_->listen(0);
    if (error == nullptr) return heard();
    return settled(reply_to(take_failure(error)), patience);
  }

  KafkaReply settled(KafkaReply reply, const KafkaPatience& patience) {
    if (reply.is_done()) return heard();
    if (reply.state != State::NotYet) return ended(std::move(reply));
    // What is refused at once would be asked for as fast as the processor can.
    sender_->listen(patience.pause_ms());
    return waiting(std::move(reply));
  }

  KafkaReply heard() {
    sender_->voice().note_answer();
    return KafkaReply::done();
  }

  /// The voice knows why, where a broker is away; the act, how long it has waited.
  KafkaReply waiting(KafkaReply reply) {
    sender_->listen(0);
    reply.why = sender_->voice().trouble();
    return reply;
  }

  /// Remembers what there is no way back from.
  KafkaReply ended(KafkaReply reply) {
    std::string ignored;
    const bool is_over = reply.state == State::Fenced || reply.state == State::Broken ||
                         (reply.state == State::Refused && sender_->end(ignored));
    if (is_over) end_ = reply;
    return reply;
  }

  bool has_failed() const {
    std::string ignored;
    if (sender_->end(ignored)) return true;
    return is_transactional() && sender_->losses().count > losses_before_;
  }

  /// Requires: no act of the transaction is under way.
  KafkaReply why_failed() {
    KafkaFailure failure{RD_KAFKA_RESP_ERR_NO_ERROR, {}, true};
    if (const auto code = sender_->end(failure.why)) {
      failure.code = *code;
      return ended(reply_to(failure));
    }
    // A beginning is refused, since a transaction is open, and says how that one stands.
    rd_kafka_error_t* const error = librdkafka().rd_kafka_begin_transaction(sender_->get());
    WS_CHECK(error != nullptr, "a transaction is open");
    failure = take_failure(error);
    if (!failure.requires_abort) return undone("messages were lost");
    return ended(reply_to(failure));
  }

  /// By the message that was lost last.
  KafkaReply undone(std::string why) const {
    const rd_kafka_resp_err_t last = sender_->losses().last;
    if (last == RD_KAFKA_RESP_ERR_NO_ERROR) return {State::Undone, std::move(why)};
    KafkaReply reply = reply_to({last, librdkafka().rd_kafka_err2str(last), false, false, true});
    if (reply.state != State::TooLarge) reply.state = State::Undone;
    return reply;
  }

  std::shared_ptr<KafkaSender> sender_;  // shared with the thread of a place
  KafkaFinding finding_;
  KafkaGroupReading reading_;
  std::shared_ptr<Placing> placing_;  // null: none is under way
  bool is_open_ = false;              // a transaction
  bool is_full_ = false;              // there was no room for the last message
  std::uint64_t send_count_ = 0;
  std::uint64_t losses_before_ = 0;  // the transaction
  std::optional<KafkaReply> end_;
};

}  // namespace

Result<std::unique_ptr<KafkaProducer>> make_real_kafka_producer(
    const KafkaProducerSettings& settings) {
  Result<std::shared_ptr<KafkaSender>> sender = KafkaSender::make(settings);
  if (!sender) return fail(sender);
  return std::make_unique<RealKafkaProducer>(std::move(*sender));
}

}  // namespace wordstream
