// The door to what must last, on the fake disk: what one process, and after its death the next one,
// stores there. A second storage on the same disk is another process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "env/storage.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/process.h"
#include "sim/sqlite_vfs.h"

namespace wordstream::sim {

class FakeStorage final : public Storage {
 public:
  FakeStorage(FakeDisk& disk, Timeline& timeline, const FakeClock& clock);

  Result<std::unique_ptr<StoredFile>> open_file(const std::string& path) override;
  Result<std::vector<Sibling>> siblings(const std::string& path) override;
  Status make_directory(const std::string& path) override;
  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) override;
  Result<std::int64_t> owner_of_directory(const std::string& path) override;
  Result<std::unique_ptr<Database>> open_database(const std::string& path,
                                                  const DatabaseOptions& options) override;
  Status make_rollback_journal(const Database& database) override;

  FakeProcess& process() { return *process_; }
  std::int64_t pid() const { return process_->pid(); }
  /// A dead process fails in everything and changes nothing: throw its objects away.
  bool is_alive() const { return process_->is_alive(); }
  void kill() { process_->kill(); }
  /// The next process begins. Requires: the files, locks and databases of the last are gone.
  void restart();

 private:
  FakeDisk& disk_;
  std::unique_ptr<FakeProcess> process_;
  SqliteVfs vfs_;
};

}  // namespace wordstream::sim
