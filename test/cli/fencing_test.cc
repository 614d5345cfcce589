// Two live processes on one job: the older one is stopped, loses what it holds, and wakes up.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "env/database.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

std::vector<std::string> job(const std::string& sink) {
  return {"-", "-q", "-b", "20ms", "-m", "exactly-once", "--checkpoint", "state", "--sink", sink};
}

Setup on_pipe(const Folder& folder) {
  return {.input = Input::NarrowPipe, .directory = folder.path()};
}

Counts in_database(const Folder& folder) {
  Counts counts;
  const DatabaseOptions patiently{.read_only = true, .while_busy = [](Millis) { return true; }};
  auto database = Database::open(folder / "out.db", patiently);
  if (!database) return counts;  // not there yet
  auto query = (*database)->prepare("SELECT word, sum(count) FROM counts GROUP BY word");
  while (query && query->step().value_or(false)) {
    counts[std::string(query->bytes(0))] = static_cast<std::uint64_t>(query->integer(1));
  }
  return counts;
}

Counts in_file(const Folder& folder) {
  const bool is_there = std::filesystem::exists(folder / "out.tsv");
  return is_there ? sum_tsv(read_file(folder / "out.tsv")) : Counts();
}

/// Has `program` count `word`, and waits until it is in the output.
void deliver(Program& program, const std::string& word, FileEvents& events,
             const std::function<Counts()>& output) {
  program.write_stdin(word + "\n");
  while (output().count(word) == 0) {
    INFO(program.report());
    REQUIRE(events.wait() > 0);
  }
}

/// Waits until nobody is about to write to the database, then stops a program that has no reason
/// to begin.
void stop_idle(Program& program, const Folder& folder, bool has_database) {
  if (has_database) {
    auto database =
        Database::open(folder / "out.db", {.while_busy = [](Millis) { return true; }}).value();
    REQUIRE(database->execute("BEGIN IMMEDIATE; ROLLBACK").has_value());
  }
  program.stop();
}

/// Puts a copy in the place of the checkpoint, so that a lock on the old one holds nobody back.
void replace_checkpoint(const Folder& folder) {
  folder.rename("state", "old");
  std::filesystem::copy(folder / "old", folder / "state");
}

void check_told(const Program& program, const std::string& piece) {
  const std::string text = program.stderr_text();
  INFO(program.report());
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.find(piece) != std::string::npos);
}

}  // namespace

TEST_CASE("an owner that was stopped and has lost its lock can write no more: 75", "[fencing]") {
  const Folder folder;
  FileEvents events;
  events.watch(folder.path());
  const auto output = [&] { return in_database(folder); };
  Program old = start(job("sqlite:out.db"), on_pipe(folder));
  deliver(old, "one", events, output);
  stop_idle(old, folder, true);
  replace_checkpoint(folder);

  Program owner = start(job("sqlite:out.db"), on_pipe(folder));
  deliver(owner, "two", events, output);
  old.write_stdin("three\n");
  old.send_signal(SIGCONT);
  old.expect_exit(exited(75));
  check_told(old, "out.db: another wordstream has taken over");

  deliver(owner, "four", events, output);
  owner.close_stdin();
  owner.expect_exit(exited(0));
  CHECK(output() == Counts{{"one", 1}, {"two", 1}, {"four", 1}});
}

TEST_CASE("without its lock file a journal is held by SQLite's own lock: 75", "[fencing]") {
  const Folder folder;
  FileEvents events;
  events.watch(folder.path());
  const auto output = [&] { return in_database(folder); };
  Program old = start(job("sqlite:out.db"), on_pipe(folder));
  deliver(old, "one", events, output);
  stop_idle(old, folder, true);
  // Only the lock is gone; SQLite's own still holds the journal.
  std::filesystem::remove(folder / "state/lock");
  Program second = start(job("sqlite:out.db"), on_pipe(folder));
  second.expect_exit(exited(75));
  check_told(second, "journal.db");
  old.send_signal(SIGCONT);
  deliver(old, "two", events, output);
  old.close_stdin();
  old.expect_exit(exited(0));
  CHECK(output() == Counts{{"one", 1}, {"two", 1}});
}

TEST_CASE("a file is its old owner's for as long as that lives: 75", "[fencing]") {
  const Folder folder;
  FileEvents events;
  events.watch(folder.path());
  const auto output = [&] { return in_file(folder); };
  Program old = start(job("out.tsv"), on_pipe(folder));
  deliver(old, "one", events, output);
  stop_idle(old, folder, false);
  replace_checkpoint(folder);

  Program refused = start(job("out.tsv"), on_pipe(folder));
  refused.expect_exit(exited(75));
  check_told(refused, "out.tsv");

  old.send_signal(SIGKILL);
  old.expect_exit(died_of(SIGKILL));
  Program owner = start(job("out.tsv"), on_pipe(folder));
  deliver(owner, "two", events, output);
  owner.close_stdin();
  owner.expect_exit(exited(0));
  CHECK(output() == Counts{{"one", 1}, {"two", 1}});
}

TEST_CASE("of two copies of a checkpoint on one database the second ends, and nothing is twice: 75",
          "[fencing]") {
  const Folder folder;
  folder.write("in.log", "one\ntwo\n");
  const auto job = [](const std::string& checkpoint) -> std::vector<std::string> {
    return {"in.log",       "--follow",     "-q",       "-b",     "20ms",         "-m",
            "exactly-once", "--checkpoint", checkpoint, "--sink", "sqlite:out.db"};
  };
  FileEvents events;
  events.watch(folder.path());
  const auto wait_for = [&](const std::string& word, const Program& program) {
    while (in_database(folder).count(word) == 0) {
      INFO(program.report());
      REQUIRE(events.wait() > 0);
    }
  };
  {
    Program first = start(job("state"), {.directory = folder.path()});
    wait_for("two", first);
    first.send_signal(SIGTERM);
    first.expect_exit(exited(0));
  }
  std::filesystem::copy(folder / "state", folder / "copy");
  folder.append("in.log", "three\n");

  Program owner = start(job("state"), {.directory = folder.path()});
  wait_for("three", owner);
  for (int again = 0; again < 4; ++again) {
    Program copy = start(job("copy"), {.directory = folder.path()});
    copy.expect_exit(exited(75));
    check_told(copy, "out.db: another wordstream has taken over, with a copy of this checkpoint");
  }
  folder.append("in.log", "four\n");
  wait_for("four", owner);
  owner.send_signal(SIGTERM);
  owner.expect_exit(exited(0));
  folder.append("in.log", "five\n");
  Program later = start(job("state"), {.directory = folder.path()});
  wait_for("five", later);
  later.send_signal(SIGTERM);
  later.expect_exit(exited(0));
  CHECK(in_database(folder) ==
        Counts{{"one", 1}, {"two", 1}, {"three", 1}, {"four", 1}, {"five", 1}});
}
