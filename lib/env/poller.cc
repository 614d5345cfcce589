#include "env/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/check.h"
#include "env/clock.h"
#include "env/descriptor.h"

namespace wordstream {
namespace {

constexpr std::uint64_t kWakeToken = static_cast<std::uint64_t>(-1);
constexpr int kReadyCountMax = 256;

std::uint32_t events_of(Interest interest) {
  switch (interest) {
    case Interest::Hangup:
      return 0;  // EPOLLERR and EPOLLHUP are always reported
    case Interest::Read:
      return EPOLLIN;
    case Interest::Both:
      return EPOLLIN | EPOLLOUT;
    case Interest::Write:
      return EPOLLOUT;
  }
  return 0;
}

/// The least whole number that is not less; a day at most.
int to_millis(const timespec& time) {
  constexpr std::chrono::seconds kDay = std::chrono::hours(24);
  const Nanos exact =
      std::min<Nanos>(std::chrono::seconds(time.tv_sec), kDay) + Nanos(time.tv_nsec);
  return static_cast<int>(std::chrono::ceil<Millis>(exact).count());
}

tl::unexpected<Error> fail_waiting(int error) {
  return fail_errno(
      "cannot wait for anything", error,
      is_unknown_call(error) ? "have the container let epoll and eventfd through" : "");
}

class RealPoller final : public Poller {
 public:
  static Result<std::unique_ptr<Poller>> make() {
    Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.is_open()) return fail_waiting(errno);
    Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.is_open()) return fail_waiting(errno);
    epoll_event event{EPOLLIN, {.u64 = kWakeToken}};
    if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) return fail_waiting(errno);
    return std::unique_ptr<Poller>(new RealPoller(std::move(epoll), std::move(wake)));
  }

  bool watch(const Pollable& what, Interest interest, std::uint64_t token) override {
    epoll_event event{events_of(interest), {.u64 = token}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, what.handle(), &event) == 0) return true;
    if (errno == ENOENT && epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, what.handle(), &event) == 0) {
      return true;
    }
    const bool is_none = errno == EBADF && what.handle() < 0;
    WS_CHECK(is_none || errno == EPERM || errno == ENOSPC || errno == ENOMEM,
             "watching a descriptor");
    return false;
  }

  void forget(const Pollable& what) override {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, what.handle(), nullptr);
  }

  void wait(std::optional<SteadyTime> until) override {
    ready_.clear();
    // A wake that came while nobody waited costs no system call.
    if (woken_.exchange(false)) until = SteadyTime::min();
    std::array<epoll_event, kReadyCountMax> events;
    const int count = wait_for_events(events, until);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t token = events[static_cast<std::size_t>(i)].data.u64;
      if (token == kWakeToken) {
        drain_wakes();
      } else {
        ready_.push_back(token);
      }
    }
  }

  std::vector<std::uint64_t> take_ready() override { return std::exchange(ready_, {}); }

  void wake() override {
    if (woken_.exchange(true)) return;
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the waiter wakes anyway.
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  }

 private:
  RealPoller(Descriptor epoll, Descriptor wake)
      : epoll_(std::move(epoll)), wake_(std::move(wake)) {}

  int wait_for_events(std::array<epoll_event, kReadyCountMax>& events,
                      std::optional<SteadyTime> until) {
    timespec timeout{};
    if (until) {
      const Nanos left =
          *until == SteadyTime::min() ? Nanos(0) : std::max(*until - clock_.steady(), Nanos(0));
      const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
      timeout = {seconds.count(), (left - seconds).count()};
    }
    const int count = wait_on_kernel(events, until ? &timeout : nullptr);
    WS_CHECK(count >= 0 || errno == EINTR, "waiting for something to happen");
    return std::max(count, 0);
  }

  /// Waits for `timeout`; for ever without one.
  int wait_on_kernel(std::array<epoll_event, kReadyCountMax>& events, const timespec* timeout) {
    if (has_precise_wait_) {
      const int count = epoll_pwait2(epoll_.get(), events.data(), kReadyCountMax, timeout, nullptr);
      if (count >= 0 || !is_unknown_call(errno)) return count;
      has_precise_wait_ = false;
    }
    // Rounded up: what wakes too early would only wait again.
    const int millis = timeout == nullptr ? -1 : to_millis(*timeout);
    return epoll_wait(epoll_.get(), events.data(), kReadyCountMax, millis);
  }

  void drain_wakes() {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof count);
    // What a wake between these two lines announces is seen by the step that follows the wait.
    woken_.store(false);
  }

  RealClock clock_;
  Descriptor epoll_;
  Descriptor wake_;
  std::atomic<bool> woken_ = false;
  bool has_precise_wait_ = true;  // Linux has it since 5.11
  std::vector<std::uint64_t> ready_;
};

}  // namespace

Result<std::unique_ptr<Poller>> make_real_poller() { return RealPoller::make(); }

}  // namespace wordstream
