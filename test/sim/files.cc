#include "sim/files.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sim/file_watch.h"

namespace wordstream::sim {
/// An open file or the reading end of a pipe.
class FakeFile final : public File {
 public:
  FakeFile(Handles& handles, Prng& prng, Trace& trace, Inode& inode, std::size_t offset = 0)
      : prng_(prng), trace_(trace), inode_(inode), offset_(offset), entry_(handles, [this] {
          return readiness();
        }) {
    inode_.readings_.emplace_back();
  }

  int handle() const override { return entry_.number(); }
  Result<FileInfo> info() const override { return inode_.info(); }

  Result<std::uint64_t> offset() const override {
    if (is_pipe()) return fail(ErrorCode::Io, "cannot tell how far it was read: Illegal seek");
    return offset_;
  }

  Status seek(std::uint64_t offset) override {
    if (is_pipe()) return fail(ErrorCode::Io, "cannot go to a byte: Illegal seek");
    offset_ = offset;
    inode_.readings_.emplace_back();
    trace_.note("file {}: at byte {}", inode_.number_, offset);
    return {};
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    if (is_pipe()) return fail(ErrorCode::Io, "cannot read: Illegal seek");
    if (inode_.is_broken_) return fail(ErrorCode::Io, "cannot read: Input/output error");
    const std::size_t from = std::min<std::size_t>(offset, inode_.bytes_.size());
    return inode_.bytes_.copy(into.data(), into.size(), from);
  }

  Result<std::uint64_t> next_data(std::uint64_t offset) const override {
    if (is_pipe()) return fail(ErrorCode::Io, "cannot look for data: Illegal seek");
    return std::min<std::uint64_t>(offset, inode_.bytes_.size());
  }

  Result<Read> read(std::span<char> into) override {
    WS_CHECK(!into.empty(), "reading into a buffer");
    if (inode_.is_broken_) return fail(ErrorCode::Io, "cannot read: Input/output error");
    const std::size_t left = inode_.bytes_.size() - std::min(offset_, inode_.bytes_.size());
    if (left == 0) {
      // A real pipe would block here: whoever reads one must have waited until it is ready.
      WS_CHECK(!is_pipe() || !inode_.has_writer_, "reading a pipe that is ready");
      inode_.was_drained_ = true;
      return Read{Read::State::Ended};
    }
    const std::size_t taken = prng_.part_of(std::min(into.size(), left));
    inode_.bytes_.copy(into.data(), taken, offset_);
    inode_.readings_.back().append(into.data(), taken);
    if (is_pipe()) {
      inode_.bytes_.erase(0, taken);
    } else {
      offset_ += taken;
    }
    trace_.note("file {}: read {} bytes", inode_.number_, taken);
    return Read{Read::State::Data, taken};
  }

 private:
  bool is_pipe() const { return inode_.kind_ == FileInfo::Kind::Pipe; }

  std::optional<Readiness> readiness() const {
    if (!is_pipe()) return std::nullopt;
    const bool has_ended = !inode_.has_writer_;
    return Readiness{.readable = !inode_.bytes_.empty() || has_ended, .hung_up = has_ended};
  }

