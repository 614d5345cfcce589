#include "env/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "base/check.h"
#include "env/descriptor.h"
#include "env/storage_error.h"

namespace wordstream {
namespace {

/// How long is slept before a database that is held is tried again.
constexpr Millis kBusySleep{5};

/// SQLite's word for: the bytes are not copied.
constexpr sqlite3_destructor_type kNotCopied = nullptr;

ErrorCode code_of(int result, int system_error) {
  if (result == SQLITE_CONSTRAINT_PRIMARYKEY || result == SQLITE_CONSTRAINT_UNIQUE) {
    return ErrorCode::AlreadyThere;
  }
  switch (result & 0xff) {  // the rest is detail
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::Busy;
    case SQLITE_FULL:
      return ErrorCode::NoSpace;
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::BadData;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorCode::NotPermitted;
    case SQLITE_CANTOPEN:
      return storing_code_of(system_error, ErrorCode::CannotCreate);
    default:
      return storing_code_of(system_error, ErrorCode::Io);
  }
}

bool is_of_file_system(int result) {
  return (result & 0xff) == SQLITE_CANTOPEN || (result & 0xff) == SQLITE_IOERR;
}

/// The lack of memory ends the program as it does everywhere else.
void end_without_memory(int result) {
  if ((result & 0xff) != SQLITE_NOMEM && result != SQLITE_IOERR_NOMEM) return;
  if (const std::new_handler end = std::get_new_handler()) end();
}

/// The Error for what SQLite has just answered. Requires: errno was 0 when it was asked.
tl::unexpected<Error> fail_sqlite(sqlite3* connection, int result, const std::string& path) {
  const int left = errno;
  end_without_memory(result);
  const char* what = sqlite3_errmsg(connection);
  if ((result & 0xff) == SQLITE_CORRUPT && left == EIO) {
    // What cannot be read SQLite takes for damaged.
    result = SQLITE_IOERR_READ;
    what = sqlite3_errstr(result);
  }
  // Of an error in a COMMIT it keeps no reason, but then that is still where the kernel has left
  // it.
  const int kept = sqlite3_system_errno(connection);
  const int system_error = is_of_file_system(result) ? (kept != 0 ? kept : left) : 0;
  std::string message = fmt::format("{}: {}", path, what);
  if (system_error != 0) message += fmt::format(" ({})", errno_text(system_error));
  return fail(code_of(result, system_error), std::move(message));
}

/// Why a file cannot be opened for writing, or made; 0 when it can. What SQLite tells then is only
/// that it could not even read it.
int why_not_writable(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644));
  return file.is_open() ? 0 : errno;
}

const char* not_null(std::string_view bytes) { return bytes.data() == nullptr ? "" : bytes.data(); }

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3_stmt* statement, const std::string& path)
    : statement_(statement), path_(&path) {}

void Statement::bind(int parameter, std::int64_t value) {
  WS_CHECK(sqlite3_bind_int64(statement_.get(), parameter, value) == SQLITE_OK, "binding a number");
}

void Statement::bind_null(int parameter) {
  WS_CHECK(sqlite3_bind_null(statement_.get(), parameter) == SQLITE_OK, "binding nothing");
}

void Statement::bind_text(int parameter, std::string_view text) {
  WS_CHECK(sqlite3_bind_text64(statement_.get(), parameter, not_null(text), text.size(), kNotCopied,
                               SQLITE_UTF8) == SQLITE_OK,
           "binding a text");
}

void Statement::bind_blob(int parameter, std::string_view bytes) {
  WS_CHECK(sqlite3_bind_blob64(statement_.get(), parameter, not_null(bytes), bytes.size(),
                               kNotCopied) == SQLITE_OK,
           "binding bytes");
}

Result<bool> Statement::step() {
  errno = 0;
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    reset();
    return false;
  }
  // Taken before the reset, which may have an error of its own to tell.
  auto error = fail_sqlite(sqlite3_db_handle(statement_.get()), result, *path_);
  reset();
  return error;
}

Status Statement::run() {
  Result<bool> row = true;
  while (row && *row) row = step();
  return row ? Status() : fail(row);
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const void* start = sqlite3_column_blob(statement_.get(), column);
  if (start == nullptr) return {};
  return {static_cast<const char*>(start),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* connection) const {
  WS_CHECK(sqlite3_close(connection) == SQLITE_OK, "closing a database with its statements");
}

Database::Database(const std::string& path, const DatabaseOptions& options)
    : path_(path), while_busy_(options.while_busy) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::string& path,
                                                 const DatabaseOptions& options) {
  if (!path.starts_with('/')) {
    return fail(ErrorCode::NotFound, fmt::format("{}: the directory that it is in is gone", path));
  }
  std::unique_ptr<Database> database(new Database(path, options));
  const bool is_made = options.create && !options.read_only;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    (is_made ? SQLITE_OPEN_CREATE : 0);
  sqlite3* connection = nullptr;
  errno = 0;
  const int result = sqlite3_open_v2(path.c_str(), &connection, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
  database->connection_.reset(connection);
  if (result != SQLITE_OK) {
    auto error = fail_sqlite(connection, result, path);
    const int reason = is_made && options.vfs.empty() ? why_not_writable(path) : 0;
    if (reason != 0) {
      return fail(storing_code_of(reason, ErrorCode::CannotCreate),
                  fmt::format("{}: {}", path, errno_text(reason)));
    }
    if (!is_made && sqlite3_system_errno(connection) == ENOENT)
      return fail(ErrorCode::NotFound, std::move(error.value().message));
    return error;
  }
  // Without the right to write SQLite is content to read, and would say so much later.
  if (!options.read_only && sqlite3_db_readonly(connection, "main") == 1)
    return fail(ErrorCode::NotPermitted, fmt::format("{}: it may be read, but not written", path));
  if (options.while_busy) {
    sqlite3_busy_handler(
        connection,
        [](void* self, int count) {
          return static_cast<Database*>(self)->wait_while_busy(count == 0) ? 1 : 0;
        },
        database.get());
  }
  return database;
}

std::string Database::rollback_path() const {
  return sqlite3_filename_journal(sqlite3_db_filename(connection_.get(), "main"));
}

tl::unexpected<Error> Database::failed(std::string_view what, int error) const {
  return fail(storing_code_of(error, ErrorCode::Io),
              fmt::format("{}: {} ({})", path_, what, errno_text(error)));
}

bool Database::wait_while_busy(bool is_first) {
  sqlite3_vfs* vfs = nullptr;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  // The VFS sleeps: in a world that is not real it is not a real sleep.
  vfs->xSleep(vfs, static_cast<int>(std::chrono::microseconds(kBusySleep).count()));
  waited_ = is_first ? kBusySleep : waited_ + kBusySleep;
  return while_busy_(waited_);
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  errno = 0;
  const int result = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (result != SQLITE_OK) return fail_sqlite(connection_.get(), result, path_);
  WS_CHECK(statement != nullptr && rest == sql.data() + sql.size(), "preparing one statement");
  return Statement(statement, path_);
}

Status Database::execute(std::string_view sql) {
  errno = 0;
  const int result =
      sqlite3_exec(connection_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? Status() : fail_sqlite(connection_.get(), result, path_);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  Result<Statement> query = prepare(sql);
  if (!query) return fail(query);
  const Result<bool> row = query->step();
  if (!row) return fail(row);
  if (!*row) return fail(ErrorCode::BadData, fmt::format("{}: a value is missing", path_));
  return query->integer(0);
}

}  // namespace wordstream
