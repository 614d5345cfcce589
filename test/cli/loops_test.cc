// Streams that the shell redirects to a file which the run reads, or writes to by name: refused
// (64), before anything goes into a circle.
#include <filesystem>
#include <string>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

const std::string kIsRead = "is the file that is read";

bool is_one_line(const std::string& text) { return text.find('\n') + 1 == text.size(); }

/// What is told of `command`, in which $0 is the program, and of which the code is `code`.
std::string told(const Folder& folder, const std::string& command, int code) {
  folder.write("f.log", "a b\n");
  Program program({"sh", "-c", command, program_under_test()}, {.directory = folder.path()});
  program.expect_exit(exited(code));
  return program.stderr_text();
}

/// As told(), where that is one line for the user, who reads it on stderr.
void check_refused(const Folder& folder, const std::string& command, const std::string& piece) {
  const std::string message = told(folder, command, 64);
  INFO(command << ": " << message);
  CHECK(is_one_line(message));
  CHECK(message.find(piece) != std::string::npos);
}

}  // namespace

TEST_CASE("stdout is not the file that is read", "[loops]") {
  const Folder folder;
  check_refused(folder, "exec \"$0\" f.log > f.log", "stdout " + kIsRead);
  check_refused(folder, "exec \"$0\" --follow f.log >> f.log", "stdout " + kIsRead);
  check_refused(folder, "ln f.log l.log; exec \"$0\" -f tsv l.log >> f.log", "stdout " + kIsRead);
  check_refused(folder, "exec \"$0\" -q < f.log >> f.log", "stdout " + kIsRead);
  check_refused(folder, "exec \"$0\" f.log --sink o.tsv --sink stdout >> f.log", "stdout");
  CHECK(read_file(folder / "f.log") == "a b\n");
}

TEST_CASE("no file of several is a sink, or what stdout goes to", "[loops]") {
  const Folder folder;
  folder.write("g.log", "c\n");
  check_refused(folder, "exec \"$0\" f.log g.log --sink g.log", kIsRead);
  check_refused(folder, "exec \"$0\" f.log g.log >> g.log", "stdout " + kIsRead);
  CHECK(told(folder, "exec \"$0\" -f tsv '*.log' > own.log", 0).find("own.log is left out") !=
        std::string::npos);
  CHECK(read_file(folder / "own.log").find("\tc\t1\n") != std::string::npos);
}

TEST_CASE("no file that is read is a part of the checkpoint", "[loops]") {
  const Folder folder;
  const std::string job = "exec \"$0\" -q -m at-least-once --checkpoint state --sink o.tsv ";
  const std::string is_part = "is a part of the checkpoint";
  check_refused(folder, job + "f.log state/journal.db", is_part);
  CHECK(told(folder, job + "f.log", 0).empty());
  check_refused(folder, job + "f.log state/journal.db", is_part);
  check_refused(folder, "ln -s state/journal.db l.log; " + job + "f.log l.log", is_part);
  std::filesystem::remove(folder / "l.log");
  check_refused(folder, job + "f.log >> state/journal.db", "a part of the checkpoint");
  check_refused(folder, "ln -s state here; " + job + "f.log --sink here/journal.db", is_part);
  std::filesystem::remove(folder / "here");
  // A pattern leaves it out, and nothing else of the directory.
  const std::string here = "exec \"$0\" -m at-least-once --checkpoint \"$PWD\" --sink here.tsv '*'";
  const std::string left_out = told(folder, here, 0);
  CHECK(left_out.find("journal.db is left out") != std::string::npos);
  CHECK(left_out.find("f.log is left out") == std::string::npos);
  CHECK(read_file(folder / "here.tsv").find("\ta\t1\n") != std::string::npos);
}

TEST_CASE("stderr is not the file that is read", "[loops]") {
  const Folder folder;
  CHECK(told(folder, "exec \"$0\" -f tsv f.log 2>> f.log", 64).empty());
  const std::string text = read_file(folder / "f.log");
  INFO(text);
  CHECK(text.starts_with("a b\nwordstream: stderr " + kIsRead));
  CHECK(is_one_line(text.substr(4)));
}

TEST_CASE("a sink is not the file that stdout or stderr goes to", "[loops]") {
  const Folder folder;
  check_refused(folder, "exec \"$0\" f.log --sink stdout --sink s.tsv > s.tsv", "stdout goes to");
  check_refused(folder, "exec \"$0\" f.log --sink s.db --sink stdout > s.db", "stdout goes to");
  CHECK(told(folder, "exec \"$0\" f.log --sink s.tsv 2> s.tsv", 64).empty());
  const std::string text = read_file(folder / "s.tsv");
  INFO(text);
  CHECK(text.find("s.tsv is the file that stderr goes to") != std::string::npos);
  CHECK(is_one_line(text));
}

TEST_CASE("what makes no circle is left alone", "[loops]") {
  const Folder folder;
  CHECK(told(folder, "exec \"$0\" -f tsv f.log > both 2>&1", 0).empty());
  CHECK(read_file(folder / "both").ends_with("\tb\t1\n"));
  // Nothing goes to stdout here.
  CHECK(told(folder, "exec \"$0\" f.log --sink s.tsv >> f.log", 0).empty());
  CHECK(read_file(folder / "f.log") == "a b\n");
  CHECK(told(folder, "exec \"$0\" -f tsv - < /dev/null > /dev/null 2> /dev/null", 0).empty());
}
