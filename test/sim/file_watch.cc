#include "sim/file_watch.h"

#include <fmt/format.h>

#include <utility>

namespace wordstream::sim {

FakeWatch::FakeWatch(FakeDisk& disk, Handles& handles)
    : disk_(disk),
      entry_(handles, [this] { return Readiness{.readable = was_overrun_ || !changed_.empty()}; }) {
  disk_.watches_.push_back(this);
}

FakeWatch::~FakeWatch() { std::erase(disk_.watches_, this); }

Result<FakeWatch::Id> FakeWatch::add_names(const std::string& path) {
  const std::string full = rooted(path);
  const std::shared_ptr<DiskFile> directory = disk_.names_.find(parent_of(full));
  if (!directory || !directory->is_directory()) {
    return fail(ErrorCode::NotFound,
                fmt::format("cannot watch {}: No such file or directory", parent_of(full)));
  }
  return add(directory, std::string(stem_of(full)));
}

Result<FakeWatch::Id> FakeWatch::add_file(const std::string& path) {
  const std::shared_ptr<DiskFile> file = disk_.names_.find(rooted(path));
  if (!file) {
    return fail(ErrorCode::NotFound,
                fmt::format("cannot watch {}: No such file or directory", path));
  }
  if (!file->is_permitted_) {
    return fail(ErrorCode::NotPermitted, fmt::format("cannot watch {}: Permission denied", path));
  }
  return add(file, std::nullopt);
}

Result<FakeWatch::Id> FakeWatch::add(std::shared_ptr<const DiskFile> file,
                                     std::optional<std::string> stem) {
  if (disk_.is_short_of_watches) {
    return fail(ErrorCode::Io, "cannot watch a file: No space left on device");
  }
  added_.emplace(++id_last_, Added{std::move(file), std::move(stem)});
  return id_last_;
}

void FakeWatch::remove(Id id) {
  added_.erase(id);
  changed_.erase(id);
}

FakeWatch::Changes FakeWatch::take_changes() {
  const std::set<Id> changed = std::exchange(changed_, {});
  return {std::exchange(was_overrun_, false), {changed.begin(), changed.end()}};
}

void FakeWatch::name_changed(const std::string& path) {
  if (disk_.is_remote) return;
  // A directory that was unmounted is another one than that which has its name now.
  const std::shared_ptr<DiskFile> directory = disk_.names_.find(parent_of(path));
  for (const auto& [id, added] : added_) {
    if (added.stem && added.file == directory && path.starts_with(*added.stem)) changed_.insert(id);
  }
}

void FakeWatch::file_changed(const DiskFile& file) {
  if (disk_.is_remote) return;
  for (const auto& [id, added] : added_) {
    if (added.file.get() == &file) changed_.insert(id);
  }
}

void FakeWatch::overflow() {
  changed_.clear();
  was_overrun_ = true;
}

}  // namespace wordstream::sim
