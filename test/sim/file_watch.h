// The fake watches: told by the fake disk of whatever happens to its files and names.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "env/files.h"
#include "sim/disk.h"
#include "sim/handles.h"

namespace wordstream::sim {

class FakeWatch final : public FileWatch {
 public:
  /// Is one of the disk's watches for as long as it lives.
  FakeWatch(FakeDisk& disk, Handles& handles);
  ~FakeWatch() override;
  FakeWatch(const FakeWatch&) = delete;
  FakeWatch& operator=(const FakeWatch&) = delete;

  int handle() const override { return entry_.number(); }
  Result<Id> add_names(const std::string& path) override;
  Result<Id> add_file(const std::string& path) override;
  void remove(Id id) override;
  Changes take_changes() override;

  void name_changed(const std::string& path);
  void file_changed(const DiskFile& file);
  /// More has happened than is remembered.
  void overflow();

 private:
  Result<Id> add(std::shared_ptr<const DiskFile> file, std::optional<std::string> stem);

  struct Added {
    std::shared_ptr<const DiskFile> file;  // or the directory of the names
    std::optional<std::string> stem;       // of names; none: a file
  };

  FakeDisk& disk_;
  std::map<Id, Added> added_;
  Id id_last_ = 0;
  std::set<Id> changed_;
  bool was_overrun_ = false;
  Handles::Entry entry_;
};

}  // namespace wordstream::sim
