// A storage of nothing but databases, in the memory of this process: each is there as long as
// somebody has it open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "env/storage.h"

namespace wordstream {

class NoLock final : public DirectoryLock {};

class MemoryStorage final : public Storage {
 public:
  Result<std::unique_ptr<StoredFile>> open_file(const std::string& /*path*/) override {
    return fail(ErrorCode::Io, "is not used");
  }
  Result<std::vector<Sibling>> siblings(const std::string& /*path*/) override {
    return std::vector<Sibling>();
  }
  Status make_directory(const std::string& /*path*/) override { return {}; }
  Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& /*path*/) override {
    return std::make_unique<NoLock>();
  }
  Result<std::int64_t> owner_of_directory(const std::string& /*path*/) override { return 0; }
  Result<std::unique_ptr<Database>> open_database(const std::string& path,
                                                  const DatabaseOptions& options) override {
    DatabaseOptions in_memory = options;
    in_memory.vfs = "memdb";
    return Database::open(path, in_memory);
  }
  Status make_rollback_journal(const Database& /*database*/) override { return {}; }
};

}  // namespace wordstream
