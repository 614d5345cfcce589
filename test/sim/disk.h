// The fake disk: files, their names and locks, all of it shared by the fake processes that use it.
// It knows what is synced, can lose power, and asks a script about everything that a process does
// to it; others write to it, too, and processes read that (sim/files.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cached_names.h"
#include "sim/disk_file.h"
#include "sim/effect.h"
#include "sim/prng.h"
#include "sim/survival.h"
#include "sim/trace.h"

namespace wordstream::sim {

class FakeProcess;
class FakeWatch;

class FakeDisk {
 public:
  FakeDisk(std::uint64_t seed, Trace& trace);
  FakeDisk(const FakeDisk&) = delete;
  FakeDisk& operator=(const FakeDisk&) = delete;

  /// Decides on each effect, before it happens. None: all happen.
  std::function<Fate(const Effect&)> on_effect;
  /// Of the last effect.
  std::uint64_t effect_count() const { return effect_count_; }
  /// Called before each call of who reads files: so others do something in the midst of what he
  /// does.
  std::function<void()> before_call;
  /// No file grows any more, and none is made.
  bool is_full = false;

  /// The power fails: every process is killed, and what was not synced survives by chance, or as
  /// told. The disk can be used again at once, by new processes.
  void lose_power();
  void lose_power(Survival survival);

  // What somebody else does, or sees; none of it is an effect, and what he does is durable. What is
  // written to was modified later than all before. Paths may be relative: to "/".

  bool has(const std::string& path) const { return names_.find(rooted(path)) != nullptr; }
  /// What the name leads to; null where it leads nowhere.
  std::shared_ptr<const DiskFile> find(const std::string& path) const {
    return names_.find(rooted(path));
  }
  /// What a reader finds in a file. Requires, here and below: it is there.
  const std::string& text(const std::string& path) const { return at(path)->text(); }
  std::vector<std::string> paths() const;
  /// Replaces what a file holds, and makes it where nothing is.
  void put(const std::string& path, std::string_view text);
  /// Adds to the end of a file, which is made where nothing is.
  std::shared_ptr<DiskFile> append(const std::string& path, std::string_view bytes);
  /// Behind the end it leaves a hole. One that somebody holds may have any name, or none.
  void write_at(const std::string& path, std::uint64_t offset, std::string_view bytes);
  void write_at(DiskFile& file, std::uint64_t offset, std::string_view bytes);
  /// Makes it shorter, or longer by a hole.
  void truncate(const std::string& path, std::uint64_t size) { truncate(*at(path), size); }
  void truncate(DiskFile& file, std::uint64_t size);
  /// A new file with the same bytes. What stands at `to` is replaced, here and by rename().
  void copy(const std::string& from, const std::string& to);
  void rename(const std::string& from, const std::string& to);
  /// As `mv` does it: a power loss may undo it until somebody syncs the directory.
  void rename_unsynced(const std::string& from, const std::string& to);
  /// A second name for the same file.
  void link(const std::string& from, const std::string& to);
  void remove(const std::string& path);
  void make_directory(const std::string& path);
  /// A socket file, of which the disk knows no more than that.
  std::shared_ptr<const DiskFile> make_socket(const std::string& path);
  void set_modified(const std::string& path, WallTime time) { at(path)->modified_ = time; }
  /// Nobody may open the file from now on.
  void forbid(const std::string& path);
  /// Reading the file fails from now on, as on a broken disk.
  void break_disk(const std::string& path) { at(path)->is_broken_ = true; }
  /// All that has a name has another device number.
  void remount();
  /// A directory is left without what was in it, until mount() brings it back with another device
  /// number, and covers for good what was made there meanwhile. What is open stays so.
  void unmount(const std::string& directory);
  void mount(const std::string& directory);

  /// Other machines write to it: watches are told of nothing that is done by somebody else.
  bool is_remote = false;
  /// Files that are made from now on know when.
  bool has_births = true;
  /// Of the next file that is made: as when one that is gone has left its number.
  std::optional<std::uint64_t> inode_next;
  /// No watch is to be had, and nothing can be added to one.
  bool is_short_of_watches = false;
  /// Of what has happened since they were last asked, watches know only that it was too much.
  void overflow_watches();

  /// How many files are open: the check for leaks.
  std::size_t open_count() const;

 private:
  friend class FakeFiles;
  friend class FakeProcess;
  friend class FakeWatch;
  friend class OpenFile;
  using File = std::shared_ptr<DiskFile>;

  File make_file(FileInfo::Kind kind, const std::string& path);
  File at(const std::string& path) const;
  File at_or_new(const std::string& path);
  bool has_name_of(const DiskFile& file) const;
  std::map<std::string, File> names_below(const std::string& directory) const;
  Fate decide(Effect::Kind kind, const FakeProcess& process, const std::string& path,
              std::string_view detail);

  // Whoever does it; the watches are told.
  void write(DiskFile& file, std::uint64_t offset, std::string_view bytes);
  void resize(DiskFile& file, std::uint64_t size);
  void modify(DiskFile& file);
  void set_name(const std::string& path, const File& file);
  void remove_name(const std::string& path);
  void rename_name(const std::string& from, const std::string& to);
  void name_changed(const std::string& path);
  void file_changed(const DiskFile& file);
  Nanos next_time() { return time_last_ += Nanos(1); }

  Prng prng_;
  Trace& trace_;
  CachedNames names_;
  std::vector<std::weak_ptr<DiskFile>> files_;  ///< in the order in which they were made
  std::vector<FakeProcess*> processes_;
  std::vector<FakeWatch*> watches_;
  std::map<std::string, std::map<std::string, File>> unmounted_;  ///< names, by their directory
  std::uint64_t effect_count_ = 0;
  std::uint64_t file_count_ = 0;
  std::uint64_t device_last_ = 1;
  Nanos time_last_{};
  std::int64_t pid_last_ = 1000;
};

}  // namespace wordstream::sim
