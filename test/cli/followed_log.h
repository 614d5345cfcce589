// A log of programs that write to it and rotate it as they like, and the job that follows it under
// exactly-once, run after run: what it has counted is in the file that it writes to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/descriptor.h"
#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/program.h"

namespace wordstream::cli {

using Counts = std::map<std::string, std::uint64_t>;

/// A program that writes to a log as long as it has it open, whatever its name is by then.
class LogWriter {
 public:
  /// `append`: each write goes to the end that the file has then. Without, it goes on where the
  /// last one ended.
  explicit LogWriter(std::string path, bool append = true);
  void write(std::string_view text) const;
  /// Opens what stands at the path now, or makes it.
  void reopen();

 private:
  std::string path_;
  int flags_;
  Descriptor file_;
};

class FollowedLog {
 public:
  explicit FollowedLog(const std::string& name = "app.log");

  /// The directory of the log, with nothing else in it.
  const Folder& logs() const { return logs_; }
  std::string path() const { return logs_ / name_; }
  const std::string& name() const { return name_; }

  /// A run that goes on for ever.
  Program follow();
  /// Reads what is there to its end, which must end well. Returns what it says.
  std::string read_to_end();
  /// The same of a run that ends with this code, with one line that says why.
  std::string fail_to_read(int code);

  /// Waits until the job does something to its files; false when it does not, or has ended.
  bool wait_for_effect(const Program& program);
  /// Waits until the job has counted each of `words`; false when it does not, or has ended.
  bool sees(const Program& program, const std::vector<std::string>& words);
  void wait_for(const Program& program, const std::vector<std::string>& words);
  Counts counts() const;
  /// When another run has read what is there, each of `words` is counted once, and nothing else.
  void expect_once(const std::vector<std::string>& words);

 private:
  std::vector<std::string> arguments() const;

  Folder logs_;  // on a disk, where the next file gets the number of the last
  Folder job_{Folder::Place::InMemory};  // a kill takes nothing from the kernel's memory
  std::string name_;
  FileEvents effects_;
};

/// kill -9, and waits until it is dead.
void kill(Program& program);

/// Words that differ by their numbers, from 1 to `count`.
std::vector<std::string> numbered(const std::string& word, int count);
/// One word a line.
std::string lines_of(const std::vector<std::string>& words);
std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more);

}  // namespace wordstream::cli
