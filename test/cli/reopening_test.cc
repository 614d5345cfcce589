// Files of counts that are moved away: while the program writes to them and is told by SIGUSR1, and
// before it comes back after a kill.
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Words = std::vector<std::string>;

const std::string kHeader = "start_ms,end_ms,word,count\n";

/// From standard input into a file, batch by batch.
Words job(const std::string& mode, const std::string& sink) {
  Words all{"-", "-b", "20ms", "--sink", sink};
  if (!mode.empty()) all.insert(all.end(), {"-m", mode, "--checkpoint", "state"});
  return all;
}

Setup on_pipe(const Folder& folder, User user = User::Same) {
  return {.input = Input::NarrowPipe, .directory = folder.path(), .user = user};
}

std::string text_of(const Folder& folder, const std::string& name) {
  return std::filesystem::exists(folder / name) ? read_file(folder / name) : "";
}

bool has(const std::string& text, const std::string& piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

/// A folder that is looked at until something stands in one of its files.
struct Watched {
  Folder folder;
  FileEvents events;

  Watched() { events.watch(folder.path()); }
  /// Has `program` count `word`, and waits until that is in the file.
  void deliver(Program& program, const std::string& word, const std::string& name) {
    program.write_stdin(word + "\n");
    while (text_of(folder, name).find(word) == std::string::npos) {
      INFO(program.report());
      REQUIRE(events.wait() > 0);
    }
  }
};

/// What logrotate does: moves the file away, and says so.
void rotate(Program& program, const Folder& folder, const std::string& name) {
  folder.rename(name, name + ".1");
  program.send_signal(SIGUSR1);
}

/// Its command line, under strace, which sends SIGUSR1 with the first call of that name.
Words with_signal_at(const std::string& call, const Words& arguments) {
  Words command{"strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "inject=" + call + ":signal=USR1:when=1",
                program_under_test()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

TEST_CASE("SIGUSR1 has a file that was moved away followed by a new one, in every mode",
          "[reopening]") {
  for (const std::string mode : {"", "at-most-once", "at-least-once", "exactly-once"}) {
    Watched place;
    Program program = start(job(mode, "out.csv"), on_pipe(place.folder));
    place.deliver(program, "one", "out.csv");
    rotate(program, place.folder, "out.csv");
    // At once, though nothing comes.
    program.wait_for_stderr("out.csv was moved away: going on in a new file");
    CHECK(read_file(place.folder / "out.csv").empty());
    place.deliver(program, "two", "out.csv");
    program.close_stdin();
    program.expect_exit(exited(0));
    const std::string first = read_file(place.folder / "out.csv.1");
    CHECK(first.starts_with(kHeader));
    CHECK(has(first, ",one,1\n"));
    CHECK_FALSE(has(first, "two"));
    const std::string second = read_file(place.folder / "out.csv");
    CHECK(second.starts_with(kHeader));
    CHECK(has(second, ",two,1\n"));
    CHECK(second.rfind(kHeader) == 0);
  }
}

TEST_CASE("SIGUSR1 changes nothing where the name is still the file's, or there is no file",
          "[reopening]") {
  Watched place;
  Program to_file = start(job("exactly-once", "out.csv"), on_pipe(place.folder));
  place.deliver(to_file, "one", "out.csv");
  to_file.send_signal(SIGUSR1);
  place.deliver(to_file, "two", "out.csv");
  to_file.close_stdin();
  to_file.expect_exit(exited(0));
  CHECK(read_file(place.folder / "out.csv").rfind(kHeader) == 0);
  CHECK_FALSE(has(to_file.stderr_text(), "moved"));

  Program to_stdout = start({"-", "-b", "20ms", "-f", "tsv", "-q"}, {.input = Input::NarrowPipe});
  to_stdout.write_stdin("one\n");
  to_stdout.wait_for_stdout("\tone\t1\n");
  to_stdout.send_signal(SIGUSR1);
  to_stdout.write_stdin("two\n");
  to_stdout.wait_for_stdout("\ttwo\t1\n");
  to_stdout.close_stdin();
  to_stdout.expect_exit(exited(0));
  CHECK(to_stdout.stderr_text().empty());
}

TEST_CASE("SIGUSR1 kills nothing, from the first moment on, whatever the program is to do",
          "[reopening]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  Program first =
      start({"words.txt", "-q", "-m", "exactly-once", "--checkpoint", "state", "--sink", "out.tsv"},
            {.directory = folder.path()});
  first.expect_exit(exited(0));
  for (const Words& arguments :
       {Words{"words.txt", "-b", "24h", "-q"}, Words{"--version"}, Words{"--help"},
        Words{"inspect", "state"}, Words{"words.txt", "--explain"}}) {
    // By what the streams are looked at before anything else, and while threads begin.
    for (const std::string call : {"fcntl", "clone3", "exit_group"}) {
      Program program(with_signal_at(call, arguments), {.directory = folder.path()});
      program.expect_exit(exited(0));
    }
  }
}

TEST_CASE("a file that holds something is left alone on SIGUSR1, with a warning", "[reopening]") {
  Watched place;
  Program program = start(job("exactly-once", "out.tsv"), on_pipe(place.folder));
  place.deliver(program, "one", "out.tsv");
  place.folder.rename("out.tsv", "out.tsv.1");
  place.folder.write("out.tsv", "theirs\n");
  program.send_signal(SIGUSR1);
  program.wait_for_stderr("warning: another file stands at");
  place.deliver(program, "two", "out.tsv.1");
  // The way out that is named.
  place.folder.rename("out.tsv", "theirs");
  program.send_signal(SIGUSR1);
  program.wait_for_stderr("going on in a new file");
  place.deliver(program, "three", "out.tsv");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(sum_tsv(read_file(place.folder / "out.tsv.1")) == Counts{{"one", 1}, {"two", 1}});
  CHECK(sum_tsv(read_file(place.folder / "out.tsv")) == Counts{{"three", 1}});
  CHECK(read_file(place.folder / "theirs") == "theirs\n");
}

TEST_CASE("a name that cannot be opened ends the run, and nothing is lost: 73, 77", "[reopening]") {
  for (const int code : {73, 77}) {
    Watched place;
    std::filesystem::create_directory(place.folder / "counts");
    // Whoever is not root may write there, too.
    for (const std::string& path : {place.folder.path(), place.folder / "counts"}) {
      REQUIRE(::chmod(path.c_str(), 0777) == 0);
    }
    place.events.watch(place.folder / "counts");
    Program program =
        start(job("exactly-once", "counts/out.tsv"), on_pipe(place.folder, User::Nobody));
    place.deliver(program, "one", "counts/out.tsv");
    place.folder.rename("counts/out.tsv", "counts/out.tsv.1");
    if (code == 73) std::filesystem::create_directory(place.folder / "counts/out.tsv");
    if (code == 77) REQUIRE(::chmod((place.folder / "counts").c_str(), 0555) == 0);
    program.send_signal(SIGUSR1);
    program.expect_exit(exited(code));
    CHECK(has(program.stderr_text(), "counts/out.tsv"));

    if (code == 73) std::filesystem::remove(place.folder / "counts/out.tsv");
    if (code == 77) REQUIRE(::chmod((place.folder / "counts").c_str(), 0777) == 0);
    Program second =
        start(job("exactly-once", "counts/out.tsv"), on_pipe(place.folder, User::Nobody));
    place.deliver(second, "two", "counts/out.tsv");
    second.close_stdin();
    second.expect_exit(exited(0));
    CHECK(sum_tsv(read_file(place.folder / "counts/out.tsv.1")) == Counts{{"one", 1}});
    CHECK(sum_tsv(read_file(place.folder / "counts/out.tsv")) == Counts{{"two", 1}});
  }
}

TEST_CASE("a file that is moved before a kill -9 is completed where it is: every row once",
          "[reopening]") {
  Watched place;
  place.folder.write("words.txt", "");
  const Words arguments{"words.txt",    "--follow",     "-b",    "20ms",   "-m",
                        "exactly-once", "--checkpoint", "state", "--sink", "out.tsv"};
  Counts expected, found;
  Words names{"out.tsv"};
  for (int life = 0; life < 6; ++life) {
    Program program = start(arguments, {.directory = place.folder.path()});
    for (int i = 0; i < 3; ++i) {
      const std::string word = "w" + std::to_string(life) + "x" + std::to_string(i);
      place.folder.append("words.txt", word + "\n");
      ++expected[word];
      // The last one is in the file, and not known to be.
      while (text_of(place.folder, "out.tsv").find(word) == std::string::npos) {
        INFO(program.report());
        REQUIRE(place.events.wait() > 0);
      }
    }
    // As logrotate and as anybody names it.
    names.push_back((life % 2 == 0 ? "out.tsv." : "out.") + std::to_string(life));
    place.folder.rename("out.tsv", names.back());
    program.send_signal(SIGKILL);
    program.expect_exit(died_of(SIGKILL));
  }
  Program last = start(arguments, {.directory = place.folder.path()});
  last.wait_for_stderr("going on in a new file");
  last.send_signal(SIGTERM);
  last.expect_exit(exited(0));
  for (const std::string& name : names) {
    for (const Row& row : read_tsv(text_of(place.folder, name))) found[row.word] += row.count;
  }
  CHECK(found == expected);
}

TEST_CASE("a file that is nowhere, and may hold what would be written again, is missed: 65",
          "[reopening]") {
  Watched place;
  Program program = start(job("exactly-once", "out.tsv"), on_pipe(place.folder));
  place.deliver(program, "one", "out.tsv");
  place.folder.rename("out.tsv", "gone");
  program.send_signal(SIGKILL);
  program.expect_exit(died_of(SIGKILL));
  Program refused = start(job("exactly-once", "out.tsv"), on_pipe(place.folder));
  refused.expect_exit(exited(65));
  CHECK(has(refused.stderr_text(), "out.tsv is gone"));
  place.folder.rename("gone", "out.tsv");
  Program again = start(job("exactly-once", "out.tsv"), on_pipe(place.folder));
  again.close_stdin();
  again.expect_exit(exited(0));
  CHECK(sum_tsv(read_file(place.folder / "out.tsv")) == Counts{{"one", 1}});
}
