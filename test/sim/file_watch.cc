#include "sim/file_watch.h"

#include <fmt/format.h>

#include <utility>

#include "sim/files.h"

namespace wordstream::sim {

FakeWatch::FakeWatch(FakeFiles& files, Handles& handles)
    : files_(files),
      entry_(handles, [this] { return Readiness{.readable = was_overrun_ || !changed_.empty()}; }) {
  files_.watches_.push_back(this);
}

FakeWatch::~FakeWatch() { std::erase(files_.watches_, this); }

Result<FakeWatch::Id> FakeWatch::add_names(const std::string& path) {
  if (Status had = files_.check_watches(); !had) return fail(had);
  const Result<Inode*> directory = files_.find(directory_of(path), "watch");
  if (!directory) return fail(directory);
  added_.emplace(++id_last_, Added{std::string(stem_of(path)), nullptr});
  return id_last_;
}

Result<FakeWatch::Id> FakeWatch::add_file(const std::string& path) {
  if (Status had = files_.check_watches(); !had) return fail(had);
  const Result<Inode*> file = files_.find(path, "watch");
  if (!file) return fail(file);
  if (!(*file)->is_permitted_) {
    return fail(ErrorCode::NotPermitted, fmt::format("cannot watch {}: Permission denied", path));
  }
  added_.emplace(++id_last_, Added{{}, *file});
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
  for (const auto& [id, added] : added_) {
    const bool is_meant = added.inode == nullptr && path.starts_with(added.stem) &&
                          directory_of(path) == directory_of(added.stem);
    if (is_meant) changed_.insert(id);
  }
}

void FakeWatch::file_changed(const Inode& inode) {
  for (const auto& [id, added] : added_) {
    if (added.inode == &inode) changed_.insert(id);
  }
}

void FakeWatch::overflow() {
  changed_.clear();
  was_overrun_ = true;
}

}  // namespace wordstream::sim
