#include "env/kafka_leave.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "env/thread.h"

namespace wordstream {
namespace {

constexpr std::chrono::seconds kEndMax{1};

struct Ending {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_over = false;
};

}  // namespace

void leave(std::shared_ptr<void> client) {
  const auto ending = std::make_shared<Ending>();
  Result<Thread> thread = Thread::start([ending, client = std::move(client)]() mutable {
    client.reset();
    const std::lock_guard lock(ending->mutex);
    ending->is_over = true;
    ending->changed.notify_all();
  });
  if (!thread) return;
  std::move(*thread).detach();
  std::unique_lock lock(ending->mutex);
  ending->changed.wait_for(lock, kEndMax, [&] { return ending->is_over; });
}

}  // namespace wordstream
