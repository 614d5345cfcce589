// Logs as Python's own handlers rotate them, by one program or by two that do not know of each
// other: one renames the file that the other one still has open.
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/followed_log.h"
#include "e2e/log_program.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

/// They write in turn, a few lines each, while the job runs and while it is dead.
void write_and_kill(LogProgram::Kind kind, int program_count) {
  FollowedLog log;
  std::vector<std::unique_ptr<LogProgram>> programs;
  for (int i = 0; i < program_count; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    programs.push_back(std::make_unique<LogProgram>(kind, log.path(), name));
  }
  const auto all_write = [&] {
    for (int line_count = 1; line_count <= 5; ++line_count) {
      for (const auto& program : programs) program->write(line_count);
    }
  };
  // What has been rotated away before the job begins is none of its business.
  programs.front()->write();
  for (int life = 0; life < 3; ++life) {
    Program job = log.follow();
    if (life == 0) log.wait_for(job, programs.front()->words());
    all_write();
    std::vector<std::string> last;
    for (const auto& program : programs) last.push_back(program->words().back());
    if (life != 1) log.wait_for(job, last);
    kill(job);
    programs.front()->write(3);
  }
  std::vector<std::string> words;
  for (const auto& program : programs) words = joined(words, program->words());
  log.expect_once(words);
}

}  // namespace

TEST_CASE("Python rotates by size: each line counts once over kills", "[python logging]") {
  write_and_kill(LogProgram::Kind::RotatesBySize, 1);
}

TEST_CASE("two programs in Python rotate one log by size: each line counts once over kills",
          "[python logging]") {
  write_and_kill(LogProgram::Kind::RotatesBySize, 2);
}

TEST_CASE("Python rotates by time: each line counts once over kills", "[python logging]") {
  write_and_kill(LogProgram::Kind::RotatesByTime, 1);
}

TEST_CASE("two programs in Python rotate one log by time: each line counts once over kills",
          "[python logging]") {
  write_and_kill(LogProgram::Kind::RotatesByTime, 2);
}
