#include "env/kafka.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>

#include "base/check.h"
#include "env/descriptor.h"
#include "env/kafka_consumer.h"
#include "env/kafka_handle.h"
#include "env/kafka_leave.h"
#include "env/kafka_look.h"
#include "env/librdkafka.h"
#include "env/real_kafka_producer.h"
#include "env/thread.h"

namespace wordstream {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// How long the last commit may take when a consumer goes, and how often that is asked.
constexpr std::chrono::seconds kLastCommitMax{1};
constexpr int kStepMs = 20;

/// The first version that looks every few milliseconds whether a full queue has room again; others
/// are made to, behind so many bytes.
constexpr int kLooksOften = 0x02020000;
constexpr std::size_t kNudgeBytes = 4 * 1024 * 1024;

struct Bug {
  int before;  ///< the version that has it no more
  int since;
  const char* line;
};

// Source: librdkafka's CHANGELOG.md.
constexpr std::array<Bug, 3> kBugs{
    {{0x02010000, 0,
      "before 2.1.0: messages that an unclean election of a leader has taken are not missed"},
     {0x02020000, 0x02010000,
      "2.1: a TLS connection that breaks may look as if messages were gone"},
     {0x02030000, 0x02010000,
      "2.1 and 2.2: a broker that is away may look as if messages were gone"}}};

std::string version_text(int version) {
  return fmt::format("{}.{}.{}", version >> 24 & 0xFF, version >> 16 & 0xFF, version >> 8 & 0xFF);
}

class RealKafkaConsumer final : public KafkaConsumer {
 public:
  explicit RealKafkaConsumer(std::shared_ptr<KafkaClient> client) : client_(std::move(client)) {
    client_->committed->wake_by(client_->wake.get());
  }

  ~RealKafkaConsumer() override {
    give_back();
    finish_commits();
    client_->is_wanted = false;
    leave(std::move(client_));
  }
  RealKafkaConsumer(const RealKafkaConsumer&) = delete;
  RealKafkaConsumer& operator=(const RealKafkaConsumer&) = delete;

  int handle() const override { return client_->wake.get(); }

  void look(const KafkaOffsets& found_from) override {
    WS_CHECK(!is_looking_, "looking at a topic");
    is_looking_ = true;
    Result<Thread> thread =
        Thread::start([client = client_, found_from] { wordstream::look(*client, found_from); });
    if (thread) {
      std::move(*thread).detach();
      return;
    }
    const std::lock_guard lock(client_->mutex);
    client_->answer = fail(ErrorCode::Unavailable, thread.error().message);
    ready(*client_);
  }

  void read(const KafkaOffsets& from) override {
    for (const auto& [partition, offset] : from) {
      next_[partition] = offset;
      if (const Status started = client_->committed->start(partition, offset); !started) {
        KafkaEvent event{KafkaEvent::Kind::Broken, partition};
        event.why = started.error().message;
        events_.push_back(std::move(event));
        ready(*client_);
      }
    }
  }

  KafkaNews take(std::size_t messages_max) override {
    give_back();
    // Before anything is looked for: what comes from now on makes it ready again.
    std::uint64_t ignored = 0;
    [[maybe_unused]] const ssize_t got = ::read(client_->wake.get(), &ignored, sizeof ignored);

    KafkaHandle& handle = *client_->committed;
    taken_.resize(std::max(taken_.size(), messages_max));
    taken_count_ = handle.take({taken_.data(), messages_max}, 0);
    handle.listen(0);
    for (std::size_t i = 0; i < taken_count_; ++i) sort_out(*taken_[i]);

    KafkaNews news;
    news.messages = messages_;
    news.events = std::exchange(events_, {});
    for (KafkaEvent& event : handle.voice().take()) news.events.push_back(std::move(event));
    for (const auto& [partition, offset] : std::exchange(ends_, {})) {
      news.events.push_back({KafkaEvent::Kind::End, partition, offset});
    }
    news.topic = take_answer();
    news.is_all = taken_count_ < messages_max;
    if (!news.is_all) ready(*client_);
    keep_fetching();
    return news;
  }

  std::optional<std::int64_t> last_end(std::int32_t partition) const override {
    std::int64_t begin = -1;
    std::int64_t end = -1;
    const auto error = librdkafka().rd_kafka_get_watermark_offsets(
        client_->committed->get(), client_->settings.topic.c_str(), partition, &begin, &end);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR || end < 0) return std::nullopt;
    return end;
  }

