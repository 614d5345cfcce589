// What SQLite needs of a system, on the fake disk: the real SQLite then stores what it stores by
// the rules of that disk. Syncs, deletes and locks as its own code for Unix does; no shared memory,
// so there is no WAL here.
#pragma once

#include <sqlite3.h>

#include <string>

#include "sim/clock.h"
#include "sim/process.h"

namespace wordstream::sim {

class SqliteVfs {
 public:
  /// Time passes on `timeline` while SQLite sleeps.
  SqliteVfs(Timeline& timeline, const FakeClock& clock);
  ~SqliteVfs();
  SqliteVfs(const SqliteVfs&) = delete;
  SqliteVfs& operator=(const SqliteVfs&) = delete;

  /// By which SQLite knows it.
  const std::string& name() const { return name_; }
  /// What is opened from now on is opened by `process`. SQLite's chance, which is one for all of
  /// the test's program, begins anew.
  void run_for(FakeProcess& process);

 private:
  struct Calls;

  Timeline& timeline_;
  const FakeClock& clock_;
  std::string name_;
  FakeProcess* process_ = nullptr;
  Errno error_last_ = 0;
  sqlite3_vfs vfs_{};
};

}  // namespace wordstream::sim