  Prng& prng_;
  Trace& trace_;
  Inode& inode_;
  std::size_t offset_;
  Handles::Entry entry_;
};

FileInfo Inode::info() const {
  const bool is_file = kind_ == FileInfo::Kind::Regular;
  return FileInfo{.kind = kind_,
                  .device = device_,
                  .inode = number_,
                  .size = is_file ? bytes_.size() : 0,
                  .modified = modified_};
}

FakeFiles::FakeFiles(Handles& handles, Prng& prng, Trace& trace)
    : handles_(handles), prng_(prng), trace_(trace) {
  make_directory(".");
}

FakeFiles::~FakeFiles() = default;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Result<std::unique_ptr<File>> FakeFiles::open(const std::string& path) {
  const Result<Inode*> found = find(path, "open");
  if (!found) return fail(found);
  Inode& inode = **found;
  if (!inode.is_permitted_) {
    return fail(ErrorCode::NotPermitted, fmt::format("cannot open {}: Permission denied", path));
  }
  if (inode.kind_ == FileInfo::Kind::Directory) {
    return fail(ErrorCode::NotFound, fmt::format("cannot read {}: Is a directory", path));
  }
  trace_.note("file {}: opened as {}", inode.number_, path);
  opened_.push_back(&inode);
  return std::make_unique<FakeFile>(handles_, prng_, trace_, inode);
}

Result<FileInfo> FakeFiles::info(const std::string& path) {
  const Result<Inode*> found = find(path, "look at");
  if (!found) return fail(found);
  return (*found)->info();
}

void FakeFiles::remount() {
  for (const auto& [name, inode] : names_) ++inode->device_;
}

Result<std::vector<Sibling>> FakeFiles::siblings(const std::string& path) {
  const Result<Inode*> directory = find(directory_of(path), "list");
  if (!directory) return fail(directory);
  std::vector<Sibling> siblings;
  for (const auto& [name, inode] : names_) {
    const bool is_sibling = name.starts_with(stem_of(path)) && name != path &&
                            directory_of(name) == directory_of(path) &&
                            inode->kind_ == FileInfo::Kind::Regular;
    if (is_sibling) siblings.push_back({name, inode->info()});
  }
  return siblings;
}

std::string FakeFiles::absolute(const std::string& path) const {
  return path.starts_with('/') ? path : "/" + path;
}

Result<std::unique_ptr<FileWatch>> FakeFiles::make_watch() {
  if (Status had = check_watches(); !had) return fail(had);
  return std::make_unique<FakeWatch>(*this, handles_);
}

Result<std::unique_ptr<File>> FakeFiles::standard_input() {
  if (stdin_ == nullptr) return fail(ErrorCode::Io, "cannot read stdin: it is closed");
  opened_.push_back(stdin_);
  return std::make_unique<FakeFile>(handles_, prng_, trace_, *stdin_, stdin_offset_);
}

Inode& FakeFiles::append(const std::string& path, std::string_view bytes) {
  const bool is_new = !names_.contains(path);
  if (is_new) names_[path] = &make_inode(FileInfo::Kind::Regular);
  Inode& inode = at(path);
  inode.bytes_ += bytes;
  trace_.note("file {}: {} bytes more", inode.number_, bytes.size());
  if (is_new) name_changed(path);
  modify(inode);
  if (!bytes.empty()) file_changed(inode);
  return inode;
}

void FakeFiles::truncate(const std::string& path, std::size_t size) {
  Inode& inode = at(path);
  WS_CHECK(size <= inode.bytes_.size(), "cutting a file");
  inode.bytes_.resize(size);
  modify(inode);
  trace_.note("file {}: cut to {} bytes", inode.number_, size);
  file_changed(inode);
}

void FakeFiles::rename(const std::string& from, const std::string& to) {
  Inode& inode = at(from);
  const auto replaced = names_.find(to);
  if (replaced != names_.end()) file_changed(*replaced->second);
  names_.erase(from);
  names_[to] = &inode;
  trace_.note("file {}: now {}", inode.number_, to);
  name_changed(from);
  name_changed(to);
  file_changed(inode);
}

void FakeFiles::remove(const std::string& path) {
  Inode& inode = at(path);
  names_.erase(path);
  trace_.note("file {}: removed", inode.number_);
  name_changed(path);
  file_changed(inode);
}

void FakeFiles::make_directory(const std::string& path) {
  names_[path] = &make_inode(FileInfo::Kind::Directory);
  name_changed(path);
}

void FakeFiles::forbid(const std::string& path) {
  at(path).is_permitted_ = false;
  name_changed(path);
  file_changed(at(path));
}

void FakeFiles::overflow_watches() {
  for (FakeWatch* const watch : watches_) watch->overflow();
}

void FakeFiles::break_disk(const std::string& path) { at(path).is_broken_ = true; }

Inode& FakeFiles::pipe_stdin() {
  stdin_offset_ = 0;
  stdin_ = &make_inode(FileInfo::Kind::Pipe);
  return *stdin_;
}

void FakeFiles::redirect_stdin(const std::string& path, std::size_t offset) {
  stdin_ = &at(path);
  stdin_offset_ = offset;
}

void FakeFiles::write_stdin(std::string_view bytes) {
  WS_CHECK(stdin_ != nullptr && stdin_->has_writer_, "writing into a pipe that is open");
  stdin_->bytes_ += bytes;
}

void FakeFiles::end_stdin() { stdin_->has_writer_ = false; }

/// Each change has a time of its own.
void FakeFiles::modify(Inode& inode) { inode.modified_ = modified_last_ += Nanos(1); }

Inode& FakeFiles::make_inode(FileInfo::Kind kind) {
  inodes_.push_back(std::make_unique<Inode>(kind, inodes_.size() + 1));
  return *inodes_.back();
}

Inode& FakeFiles::at(const std::string& path) {
  const auto found = names_.find(path);
  WS_CHECK(found != names_.end(), "doing something to a file that exists");
  return *found->second;
}

Result<Inode*> FakeFiles::find(const std::string& path, std::string_view doing) const {
  const auto found = names_.find(path);
  if (found != names_.end()) return found->second;
  return fail(ErrorCode::NotFound,
              fmt::format("cannot {} {}: No such file or directory", doing, path));
}

Status FakeFiles::check_watches() const {
  if (!is_short_of_watches) return {};
  return fail(ErrorCode::Unavailable, "cannot watch files: Too many open files");
}

void FakeFiles::name_changed(const std::string& path) {
  for (FakeWatch* const watch : watches_) watch->name_changed(path);
}

void FakeFiles::file_changed(const Inode& inode) {
  for (FakeWatch* const watch : watches_) watch->file_changed(inode);
}

}  // namespace wordstream::sim
