#include "cli/collector.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace wordstream::cli {

Collector::Collector(Descriptor source)
    : source_(std::move(source)), leave_(::eventfd(0, EFD_CLOEXEC)), thread_([this] { run(); }) {}

Collector::~Collector() { leave(); }

std::string Collector::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

Collector::Outcome Collector::wait(const std::function<bool(const std::string&)>& enough) const {
  std::unique_lock lock(mutex_);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    if (enough(text_)) return Outcome::Enough;
    if (has_ended_) return Outcome::Ended;
    if (changed_.wait_until(lock, end) == std::cv_status::timeout)
      return enough(text_) ? Outcome::Enough : Outcome::TimedOut;
  }
}

bool Collector::wait_ended() const {
  return wait([](const std::string&) { return false; }) == Outcome::Ended;
}

void Collector::leave() {
  const std::uint64_t one = 1;
  if (!thread_.joinable()) return;
  if (::write(leave_.get(), &one, sizeof one) != sizeof one) return;
  thread_.join();
  source_.close();
}

void Collector::run() {
  std::array<char, 65536> buffer{};
  while (true) {
    std::array<pollfd, 2> entries{{{source_.get(), POLLIN, 0}, {leave_.get(), POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), -1) < 0 && errno == EINTR) continue;
    if (entries[1].revents != 0) break;
    const ssize_t count = ::read(source_.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // The end, or EIO: nobody has the other side of the terminal open any more.
    if (count <= 0) break;
    const std::lock_guard lock(mutex_);
    text_.append(buffer.data(), static_cast<std::size_t>(count));
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  has_ended_ = true;
  changed_.notify_all();
}

}  // namespace wordstream::cli
