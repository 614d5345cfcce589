#include "env/thread.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "env/descriptor.h"

namespace wordstream {
namespace {

using Work = std::function<void()>;

void* run(void* work) {
  const std::unique_ptr<Work> mine(static_cast<Work*>(work));
  (*mine)();
  return nullptr;
}

}  // namespace

Result<Thread> Thread::start(Work work) {
  auto handed_on = std::make_unique<Work>(std::move(work));
  pthread_t handle{};
  const int error = ::pthread_create(&handle, nullptr, run, handed_on.get());
  if (error != 0) {
    return fail(ErrorCode::Busy,
                fmt::format("cannot start a thread: {}; try again later, or have more of them "
                            "allowed (ulimit -u, pids.max of the control group)",
                            errno_text(error)));
  }
  [[maybe_unused]] const Work* const its_own = handed_on.release();
  return Thread(handle);
}

Thread::~Thread() {
  if (handle_) ::pthread_join(*handle_, nullptr);
}

void Thread::detach() && { ::pthread_detach(*std::exchange(handle_, std::nullopt)); }

void Thread::send(int signal) const {
  // Where a container does not let that through, whichever thread waits for the signal gets it.
  // A process that may not ask who it is must not send it to all.
  if (::pthread_kill(*handle_, signal) == 0) return;
  if (const pid_t self = ::getpid(); self > 0) ::kill(self, signal);
}

}  // namespace wordstream
