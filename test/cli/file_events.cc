#include "cli/file_events.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace wordstream::cli {

FileEvents::FileEvents() : watch_(::inotify_init1(IN_CLOEXEC)) {
  require_os(watch_.is_open(), "inotify_init1");
}

void FileEvents::watch(const std::string& directory) {
  constexpr auto kEvents = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO;
  require_os(::inotify_add_watch(watch_.get(), directory.c_str(), kEvents) >= 0,
             "inotify_add_watch");
}

int FileEvents::wait(std::chrono::milliseconds patience) {
  if (!wait_ready(watch_.get(), POLLIN, patience)) return 0;
  std::array<char, 4096> bytes{};
  const ssize_t got = ::read(watch_.get(), bytes.data(), bytes.size());
  require_os(got > 0, "read");
  int count = 0;
  for (std::size_t at = 0; at < static_cast<std::size_t>(got); ++count) {
    inotify_event event{};
    std::memcpy(&event, bytes.data() + at, sizeof event);
    at += sizeof event + event.len;
  }
  return count;
}

}  // namespace wordstream::cli
