#include "env/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>

#include "env/descriptor.h"

namespace wordstream {
namespace {

/// A directory that does not stand still is not looked at for ever.
constexpr int kListingsMax = 100;

/// The file systems whose changes the kernel makes itself, by the magic numbers of statfs(2): ext,
/// xfs, btrfs, tmpfs, ramfs, f2fs, zfs, bcachefs, overlayfs, squashfs, jfs, reiserfs, vfat, exfat.
constexpr std::uint32_t kLocal[] = {0xEF53,     0x58465342, 0x9123683E, 0x01021994, 0x858458F6,
                                    0xF2F52010, 0x2FC12FC1, 0xCA451A4E, 0x794C7630, 0x73717368,
                                    0x3153464A, 0x52654973, 0x4D44,     0x2011BAB0};

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

FileInfo::Kind kind_of(unsigned mode) {
  if (S_ISREG(mode)) return FileInfo::Kind::Regular;
  if (S_ISDIR(mode)) return FileInfo::Kind::Directory;
  if (S_ISFIFO(mode)) return FileInfo::Kind::Pipe;
  if (S_ISSOCK(mode)) return FileInfo::Kind::Socket;
  return FileInfo::Kind::Other;
}

Nanos nanos_of(const struct statx_timestamp& time) {
  return std::chrono::seconds(time.tv_sec) + Nanos(time.tv_nsec);
}

/// As look_at(), by a call that every kernel has. It does not tell when a file was made.
std::optional<FileInfo> look_without_birth(int directory, const char* name, int flags) {
  struct stat status = {};
  if (::fstatat(directory, name, &status, flags) != 0) return {};
  return FileInfo{.kind = kind_of(status.st_mode),
                  .device = status.st_dev,
                  .inode = status.st_ino,
                  .size = static_cast<std::uint64_t>(status.st_size),
                  .modified = WallTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                                       Nanos(status.st_mtim.tv_nsec))};
}

/// A file system's clock may tick so seldom: what has changed by then may change again unseen.
constexpr Nanos kTick = std::chrono::milliseconds(100);
/// The same where times have whole seconds alone.
constexpr Nanos kLongTick = std::chrono::seconds(3);

/// Lists once what matches.
Result<std::vector<Sibling>> match_once(const std::string& pattern) {
  glob_t found = {};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&found, ::globfree);
  if (status == GLOB_NOMATCH) return std::vector<Sibling>();
  if (status != 0) return fail(ErrorCode::Io, fmt::format("cannot list {}", pattern));
  std::vector<Sibling> matching;
  for (std::size_t i = 0; i < found.gl_pathc; ++i) {
    const auto info = look_at(AT_FDCWD, found.gl_pathv[i], 0);
    if (!info || info->kind != FileInfo::Kind::Regular) continue;
    matching.push_back({found.gl_pathv[i], *info});
  }
  std::ranges::sort(matching, {}, &Sibling::path);
  return matching;
}

bool is_same_listing(const std::vector<Sibling>& one, const std::vector<Sibling>& other) {
  return std::ranges::equal(one, other, [](const Sibling& a, const Sibling& b) {
    return a.path == b.path && is_same_file(a.info, b.info);
  });
}

/// The names are read first and looked at then, and a rotation moves all of them: a listing counts
/// when the next one finds the same.
template <typename List>
Result<std::vector<Sibling>> list_twice(const List& list_once) {
  Result<std::vector<Sibling>> found = list_once();
  for (int left = kListingsMax; found && left > 0; --left) {
    Result<std::vector<Sibling>> again = list_once();
    if (again && is_same_listing(*found, *again)) break;
    found = std::move(again);
  }
  return found;
}

}  // namespace

std::string_view stem_of(std::string_view path) {
  const std::size_t name = path.rfind('/') + 1;  // 0 where there is no slash
  const std::size_t dot = path.rfind('.');
  const bool has_extension = dot != path.npos && dot > name && dot + 1 < path.size();
  return has_extension ? path.substr(0, dot) : path;
}

