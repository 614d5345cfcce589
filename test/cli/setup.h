// How a program is started, and how it ended.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace wordstream::cli {

/// How a program ended: with a code of its own, or killed by a signal.
struct Exit {
  int code = 0;
  int signal = 0;
  bool operator==(const Exit&) const = default;
};
constexpr Exit exited(int code) { return {code, 0}; }
constexpr Exit died_of(int signal) { return {0, signal}; }
std::ostream& operator<<(std::ostream& out, const Exit& exit);

enum class Input {
  Null,        ///< /dev/null
  Pipe,        ///< written by `write_stdin`
  Socket,      ///< one of two that are connected, written by `write_stdin`
  NarrowPipe,  ///< a pipe of one page, so that `wait_stdin_taken` can tell when it is empty
  File,        ///< Setup::input_path
  Given,       ///< Setup::input_descriptor
  Closed,
};

enum class Output {
  Pipe,      ///< read all the time
  Stalled,   ///< a pipe that nobody reads before `read_stdout`
  File,      ///< Setup::output_path
  Full,      ///< /dev/full
  Terminal,  ///< a terminal in raw mode, read all the time
  Closed,
};

enum class User { Same, Nobody };

/// What a program is started with, beside its command line.
struct Setup {
  Input input = Input::Null;
  Output output = Output::Pipe;
  std::string input_path{};
  int input_descriptor = -1;  ///< the test's own
  std::string output_path{};
  std::string directory{};                 ///< where it starts; a fresh directory when empty
  std::vector<std::string> environment{};  ///< NAME=value, beside a small fixed environment
  User user = User::Same;                  ///< Nobody: gives up root's rights, where it has them
};

}  // namespace wordstream::cli
