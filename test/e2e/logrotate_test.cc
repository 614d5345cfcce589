// Logs as logrotate rotates them, with each of the ways that people set it to, while a program
// writes and the job is killed and started again.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/followed_log.h"
#include "e2e/log_program.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

constexpr const char* kLogrotate = "/usr/sbin/logrotate";

/// Not every machine has it: then this says so, and the case ends.
bool has_logrotate() {
  const bool has_it = ::access(kLogrotate, X_OK) == 0;
  if (!has_it) WARN("SKIPPED: logrotate is not installed, run scripts/bootstrap --test");
  return has_it;
}

class Rotation {
 public:
  explicit Rotation(const FollowedLog& log) : log_(log) {}

  std::string operator/(const std::string& name) const { return own_ / name; }

  /// Rotates once with these directives, one a line, and calls `meanwhile` until that is done.
  void operator()(const std::string& directives, const std::function<void()>& meanwhile = {}) {
    const std::string conf =
        own_.write("conf", "\"" + log_.path() + "\" {\nrotate 30\n" + directives + "\n}\n");
    require_os(::chmod(conf.c_str(), 0644) == 0, "chmod");
    Program logrotate({kLogrotate, "-f", "-s", own_ / "state", conf});
    while (meanwhile && logrotate.is_running()) meanwhile();
    logrotate.expect_exit(exited(0));
    CHECK(logrotate.stderr_text() == "");
  }

 private:
  const FollowedLog& log_;
  Folder own_;
};

/// What has the program open the log anew, and waits until it has done so where `told` is a pipe.
std::string hang_up(const LogProgram& program, const std::string& told = "") {
  return "sharedscripts\npostrotate\nkill -HUP " + std::to_string(program.pid()) +
         (told.empty() ? "" : "\ncat " + told) + "\nendscript\n";
}

/// Several rotations with a program that goes on writing: while the job runs, between two runs, and
/// just before it is killed.
void rotate_again_and_again(FollowedLog& log, LogProgram& program,
                            const std::function<void()>& rotate) {
  std::string said;
  program.write(3);
  for (int life = 0; life < 3; ++life) {
    Program job = log.follow();
    log.wait_for(job, {program.words().back()});
    rotate();
    program.write(3);
    if (life != 1) log.wait_for(job, {program.words().back()});
    rotate();
    kill(job);
    said += job.stderr_text() + "\n";
    program.write(3);
    if (life == 1) rotate();
    program.write(3);
  }
  INFO(said);
  log.expect_once(program.words());
}

}  // namespace

// It must be the program that creates the new file: two of them would get in each other's way.
TEST_CASE("logrotate renames, and the program sees that for itself", "[logrotate]") {
  if (!has_logrotate()) return;
  FollowedLog log;
  Rotation rotate(log);
  LogProgram program(LogProgram::Kind::Watches, log.path(), "w");
  rotate_again_and_again(log, program, [&] { rotate("nocreate", [&] { program.write(); }); });
}

TEST_CASE("logrotate creates, and hangs up on the program", "[logrotate]") {
  if (!has_logrotate()) return;
  FollowedLog log;
  Rotation rotate(log);
  LogProgram program(LogProgram::Kind::Reopens, log.path(), "w");
  rotate_again_and_again(log, program,
                         [&] { rotate("create\n" + hang_up(program), [&] { program.write(); }); });
}

TEST_CASE("logrotate compresses at once", "[logrotate]") {
  if (!has_logrotate()) return;
  FollowedLog log;
  Rotation rotate(log);
  // What is written to a file while it is compressed would be lost: the program is waited for.
  const std::string told = rotate / "told";
  require_os(::mkfifo(told.c_str(), 0600) == 0, "mkfifo");
  LogProgram program(LogProgram::Kind::Reopens, log.path(), "w", told);
  rotate_again_and_again(log, program, [&] {
    rotate("create\ncompress\n" + hang_up(program, told), [&] { program.write(); });
  });
}

TEST_CASE("logrotate compresses at the next rotation", "[logrotate]") {
  if (!has_logrotate()) return;
  FollowedLog log;
  Rotation rotate(log);
  LogProgram program(LogProgram::Kind::Reopens, log.path(), "w");
  rotate_again_and_again(log, program, [&] {
    rotate("create\ncompress\ndelaycompress\n" + hang_up(program), [&] { program.write(); });
  });
}

TEST_CASE("logrotate names by dates", "[logrotate]") {
  if (!has_logrotate()) return;
  for (const std::string format :
       {"dateformat -%Y%m%d", "dateformat -%Y-%m-%d", "dateformat .%Y-%m-%d_%H",
        "extension .log\ndateformat -%Y-%m-%d", "compress\ndateformat -%Y%m%d"}) {
    INFO(format);
    FollowedLog log;
    Rotation rotate(log);
    LogProgram program(LogProgram::Kind::Watches, log.path(), "w");
    program.write(3);
    Program first = log.follow();
    log.wait_for(first, {program.words().back()});
    // A day is rotated once: the first time it is yesterday's.
    rotate("create\ndateext\ndateyesterday\n" + format);
    program.write(3);
    kill(first);
    program.write(3);
    rotate("create\ndateext\n" + format);
    program.write(3);
    log.expect_once(program.words());
    log.expect_once(program.words());
  }
}

TEST_CASE("logrotate copies and truncates", "[logrotate]") {
  if (!has_logrotate()) return;
  for (const std::string directives :
       {"copytruncate", "copytruncate\ncompress", "copytruncate\ncompress\ndelaycompress"}) {
    INFO(directives);
    FollowedLog log;
    Rotation rotate(log);
    LogProgram program(LogProgram::Kind::Reopens, log.path(), "w");
    // What is written between the copy and the truncation is lost: the program pauses.
    rotate_again_and_again(log, program, [&] { rotate(directives); });
  }
}

TEST_CASE("a line between the copy and the truncation: what cannot be known is said",
          "[logrotate]") {
  FollowedLog log;
  LogProgram program(LogProgram::Kind::Reopens, log.path(), "w");
  program.write(3);
  Program job = log.follow();
  log.wait_for(job, {program.words().back()});
  std::filesystem::copy(log.path(), log.logs() / "app.log.1");
  program.write();
  log.wait_for(job, {program.words().back()});
  log.logs().truncate("app.log");
  const std::string said = job.wait_for_stderr("warning: " + log.path() + " was truncated");
  CHECK(said.find("what was written to it after it was read last is lost") != std::string::npos);
  program.write(3);
  log.wait_for(job, {program.words().back()});
  kill(job);
  log.expect_once(program.words());
}
