#include "sim/sqlite_vfs.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "base/check.h"
#include "sim/prng.h"

namespace wordstream::sim {
namespace {

/// SQLite's own guess at a disk, and its promise for it.
constexpr int kSectorSize = 4096;
constexpr int kCharacteristics = SQLITE_IOCAP_POWERSAFE_OVERWRITE;

constexpr int kPathMax = 512;

/// A file of SQLite's, in memory that SQLite has for it.
struct VfsFile : sqlite3_file {
  OpenFile* file;
  Errno* error_last;
  bool is_name_new;  ///< of a journal, which SQLite takes more care of
};

VfsFile& as_file(sqlite3_file* file) { return *static_cast<VfsFile*>(file); }

/// SQLite's result for an errno value: `otherwise` for all that has no word of its own.
int result_of(Errno error, Errno& error_last, int otherwise) {
  if (error == 0) return SQLITE_OK;
  error_last = error;
  return error == ENOSPC && otherwise == SQLITE_IOERR_WRITE ? SQLITE_FULL : otherwise;
}

int close_file(sqlite3_file* base) {
  const std::unique_ptr<OpenFile> file(std::exchange(as_file(base).file, nullptr));
  return SQLITE_OK;
}

int read_file(sqlite3_file* base, void* into, int size, sqlite3_int64 offset) {
  const VfsFile& own = as_file(base);
  if (!own.file->is_usable()) return result_of(EIO, *own.error_last, SQLITE_IOERR_READ);
  const std::span<char> wanted(static_cast<char*>(into), static_cast<std::size_t>(size));
  const std::size_t got = own.file->read_at(static_cast<std::uint64_t>(offset), wanted);
  for (char& missing : wanted.subspan(got)) missing = 0;
  return got == wanted.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* base, const void* from, int size, sqlite3_int64 offset) {
  const VfsFile& own = as_file(base);
  const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(size));
  return result_of(own.file->write(static_cast<std::uint64_t>(offset), bytes), *own.error_last,
                   SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
  const VfsFile& own = as_file(base);
  return result_of(own.file->truncate(static_cast<std::uint64_t>(size)), *own.error_last,
                   SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* base, int) {
  VfsFile& own = as_file(base);
  const Errno error = own.file->sync();
  if (error != 0) return result_of(error, *own.error_last, SQLITE_IOERR_FSYNC);
  // Whether this works SQLite does not ask.
  if (std::exchange(own.is_name_new, false)) own.file->sync_name();
  return SQLITE_OK;
}

int tell_file_size(sqlite3_file* base, sqlite3_int64* size) {
  const VfsFile& own = as_file(base);
  if (!own.file->is_usable()) return result_of(EIO, *own.error_last, SQLITE_IOERR_FSTAT);
  *size = static_cast<sqlite3_int64>(own.file->file().text().size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file* base, int level) {
  const VfsFile& own = as_file(base);
  const Errno error = own.file->lock(static_cast<LockLevel>(level));
  if (error == EAGAIN) return SQLITE_BUSY;
  return result_of(error, *own.error_last, SQLITE_IOERR_LOCK);
}

int unlock_file(sqlite3_file* base, int level) {
  as_file(base).file->unlock(static_cast<LockLevel>(level));
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* base, int* is_reserved) {
  const OpenFile& file = *as_file(base).file;
  *is_reserved =
      file.level() >= LockLevel::Reserved || file.level_of_others() >= LockLevel::Reserved;
  return SQLITE_OK;
}

int control_file(sqlite3_file* base, int operation, void* answer) {
  if (operation != SQLITE_FCNTL_HAS_MOVED) return SQLITE_NOTFOUND;
  *static_cast<int*>(answer) = as_file(base).file->has_name() ? 0 : 1;
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kFileCalls{
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = tell_file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = control_file,
    .xSectorSize = [](sqlite3_file*) { return kSectorSize; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return kCharacteristics; },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace

/// What SQLite asks of the system, files aside.
struct SqliteVfs::Calls {
  static SqliteVfs& self(sqlite3_vfs* vfs) { return *static_cast<SqliteVfs*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags, int* out) {
    constexpr int kJournals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    SqliteVfs& own = self(vfs);
    base->pMethods = nullptr;
    const bool is_made = (flags & SQLITE_OPEN_CREATE) != 0;
    const auto creation = is_made ? FakeProcess::Creation::IfMissing : FakeProcess::Creation::None;
    Errno error = 0;
    std::unique_ptr<OpenFile> file =
        path == nullptr ? own.process_->open_nameless() : own.process_->open(path, creation, error);
    if (error != 0) return result_of(error, own.error_last_, SQLITE_CANTOPEN);
    if (out != nullptr) *out = flags;
    new (base) VfsFile{
        {&kFileCalls}, file.release(), &own.error_last_, is_made && (flags & kJournals) != 0};
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int syncs_directory) {
    SqliteVfs& own = self(vfs);
    Errno error = own.process_->unlink(path);
    if (error == ENOENT) return result_of(error, own.error_last_, SQLITE_IOERR_DELETE_NOENT);
    if (error != 0) return result_of(error, own.error_last_, SQLITE_IOERR_DELETE);
    if (syncs_directory != 0) error = own.process_->sync_directory(parent_of(path));
    return result_of(error, own.error_last_, SQLITE_IOERR_DIR_FSYNC);
  }

  static int access(sqlite3_vfs* vfs, const char* path, int flags, int* result) {
    SqliteVfs& own = self(vfs);
    if (!own.process_->is_alive()) return result_of(EIO, own.error_last_, SQLITE_IOERR_ACCESS);
    const auto file = own.process_->look_at(path);
    // An empty journal is none: SQLite's own code for Unix says so too.
    *result = file && (flags != SQLITE_ACCESS_EXISTS || !file->text().empty()) ? 1 : 0;
    return SQLITE_OK;
  }

  static int tell_full_path(sqlite3_vfs*, const char* path, int size, char* full) {
    return std::snprintf(full, static_cast<std::size_t>(size), "%s", path) < size ? SQLITE_OK
                                                                                  : SQLITE_CANTOPEN;
  }

  static int give_chance(sqlite3_vfs* vfs, int size, char* into) {
    Prng prng(static_cast<std::uint64_t>(self(vfs).process_->pid()));
    for (int i = 0; i < size; ++i) into[i] = static_cast<char>(prng.next());
    return size;
  }

  static int pause(sqlite3_vfs* vfs, int micros) {
    self(vfs).timeline_.advance_by(std::chrono::microseconds(micros));
    return micros;
  }

  static int tell_time(sqlite3_vfs* vfs, double* julian_day) {
    constexpr double kDayOf1970 = 2440587.5;
    constexpr double kNanosOfDay = 86400e9;
    const Nanos since_1970 = self(vfs).clock_.wall().time_since_epoch();
    *julian_day = kDayOf1970 + static_cast<double>(since_1970.count()) / kNanosOfDay;
    return SQLITE_OK;
  }

  static int tell_last_error(sqlite3_vfs* vfs, int, char*) { return self(vfs).error_last_; }
};

SqliteVfs::SqliteVfs(Timeline& timeline, const FakeClock& clock)
    : timeline_(timeline), clock_(clock) {
  static std::uint64_t count = 0;
  name_ = fmt::format("fake disk {}", ++count);
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(VfsFile);
  vfs_.mxPathname = kPathMax;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Calls::open;
  vfs_.xDelete = Calls::remove;
  vfs_.xAccess = Calls::access;
  vfs_.xFullPathname = Calls::tell_full_path;
  vfs_.xRandomness = Calls::give_chance;
  vfs_.xSleep = Calls::pause;
  vfs_.xCurrentTime = Calls::tell_time;
  vfs_.xGetLastError = Calls::tell_last_error;
  // That SQLite counts its memory nobody needs, and it takes its time. Not when it has begun
  // already.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  WS_CHECK(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK, "registering a VFS");
}

SqliteVfs::~SqliteVfs() { sqlite3_vfs_unregister(&vfs_); }

void SqliteVfs::run_for(FakeProcess& process) {
  process_ = &process;
  // It would ask the machine's own VFS.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(process.pid()), nullptr);
}

}  // namespace wordstream::sim
