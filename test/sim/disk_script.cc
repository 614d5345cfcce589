// What others do to the fake disk, and how what anybody does is told to the watches.
#include "base/check.h"
#include "sim/disk.h"
#include "sim/file_watch.h"

namespace wordstream::sim {

void FakeDisk::put(const std::string& path, std::string_view text) {
  const File file = at_or_new(path);
  file->bytes_.assign(text);
  modify(*file);
}

std::shared_ptr<DiskFile> FakeDisk::append(const std::string& path, std::string_view bytes) {
  const File file = at_or_new(path);
  write_at(*file, file->text().size(), bytes);
  return file;
}

void FakeDisk::write_at(const std::string& path, std::uint64_t offset, std::string_view bytes) {
  write_at(*at_or_new(path), offset, bytes);
}

void FakeDisk::write_at(DiskFile& file, std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  trace_.note("file {}: {} bytes at {}", file.number_, bytes.size(), offset);
  write(file, offset, bytes);
  file.bytes_.sync();
}

void FakeDisk::truncate(DiskFile& file, std::uint64_t size) {
  trace_.note("file {}: cut to {} bytes", file.number_, size);
  resize(file, size);
  file.bytes_.sync();
}

void FakeDisk::copy(const std::string& from, const std::string& to) {
  const File original = at(from);
  if (has(to)) remove(to);
  append(to, original->text());
}

void FakeDisk::rename_unsynced(const std::string& from, const std::string& to) {
  trace_.note("file {}: now {}", at(from)->number_, to);
  rename_name(rooted(from), rooted(to));
}

void FakeDisk::rename(const std::string& from, const std::string& to) {
  rename_unsynced(from, to);
  names_.sync(parent_of(rooted(from)));
  names_.sync(parent_of(rooted(to)));
}

void FakeDisk::link(const std::string& from, const std::string& to) {
  const File file = at(from);
  WS_CHECK(!has(to), "giving a file a name that is free");
  set_name(rooted(to), file);
  names_.sync(parent_of(rooted(to)));
  file_changed(*file);
}

void FakeDisk::remove(const std::string& path) {
  trace_.note("file {}: removed", at(path)->number_);
  remove_name(rooted(path));
  names_.sync(parent_of(rooted(path)));
}

void FakeDisk::make_directory(const std::string& path) {
  WS_CHECK(!has(path), "making a directory where nothing is");
  set_name(rooted(path), make_file(FileInfo::Kind::Directory, rooted(path)));
  names_.sync(parent_of(rooted(path)));
}

std::shared_ptr<const DiskFile> FakeDisk::make_socket(const std::string& path) {
  WS_CHECK(!has(path), "making a socket where nothing is");
  const File file = make_file(FileInfo::Kind::Socket, rooted(path));
  set_name(rooted(path), file);
  names_.sync(parent_of(rooted(path)));
  return file;
}

void FakeDisk::forbid(const std::string& path) {
  at(path)->is_permitted_ = false;
  name_changed(rooted(path));
  file_changed(*at(path));
}

void FakeDisk::remount() {
  ++device_last_;
  for (const auto& [path, file] : names_.all()) file->device_ = device_last_;
}

void FakeDisk::unmount(const std::string& directory) {
  const std::string root = rooted(directory);
  WS_CHECK(!unmounted_.contains(root), "unmounting what is mounted");
  trace_.note("disk: {} unmounted", root);
  unmounted_[root] = names_below(root);
  for (const auto& [path, file] : unmounted_[root]) {
    file->bytes_.sync();
    remove_name(path);
    names_.sync(parent_of(path));
  }
  make_directory(root);
}

void FakeDisk::mount(const std::string& directory) {
  const std::string root = rooted(directory);
  WS_CHECK(unmounted_.contains(root), "mounting what was unmounted");
  trace_.note("disk: {} mounted", root);
  // Nobody is told: what is watched is what was covered.
  for (const auto& [path, file] : names_below(root)) {
    names_.remove(path);
    names_.sync(parent_of(path));
  }
  ++device_last_;
  for (const auto& [path, file] : unmounted_[root]) {
    file->device_ = device_last_;
    names_.set(path, file);
    names_.sync(parent_of(path));
  }
  unmounted_.erase(root);
}

/// The directory itself among them.
std::map<std::string, FakeDisk::File> FakeDisk::names_below(const std::string& directory) const {
  std::map<std::string, File> below{{directory, at(directory)}};
  for (const auto& [path, file] : names_.all()) {
    if (path.starts_with(directory + "/")) below.emplace(path, file);
  }
  return below;
}

void FakeDisk::overflow_watches() {
  for (FakeWatch* const watch : watches_) watch->overflow();
}

FakeDisk::File FakeDisk::at_or_new(const std::string& path) {
  if (const File file = names_.find(rooted(path))) return file;
  const File file = make_file(FileInfo::Kind::Regular, rooted(path));
  set_name(rooted(path), file);
  names_.sync(parent_of(rooted(path)));
  return file;
}

void FakeDisk::write(DiskFile& file, std::uint64_t offset, std::string_view bytes) {
  file.bytes_.write(offset, bytes);
  modify(file);
}

void FakeDisk::resize(DiskFile& file, std::uint64_t size) {
  file.bytes_.resize(size);
  modify(file);
}

void FakeDisk::modify(DiskFile& file) {
  file.modified_ = WallTime(next_time());
  file_changed(file);
}

void FakeDisk::set_name(const std::string& path, const File& file) {
  names_.set(path, file);
  name_changed(path);
}

void FakeDisk::remove_name(const std::string& path) {
  const File file = names_.find(path);
  names_.remove(path);
  name_changed(path);
  file_changed(*file);
}

void FakeDisk::rename_name(const std::string& from, const std::string& to) {
  const File file = names_.find(from);
  const File replaced = names_.find(to);
  if (file == replaced) return;  // as the kernel has it, be they two names
  names_.rename(from, to);
  name_changed(from);
  name_changed(to);
  file_changed(*file);
  if (replaced) file_changed(*replaced);
}

void FakeDisk::name_changed(const std::string& path) {
  for (FakeWatch* const watch : watches_) watch->name_changed(path);
}

void FakeDisk::file_changed(const DiskFile& file) {
  for (FakeWatch* const watch : watches_) watch->file_changed(file);
}

}  // namespace wordstream::sim
