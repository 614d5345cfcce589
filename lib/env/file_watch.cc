#include "env/file_watch.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "env/descriptor.h"
#include "env/directory.h"

namespace wordstream {
namespace {

constexpr std::string_view kAdvice =
    "see the limits of inotify in /proc/sys/fs/inotify, or leave out --follow";
constexpr std::uint32_t kOfDirectory =
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kOfFile = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;

/// Unavailable where the kernel has none to give, or a container lets none through.
tl::unexpected<Error> fail_watching(const std::string& what, int error) {
  const std::string failed = fmt::format("cannot watch {}", what);
  if (error == EMFILE || is_unknown_call(error)) {
    return fail(ErrorCode::Unavailable,
                fmt::format("{}: {}; {}", failed, errno_text(error), kAdvice));
  }
  return fail_errno(failed, error, kAdvice);
}

/// The kernel has one watch for each inode, whatever leads to it; any number of ours share it.
class RealFileWatch final : public FileWatch {
 public:
  explicit RealFileWatch(Descriptor inotify) : inotify_(std::move(inotify)) {}

  int handle() const override { return inotify_.get(); }

  Result<Id> add_names(const std::string& path) override {
    const std::string_view stem = stem_of(path);
    return add(directory_of(path), kOfDirectory | IN_ONLYDIR,
               std::string(stem.substr(path.rfind('/') + 1)));
  }

  Result<Id> add_file(const std::string& path) override { return add(path, kOfFile, std::nullopt); }

  void remove(Id id) override {
    const auto found = added_.find(id);
    if (found == added_.end()) return;
    const auto watched = watched_.find(found->second.watch);
    added_.erase(found);
    if (watched == watched_.end()) return;
    watched->second.erase(id);
    if (!watched->second.empty()) return;
    ::inotify_rm_watch(inotify_.get(), watched->first);
    watched_.erase(watched);
  }

  Changes take_changes() override {
    std::set<Id> changed;
    bool were_lost = false;
    alignas(inotify_event) std::array<char, 16 * 1024> events;
    ssize_t got = 0;
    while ((got = uninterrupted(
                [&] { return ::read(inotify_.get(), events.data(), events.size()); })) > 0) {
      for (ssize_t at = 0; at < got;) {
        inotify_event event{};
        std::memcpy(&event, events.data() + at, sizeof event);
        const char* const name = event.len > 0 ? events.data() + at + sizeof event : "";
        if ((event.mask & IN_Q_OVERFLOW) != 0) were_lost = true;
        take(event, name, changed);
        at += static_cast<ssize_t>(sizeof event + event.len);
      }
    }
    return {were_lost, {changed.begin(), changed.end()}};
  }

 private:
  struct Added {
    int watch;                        // the kernel's number
    std::optional<std::string> stem;  // of names in a directory; none: a file
  };

  Result<Id> add(const std::string& what, std::uint32_t events, std::optional<std::string> stem) {
    // Without IN_MASK_ADD, what was added to the same inode before would not be told any more.
    const int watch = ::inotify_add_watch(inotify_.get(), what.c_str(), events | IN_MASK_ADD);
    if (watch < 0) return fail_watching(what, errno);
    added_.emplace(++id_last_, Added{watch, std::move(stem)});
    watched_[watch].insert(id_last_);
    return id_last_;
  }

  void take(const inotify_event& event, std::string_view name, std::set<Id>& changed) {
    const auto watched = watched_.find(event.wd);
    if (watched == watched_.end()) return;
    for (const Id id : watched->second) {
      const std::optional<std::string>& stem = added_.at(id).stem;
      if (name.empty() || !stem || name.starts_with(*stem)) changed.insert(id);
    }
    // The inode is gone, and some day the kernel gives the number to another one.
    if ((event.mask & IN_IGNORED) != 0) watched_.erase(watched);
  }

  Descriptor inotify_;
  std::map<Id, Added> added_;
  std::map<int, std::set<Id>> watched_;  // by the kernel's number; without what it has ended
  Id id_last_ = 0;
};

}  // namespace

Result<std::unique_ptr<FileWatch>> make_file_watch() {
  Descriptor inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!inotify.is_open()) return fail_watching("files", errno);
  return std::make_unique<RealFileWatch>(std::move(inotify));
}

}  // namespace wordstream
