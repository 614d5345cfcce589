#include "env/storage.h"

#include "env/file_lock.h"
#include "env/stored_directory.h"
#include "env/stored_file.h"

namespace wordstream {
namespace {

class RealStorage final : public Storage {
 public:
  Result<std::unique_ptr<StoredFile>> open_file(const std::string& path) override {
    return open_stored_file(path);
  }
  Result<std::vector<Sibling>> siblings(const std::string& path) override {
    return list_stored_siblings(path);
  }
  Status make_directory(const std::string& path) override { return make_stored_directory(path); }
  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& path) override {
    return hold_directory(path);
  }
  Result<std::int64_t> owner_of_directory(const std::string& path) override {
    return find_owner_of_directory(path);
  }
  Result<std::unique_ptr<Database>> open_database(const std::string& path,
                                                  const DatabaseOptions& options) override {
    return Database::open(path, options);
  }
  Status make_rollback_journal(const Database& database) override {
    return make_stored_rollback_journal(database);
  }
};

}  // namespace

std::unique_ptr<Storage> make_real_storage() { return std::make_unique<RealStorage>(); }

}  // namespace wordstream
