#include "sim/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace wordstream::sim {

FakeProcess::FakeProcess(FakeDisk& disk) : disk_(disk), pid_(++disk.pid_last_) {
  disk_.processes_.push_back(this);
}

FakeProcess::~FakeProcess() {
  WS_CHECK(open_count_ == 0, "closing the files of a process before it goes");
  std::erase(disk_.processes_, this);
}

void FakeProcess::kill() { is_alive_ = false; }

template <class Happen, class Fail>
Errno FakeProcess::effect(Effect::Kind kind, const std::string& path, std::string_view detail,
                          Happen happen, Fail fail) {
  if (!is_alive_) return EIO;
  const Fate fate = disk_.decide(kind, *this, path, detail);
  if (fate.kind == Fate::Kind::Fails) {
    fail();
    return fate.error;
  }
  const Errno error = fate.kind == Fate::Kind::DiesBefore ? EIO : happen();
  if (fate.kind == Fate::Kind::Happens) return error;
  kill();
  return EIO;
}

template <class Happen>
Errno FakeProcess::effect(Effect::Kind kind, const std::string& path, std::string_view detail,
                          Happen happen) {
  return effect(kind, path, detail, happen, [] {});
}

Errno FakeProcess::check_parent(const std::string& path) const {
  const auto parent = look_at(parent_of(path));
  if (parent) return parent->is_directory() ? 0 : ENOTDIR;
  // The kernel comes to the file that is no directory first.
  const std::string above = parent_of(path);
  return above == "/" ? ENOENT : std::max(ENOENT, check_parent(above));
}

std::unique_ptr<OpenFile> FakeProcess::open(const std::string& path, Creation creation,
                                            Errno& error) {
  std::shared_ptr<DiskFile> file = disk_.names_.find(path);
  const bool is_new = !file && creation == Creation::IfMissing;
  error = effect(Effect::Kind::Open, path, is_new ? "new" : "", [&]() -> Errno {
    if (const Errno none = check_parent(path); none != 0) return none;
    if (!file && !is_new) return ENOENT;
    if (is_new && disk_.is_full) return ENOSPC;
    if (file && file->is_directory()) return EISDIR;
    if (file && !file->is_permitted_) return EACCES;
    if (!is_new) return 0;
    file = disk_.make_file(FileInfo::Kind::Regular, path);
    disk_.set_name(path, file);
    return 0;
  });
  if (error != 0) return nullptr;
  return std::unique_ptr<OpenFile>(new OpenFile(*this, std::move(file), path, is_new));
}

std::unique_ptr<OpenFile> FakeProcess::open_nameless() {
  return std::unique_ptr<OpenFile>(
      new OpenFile(*this, disk_.make_file(FileInfo::Kind::Regular, "/"), "(nameless)", true));
}

Errno FakeProcess::make_directory(const std::string& path) {
  return effect(Effect::Kind::MakeDirectory, path, "", [&]() -> Errno {
    if (const Errno none = check_parent(path); none != 0) return none;
    if (look_at(path)) return EEXIST;
    if (disk_.is_full) return ENOSPC;
    disk_.set_name(path, disk_.make_file(FileInfo::Kind::Directory, path));
    return 0;
  });
}

Errno FakeProcess::sync_directory(const std::string& path) {
  return effect(
      Effect::Kind::SyncDirectory, path, "",
      [&]() -> Errno {
        if (!look_at(path)) return ENOENT;
        disk_.names_.sync(path);
        return 0;
      },
      [&] { disk_.names_.fail_sync(path, Survival(disk_.prng_).of_one()); });
}

Errno FakeProcess::unlink(const std::string& path) {
  return effect(Effect::Kind::Unlink, path, "", [&]() -> Errno {
    if (!look_at(path)) return ENOENT;
    disk_.remove_name(path);
    return 0;
  });
}

Errno FakeProcess::rename(const std::string& from, const std::string& to) {
  WS_CHECK(parent_of(from) == parent_of(to), "renaming within a directory");
  return effect(Effect::Kind::Rename, from, to, [&]() -> Errno {
    if (!look_at(from)) return ENOENT;
    disk_.rename_name(from, to);
    return 0;
  });
}

Errno FakeProcess::ask(const std::string& server, std::string_view what,
                       const std::function<void()>& happen, const std::function<void()>& lose) {
  return effect(
      Effect::Kind::Server, server, what,
      [&] {
        happen();
        return 0;
      },
      lose);
}

std::shared_ptr<const DiskFile> FakeProcess::look_at(const std::string& path) const {
  return disk_.names_.find(path);
}

OpenFile::OpenFile(FakeProcess& process, std::shared_ptr<DiskFile> file, std::string path,
                   bool is_new)
    : process_(process), file_(std::move(file)), path_(std::move(path)), is_new_(is_new) {
  file_->opened_.push_back(this);
  ++process_.open_count_;
}

OpenFile::~OpenFile() {
  std::erase(file_->opened_, this);
  --process_.open_count_;
}

std::size_t OpenFile::read_at(std::uint64_t offset, std::span<char> into) const {
  const std::string& text = file_->text();
  if (offset >= text.size()) return 0;
  return text.copy(into.data(), into.size(), offset);
}

Errno OpenFile::write(std::uint64_t offset, std::string_view bytes) {
  FakeDisk& disk = process_.disk_;
  const auto write_part = [&] {
    // What does not fit is found out somewhere on the way.
    disk.write(*file_, offset, bytes.substr(0, disk.prng_.below(bytes.size() + 1)));
  };
  return process_.effect(
      Effect::Kind::Write, path_, fmt::format("{} bytes at {}", bytes.size(), offset),
      [&]() -> Errno {
        const std::uint64_t end = offset + bytes.size();
        if (disk.is_full && end > file_->text().size()) {
          write_part();
          return ENOSPC;
        }
        disk.write(*file_, offset, bytes);
        return 0;
      },
      write_part);
}

Errno OpenFile::truncate(std::uint64_t size) {
  return process_.effect(Effect::Kind::Truncate, path_, fmt::format("to {} bytes", size), [&] {
    process_.disk_.resize(*file_, size);
    return 0;
  });
}

Errno OpenFile::sync() {
  return process_.effect(
      Effect::Kind::Sync, path_, "",
      [&] {
        file_->bytes_.sync();
        return 0;
      },
      [&] { file_->bytes_.fail_sync(Survival(process_.disk_.prng_).of_one()); });
}

Errno OpenFile::lock(LockLevel level) {
  if (level <= level_) return 0;
  return process_.effect(Effect::Kind::Lock, path_, "", [&]() -> Errno {
    level_ = std::max(level_, try_lock(level));
    return level_ == level ? 0 : EAGAIN;
  });
}

LockLevel OpenFile::level_of_others() const {
  LockLevel greatest = LockLevel::None;
  for (const OpenFile* const other : file_->opened_) {
    if (other != this && other->is_usable()) greatest = std::max(greatest, other->level_);
  }
  return greatest;
}

/// The level that `level` comes to beside the others.
LockLevel OpenFile::try_lock(LockLevel level) const {
  const LockLevel others = level_of_others();
  if (level == LockLevel::Shared) return others < LockLevel::Pending ? level : level_;
  if (level == LockLevel::Reserved) return others < LockLevel::Reserved ? level : level_;
  if (others >= LockLevel::Reserved) return level_;
  // No more readers come, and those that are there will go.
  return others == LockLevel::Shared ? LockLevel::Pending : level;
}

}  // namespace wordstream::sim
