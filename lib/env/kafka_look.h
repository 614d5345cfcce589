// How a topic stands: asked for on a thread of its own, by calls that wait.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "env/descriptor.h"
#include "env/kafka_consumer.h"
#include "env/kafka_handle.h"

namespace wordstream {

/// What a consumer and the thread that looks for it share. Whoever is the last to leave destroys
/// the handles, and waits for that.
struct KafkaClient {
  KafkaSettings settings;
  Descriptor wake;  ///< an eventfd
  std::unique_ptr<KafkaHandle> committed;
  /// Made by the first look, of which there is one at a time.
  std::unique_ptr<KafkaHandle> everything = {};

  std::atomic<bool> is_wanted = true;    ///< a consumer is there
  std::atomic<bool> is_nudging = false;  ///< a nudge is under way
  std::mutex mutex = {};
  std::optional<Result<KafkaTopic>> answer = {};
};

/// Makes `client` ready when it is over.
void ready(const KafkaClient& client);

/// Has the leader of a partition answer something, whatever that is. Waits for it.
void nudge(KafkaClient& client, std::int32_t partition);

/// Looks, leaves the answer in `client`, and makes it ready.
void look(KafkaClient& client, const KafkaOffsets& found_from);

}  // namespace wordstream
