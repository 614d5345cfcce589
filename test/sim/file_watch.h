// The fake watches: told by the fake files of whatever happens to them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "env/files.h"
#include "sim/handles.h"

namespace wordstream::sim {

class FakeFiles;
class Inode;

class FakeWatch final : public FileWatch {
 public:
  /// Is one of the files' watches for as long as it lives.
  FakeWatch(FakeFiles& files, Handles& handles);
  ~FakeWatch() override;
  FakeWatch(const FakeWatch&) = delete;
  FakeWatch& operator=(const FakeWatch&) = delete;

  int handle() const override { return entry_.number(); }
  Result<Id> add_names(const std::string& path) override;
  Result<Id> add_file(const std::string& path) override;
  void remove(Id id) override;
  Changes take_changes() override;

  void name_changed(const std::string& path);
  void file_changed(const Inode& inode);
  /// More has happened than is remembered.
  void overflow();

 private:
  struct Added {
    std::string stem;    // of names
    const Inode* inode;  // a file; null: names
  };

  FakeFiles& files_;
  std::map<Id, Added> added_;
  Id id_last_ = 0;
  std::set<Id> changed_;
  bool was_overrun_ = false;
  Handles::Entry entry_;
};

}  // namespace wordstream::sim
