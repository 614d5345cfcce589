// A program as its user meets it: started for real, in a directory of its own, looked at from the
// outside alone. Every wait is for an event; the deadline behind it only ends what is broken, fails
// the test and shows everything seen so far. What an object started is killed when it goes.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/descriptor.h"
#include "cli/folder.h"
#include "cli/setup.h"

namespace wordstream::cli {

class Collector;

class Program {
 public:
  /// Starts `command`; its first word is a path or is looked for in PATH. Fails the test when it
  /// cannot be started.
  explicit Program(std::vector<std::string> command, Setup setup = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  std::string directory() const { return directory_; }

  /// Everything written so far; safe at any time.
  std::string stdout_text() const;
  std::string stderr_text() const;

  /// Waits until the text written so far satisfies `enough`, and returns it. Fails the test when
  /// the stream ends before.
  std::string wait_for_stdout(const std::function<bool(const std::string&)>& enough);
  std::string wait_for_stdout(std::string_view piece);
  std::string wait_for_stderr(std::string_view piece);
  /// Waits until `piece` has been written `times` times.
  std::string wait_for_stderr(std::string_view piece, int times);
  /// Waits for `piece` on stderr; false when that ends without it.
  bool sees_on_stderr(std::string_view piece);
  /// Waits for output that is stalled to have something to read.
  void wait_stdout_offered();

  /// Writes all of `text`, as far as the program takes it in. Fails the test when nobody reads.
  void write_stdin(std::string_view text);
  /// The same, but that a program which has ended need not read it.
  void offer_stdin(std::string_view text);
  /// Waits until the program has read all that was written. Requires: Input::NarrowPipe.
  void wait_stdin_taken();
  void close_stdin();

  /// Begins to read an output that was started as Stalled.
  void read_stdout();
  /// Leaves, as `head` does when it has seen enough.
  void close_stdout();

  void send_signal(int signal);
  /// Returns once none of its threads runs any more, until SIGCONT.
  void stop();
  /// To everything that it has started too, as a terminal's Ctrl-C does.
  void send_signal_to_all(int signal);
  bool is_running() const;

  /// Waits until the program has ended and both of its streams have been read.
  Exit wait_exit();

  /// Waits for the end and shows everything seen where it is not as expected.
  void expect_exit(Exit expected);
  /// For an ending that `wait_exit` has seen.
  void expect_stdout(const std::string& expected);

  /// The port behind `--listen 0`, once the program names it.
  int listening_port();

  /// Command, ending and both streams, for people.
  std::string report() const;

 private:
  struct Ends;
  /// Returns false when nobody will read the rest.
  bool try_write_stdin(std::string_view text);
  void launch(const Setup& setup, const Ends& child);
  [[noreturn]] void become(const Setup& setup, const Ends& child, int executable,
                           std::vector<char*>& arguments, std::vector<char*>& environment);
  std::string wait_for(const Collector& stream,
                       const std::function<bool(const std::string&)>& enough,
                       const std::string& what);

  std::vector<std::string> command_;
  std::unique_ptr<Folder> own_folder_;
  std::unique_ptr<Folder> counts_folder_;
  std::string directory_;
  pid_t pid_ = -1;
  Descriptor pidfd_;
  Descriptor stdin_;
  Descriptor stdout_unread_;
  std::unique_ptr<Collector> stdout_;
  std::unique_ptr<Collector> stderr_;
  bool has_ended_ = false;
  Exit exit_;
};

/// The path of the program under test: $WORDSTREAM_BINARY, or the one built with the tests.
std::string program_under_test();

/// Starts the program under test.
Program start(std::vector<std::string> arguments, Setup setup = {});

/// A run from start to end.
struct Finished {
  Exit exit;
  std::string out;
  std::string err;
};

/// Runs the program under test with `input` on a pipe.
Finished finish(std::vector<std::string> arguments, std::string_view input,
                std::vector<std::string> environment = {});

}  // namespace wordstream::cli
