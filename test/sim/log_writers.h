// Programs that write a log, and whoever rotates it: each act by itself, with pauses between.
//
// A writer holds a file, whatever becomes of its name, until it is told to open the path anew.
// Every line begins with a word of its own, and it is known where it went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/prng.h"

namespace wordstream::sim {

class LogWriters {
 public:
  struct Habits {
    enum class Rotation {
      Rename,       ///< the file gets another name, and the path a new file
      CopyTruncate  ///< what is in the file is copied, and cut from it
    };
    enum class Names {
      Numbered,  ///< log.1 is the youngest: all are renamed each time
      Dated      ///< log-2026110100, log-2026110101 …
    };
    Rotation rotation = Rotation::Rename;
    Names names = Names::Numbered;
    std::uint64_t rotation_count = 3;
    std::uint64_t writer_count = 1;
    std::uint64_t line_count = 30;       ///< of each writer
    std::uint64_t line_bytes_max = 100;  ///< besides its name
    Nanos pause_max = Millis(100);       ///< between two acts of one of them
    bool has_own_place = false;  ///< writes on where it was, and not at the end (no O_APPEND)
    bool has_halves = false;     ///< some lines come in two parts
    /// Packs each file that was rotated away, and removes that: at once, or at the next rotation.
    std::string (*pack)(std::string_view text) = nullptr;
    std::string pack_suffix = {};
    bool is_pack_delayed = false;
  };
  /// Any that go together. Two writers would write into each other where they have places of their
  /// own, or halves; and a truncation would cut a half line off.
  static Habits some_habits(Prng& prng);

  struct Line {
    std::string text;  ///< without its end
    std::shared_ptr<const DiskFile> file;
    std::uint64_t end = 0;  ///< where it ended in that file
    /// It was truncated away before it was copied, or removed before it was packed: who has not
    /// read it by then never will.
    bool was_lost = false;
  };

  /// The log is at `path`, which need not be there.
  LogWriters(FakeDisk& disk, Timeline& timeline, Prng& prng, std::string path, Habits habits);
  LogWriters(const LogWriters&) = delete;
  LogWriters& operator=(const LogWriters&) = delete;

  /// Everybody begins. Must live until they are done.
  void begin();
  bool are_done() const { return busy_count_ == 0; }
  /// Called when they are.
  std::function<void()> on_done;
  /// Nobody else holds a file now: the number of one that is removed is the next one's.
  bool reuses_inodes = false;

  /// In the order in which they were written; one that is still half is not among them.
  const std::vector<Line>& lines() const { return lines_; }
  /// What is wrong with lines that somebody has read, in any order: each must be among them once,
  /// and no other; one that was lost may be missing.
  std::optional<std::string> judge(const std::vector<std::string>& read) const;
  /// The names that rotation has given, the oldest file first. Some may be missing between two
  /// acts.
  std::vector<std::string> rotated() const;

 private:
  struct Writer {
    std::uint64_t number = 0;
    std::shared_ptr<DiskFile> file;
    std::uint64_t place = 0;
    std::uint64_t line_count = 0;
    std::string text;       ///< of the line that was begun
    std::string half;       ///< and what is still to come of it
    bool was_told = false;  ///< to open the path anew, once the line is whole
  };

  void later(Nanos pause_max, std::function<void()> act);
  void begin_line(Writer& writer);
  void end_line(Writer& writer, std::string_view bytes);
  void write(Writer& writer, std::string_view bytes);
  void open(Writer& writer);

  void rotate();
  Nanos rotation_pause_max() const;
  void next_step();
  std::string name_of(std::uint64_t number) const;
  /// Or what it was packed in.
  std::string there(const std::string& name) const;
  void copy_some();
  void truncate();
  void plan_packing(std::uint64_t number);
  void pack_some(const std::string& name);
  void remove_packed(const std::string& name);

  FakeDisk& disk_;
  Timeline& timeline_;
  Prng& prng_;
  std::string path_;
  Habits habits_;
  std::vector<Writer> writers_;
  std::vector<Line> lines_;
  std::uint64_t busy_count_ = 0;  // acts to come

  std::deque<std::function<void()>> steps_;  // of the rotation that goes on
  std::uint64_t rotated_count_ = 0;
  std::shared_ptr<DiskFile> original_;  // what is copied, and the copy
  std::shared_ptr<DiskFile> copy_;
  std::uint64_t copied_count_ = 0;
  std::string packed_;  // what is still to be written of it
  std::uint64_t packed_count_ = 0;
  std::set<std::shared_ptr<const DiskFile>> removed_;
  std::size_t first_left_ = 0;  // the first line that was not truncated away
};

}  // namespace wordstream::sim