  void commit(const KafkaOffsets& next) override {
    if (client_->settings.group.empty() || next.empty()) return;
    rd_kafka_topic_partition_list_t* const list =
        librdkafka().rd_kafka_topic_partition_list_new(static_cast<int>(next.size()));
    for (const auto& [partition, offset] : next) {
      librdkafka()
          .rd_kafka_topic_partition_list_add(list, client_->settings.topic.c_str(), partition)
          ->offset = offset;
    }
    client_->committed->voice().note_commit_begun();
    const auto error = librdkafka().rd_kafka_commit(client_->committed->get(), list, 1);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) client_->committed->voice().note_committed(error);
    librdkafka().rd_kafka_topic_partition_list_destroy(list);
  }

  bool is_committing() const override { return client_->committed->voice().is_committing(); }

 private:
  void give_back() {
    messages_.clear();
    for (std::size_t i = 0; i < taken_count_; ++i) {
      librdkafka().rd_kafka_message_destroy(taken_[i]);
    }
    taken_count_ = 0;
  }

  void sort_out(const rd_kafka_message_t& message) {
    if (is_broken_) return;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return note_error(message);
    std::int64_t& next = next_of(message.partition);
    // Some versions give some messages twice when a leader has changed.
    if (message.offset < next) return;
    next = message.offset + 1;
    // One that came behind an end is not before it: another end follows.
    if (!ends_.empty()) ends_.erase(message.partition);
    const auto* const bytes = static_cast<const char*>(message.payload);
    taken_bytes_ += message.len;
    messages_.push_back({message.partition, message.offset,
                         librdkafka().rd_kafka_message_timestamp(&message, nullptr),
                         std::string_view(bytes, bytes != nullptr ? message.len : 0)});
  }

  void note_error(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ends_[message.partition] = message.offset;
      return;
    }
    KafkaEvent event{kind_of_error(message.err), message.partition};
    event.why = fmt::format("partition {}: {}", message.partition,
                            librdkafka().rd_kafka_err2str(message.err));
    is_broken_ = event.kind == KafkaEvent::Kind::Broken;
    events_.push_back(std::move(event));
  }

  /// Versions before 2.2 look once a second whether a queue that was full has room again; and
  /// whenever a broker answers.
  void keep_fetching() {
    if (librdkafka().rd_kafka_version() >= kLooksOften || taken_bytes_ < kNudgeBytes) return;
    taken_bytes_ = 0;
    if (client_->is_nudging.exchange(true)) return;
    Result<Thread> thread = Thread::start(
        [client = client_, partition = last_partition_] { nudge(*client, partition); });
    if (thread) {
      std::move(*thread).detach();
    } else {
      client_->is_nudging = false;
    }
  }

  /// Most messages are of the same partition as the one before.
  std::int64_t& next_of(std::int32_t partition) {
    if (last_next_ == nullptr || last_partition_ != partition) {
      last_partition_ = partition;
      last_next_ = &next_[partition];
    }
    return *last_next_;
  }

  std::optional<Result<KafkaTopic>> take_answer() {
    if (!is_looking_) return std::nullopt;
    const std::lock_guard lock(client_->mutex);
    is_looking_ = !client_->answer.has_value();
    return std::exchange(client_->answer, std::nullopt);
  }

  /// Those who watch the group would see it lag for good behind what was read last.
  void finish_commits() {
    KafkaHandle& handle = *client_->committed;
    const SteadyClock::time_point deadline = SteadyClock::now() + kLastCommitMax;
    while (handle.voice().is_committing() && SteadyClock::now() < deadline) handle.listen(kStepMs);
  }

  std::shared_ptr<KafkaClient> client_;  // shared with the thread that looks
  bool is_looking_ = false;
  bool is_broken_ = false;
  std::vector<rd_kafka_message_t*> taken_;
  std::size_t taken_count_ = 0;  // of these, not yet given back
  std::vector<KafkaMessage> messages_;
  std::vector<KafkaEvent> events_;
  KafkaOffsets next_;            // of each partition, of which none that is less is given again
  KafkaOffsets ends_;            // that were found in this take
  std::size_t taken_bytes_ = 0;  // since the last nudge
  std::int32_t last_partition_ = -1;
  std::int64_t* last_next_ = nullptr;  // in next_
};

class RealKafka final : public Kafka {
 public:
  Result<KafkaLibrary> load() override {
    const Librdkafka& loaded = librdkafka();
    if (!loaded.missing.empty()) return fail(ErrorCode::Unavailable, loaded.missing);
    KafkaLibrary library{version_text(loaded.rd_kafka_version()), {}};
    for (const Bug& bug : kBugs) {
      const int version = loaded.rd_kafka_version();
      if (version >= bug.since && version < bug.before) library.bugs.emplace_back(bug.line);
    }
    return library;
  }

  Result<std::unique_ptr<KafkaConsumer>> consume(const KafkaSettings& settings) override {
    if (!librdkafka().missing.empty()) {
      return fail(ErrorCode::Unavailable, librdkafka().missing);
    }
    Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.is_open()) return fail_errno("cannot wait for Kafka", errno, kDescriptorAdvice);
    Result<std::unique_ptr<KafkaHandle>> handle =
        KafkaHandle::make(settings, KafkaHandle::Sees::Committed);
    if (!handle) return fail(handle);
    return std::make_unique<RealKafkaConsumer>(std::shared_ptr<KafkaClient>(
        new KafkaClient{settings, std::move(wake), std::move(*handle)}));
  }

  Result<std::unique_ptr<KafkaProducer>> produce(const KafkaProducerSettings& settings) override {
    if (!librdkafka().missing.empty()) {
      return fail(ErrorCode::Unavailable, librdkafka().missing);
    }
    return make_real_kafka_producer(settings);
  }
};

}  // namespace

std::vector<std::string> notes_on(Kafka& kafka) {
  const Result<KafkaLibrary> library = kafka.load();
  if (!library) return {library.error().message};
  std::vector<std::string> notes{
      fmt::format("librdkafka {} is loaded; this program was built against {}", library->version,
                  kafka_built_against())};
  for (const std::string& bug : library->bugs) notes.push_back("librdkafka " + bug);
  return notes;
}

std::unique_ptr<Kafka> make_real_kafka() { return std::make_unique<RealKafka>(); }
std::string kafka_built_against() { return version_text(RD_KAFKA_VERSION); }

}  // namespace wordstream
