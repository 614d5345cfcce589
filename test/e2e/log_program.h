// A program in Python that writes a log, as the ones that people run: one that opens it anew on
// SIGHUP, and those that use the handlers of Python's own logging.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "cli/program.h"

namespace wordstream::e2e {

class LogProgram {
 public:
  enum class Kind {
    Reopens,        ///< on SIGHUP
    Watches,        ///< WatchedFileHandler: opens it anew when the name leads elsewhere
    RotatesBySize,  ///< RotatingFileHandler, every few lines
    RotatesByTime,  ///< TimedRotatingFileHandler, told every few lines that the time has come
  };

  /// `name` begins each of its words; those of two programs must differ. `told`, where it is not
  /// empty, is a named pipe that one who reads it sees the end of once the log is opened anew.
  LogProgram(Kind kind, const std::string& path, std::string name, const std::string& told = "");

  /// A line with a word of its own, which is in the log when this returns.
  void write();
  void write(int line_count);
  /// All that it has written.
  const std::vector<std::string>& words() const { return words_; }
  pid_t pid() const { return program_.pid(); }

 private:
  std::string name_;
  cli::Program program_;
  std::vector<std::string> words_;
};

}  // namespace wordstream::e2e
