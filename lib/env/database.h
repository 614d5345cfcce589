// The door to SQLite: a connection and its statements, owned and checked.
//
// Errors: Busy (another process holds the database), NoSpace (the disk is full), BadData (damaged,
// no database at all, or not the tables that the SQL names), AlreadyThere (a row with this key),
// NotPermitted (the rights are missing,
// or all is read-only), NotFound (nothing there, and none to be made), CannotCreate (it cannot be
// opened or made), Io else. Messages name the path and have SQLite's words, and the kernel's where
// it gave the reason: "/x/journal.db: disk I/O error (Input/output error)".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace wordstream {

struct DatabaseOptions {
  bool create = true;  ///< make the file where there is none
  bool read_only = false;
  /// Called again and again while another process holds the database, each time after a short
  /// sleep, with the time slept so far in this operation; false gives up (the operation fails with
  /// Busy). None: gives up at once, without a sleep.
  std::function<bool(Millis waited)> while_busy = {};
  /// The SQLite VFS to go through; empty: the system's.
  std::string vfs = {};
};

/// A prepared statement. Parameters count from 1, columns from 0. It must be gone before its
/// database is, and is used by the same thread. Parameters keep their values until they are bound
/// anew, and are NULL before.
class Statement {
 public:
  /// Requires of each: the statement is at its beginning (new, run to its end, or reset).
  void bind(int parameter, std::int64_t value);
  void bind_null(int parameter);
  /// Not copied: `text` and `bytes` must live until they are bound anew, or the statement has run
  /// for the last time. Requires: less than a GB.
  void bind_text(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);

  /// Runs to the next row; false when there is none (more): the statement is at its beginning then,
  /// as after an error.
  Result<bool> step();
  /// Runs a statement to its end, whatever rows it has.
  Status run();
  /// Goes back to the beginning.
  void reset();

  /// Of the row that step() has come to.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  /// A text or a blob; nothing for NULL. Valid until the next step() or reset().
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Statement(sqlite3_stmt* statement, const std::string& path);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const std::string* path_;  ///< the database's
};

/// A connection, used by one thread at a time. A transaction that is open when it is closed is
/// undone.
class Database {
 public:
  /// Opens a database, `path` being absolute. The file is looked into when it is first used: what
  /// is no database fails then.
  static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Requires: `sql` is one statement.
  Result<Statement> prepare(std::string_view sql);
  /// Runs one or more statements without parameters, whatever rows they have.
  Status execute(std::string_view sql);
  /// The integer in the first column of the first row. Fails with BadData when there is no row.
  Result<std::int64_t> integer(std::string_view sql);
  const std::string& path() const { return path_; }
  /// Where the rollback journal is, links followed.
  std::string rollback_path() const;
  /// The error of what was done for this database without SQLite: "path: what (why)".
  tl::unexpected<Error> failed(std::string_view what, int error) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  Database(const std::string& path, const DatabaseOptions& options);
  bool wait_while_busy(bool is_first);

  std::string path_;
  std::function<bool(Millis)> while_busy_;
  Millis waited_{};
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace wordstream