std::optional<FileInfo> look_at(int directory, const char* name, int flags) {
  struct statx status = {};
  if (::statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) {
    return is_unknown_call(errno) ? look_without_birth(directory, name, flags) : std::nullopt;
  }
  const bool knows_birth = (status.stx_mask & STATX_BTIME) != 0;
  return FileInfo{.kind = kind_of(status.stx_mode),
                  .device = makedev(status.stx_dev_major, status.stx_dev_minor),
                  .inode = status.stx_ino,
                  .size = status.stx_size,
                  .birth = knows_birth ? nanos_of(status.stx_btime) : Nanos::zero(),
                  .modified = WallTime(nanos_of(status.stx_mtime))};
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_on_local_disk(const std::string& path) {
  struct statfs where = {};
  if (::statfs(path.c_str(), &where) != 0 && ::statfs(directory_of(path).c_str(), &where) != 0) {
    return true;  // what is not there is looked for anyway
  }
  return std::ranges::find(kLocal, static_cast<std::uint32_t>(where.f_type)) != std::end(kLocal);
}

Result<std::vector<Sibling>> list_matching(const std::string& pattern) {
  return list_twice([&] { return match_once(pattern); });
}

Result<std::vector<Sibling>> Siblings::list(const std::string& path) {
  return list_twice([&] { return list_once(path); });
}

/// Files that are renamed meanwhile may be in it or not.
Result<std::vector<Sibling>> Siblings::list_once(const std::string& path) {
  const std::string directory = directory_of(path);
  const std::optional<Stamp> stamp = stamp_of(directory);
  if (!kept_ || kept_ != stamp || directory_ != directory) {
    if (Status read = read_names(directory); !read) return fail(read);
    kept_ = stamp && shows_changes(*stamp) && is_on_local_disk(directory) ? stamp : std::nullopt;
  }
  const std::string own_name = path.substr(path.rfind('/') + 1);
  const std::string stem(stem_of(own_name));
  std::vector<Sibling> siblings;
  for (auto name = std::ranges::lower_bound(names_, stem);
       name != names_.end() && name->starts_with(stem); ++name) {
    if (*name == own_name) continue;
    std::string sibling = path.substr(0, path.size() - own_name.size()) + *name;
    const auto found = look_at(AT_FDCWD, sibling.c_str(), AT_SYMLINK_NOFOLLOW);
    if (!found && errno == ENOENT) continue;
    if (!found) return fail_errno(fmt::format("cannot look at {}", sibling), errno);
    if (found->kind == FileInfo::Kind::Regular) siblings.push_back({std::move(sibling), *found});
  }
  return siblings;
}

std::optional<Siblings::Stamp> Siblings::stamp_of(const std::string& directory) {
  struct stat status = {};
  if (::stat(directory.c_str(), &status) != 0) return std::nullopt;
  return Stamp{status.st_dev, status.st_ino,
               std::chrono::seconds(status.st_ctim.tv_sec) + Nanos(status.st_ctim.tv_nsec)};
}

/// A change from now on gives the directory another stamp.
bool Siblings::shows_changes(const Stamp& stamp) {
  const Nanos age = std::chrono::system_clock::now().time_since_epoch() - stamp.changed;
  const bool is_whole = stamp.changed % std::chrono::seconds(1) == Nanos::zero();
  return age > (is_whole ? kLongTick : kTick);
}

Status Siblings::read_names(const std::string& directory) {
  kept_.reset();
  names_.clear();
  directory_ = directory;
  const std::unique_ptr<DIR, CloseDirectory> listing(::opendir(directory.c_str()));
  if (!listing) return fail_errno(fmt::format("cannot list {}", directory), errno);
  errno = 0;
  for (const dirent* entry = nullptr; (entry = ::readdir(listing.get())) != nullptr; errno = 0) {
    names_.emplace_back(entry->d_name);
  }
  if (errno != 0) return fail_errno(fmt::format("cannot list {}", directory), errno);
  std::ranges::sort(names_);
  return {};
}

}  // namespace wordstream
