// What disks, clocks and neighbours do to a job with a checkpoint: it ends with the code for it and
// one line, and goes on when things are well again.
#include <algorithm>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "env/database.h"
#include "env/storage.h"
#include "journal/journal.h"
#include "words/order.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Words = std::vector<std::string>;

Words job(const Words& more = {}) {
  Words all{"words.txt",    "-q",    "-b",     "24h",     "-m",     "exactly-once",
            "--checkpoint", "state", "--sink", "out.tsv", "--sink", "sqlite:out.db"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Runs over words.txt. Returns what was told, a line or nothing.
std::string run(const Folder& folder, int code = 0) {
  Program program = start(job(), {.directory = folder.path()});
  program.expect_exit(exited(code));
  std::string told = program.stderr_text();
  CHECK(std::count(told.begin(), told.end(), '\n') == (code == 0 ? 0 : 1));
  return told;
}

Counts in_database(const std::string& path) {
  auto database = Database::open(path, {.read_only = true}).value();
  Statement query = database->prepare("SELECT word, sum(count) FROM counts GROUP BY word").value();
  Counts counts;
  while (query.step().value()) {
    counts[std::string(query.bytes(0))] = static_cast<std::uint64_t>(query.integer(1));
  }
  return counts;
}

void check_both(const Folder& folder, const Counts& expected) {
  CHECK(sum_tsv(read_file(folder / "out.tsv")) == expected);
  CHECK(in_database(folder / "out.db") == expected);
}

bool has(const std::string& text, const std::string& piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

/// Runs a script on a disk of its own, of `size`, that nobody else sees, gone with the script. The
/// job is in the array `job`.
Finished on_own_disk(const Folder& folder, const std::string& size, const std::string& script) {
  Words command{"unshare",
                "--mount",
                "bash",
                "-e",
                "-c",
                "mkdir disk; mount -t tmpfs -o size=" + size +
                    " tmpfs disk; cd disk; cp ../words.txt .; "
                    "job=(\"$@\"); " +
                    script};
  command.emplace_back("script");
  command.push_back(program_under_test());
  const Words arguments = job();
  command.insert(command.end(), arguments.begin(), arguments.end());
  Program program(command, {.directory = folder.path()});
  const Exit exit = program.wait_exit();
  return {exit, program.stdout_text(), program.stderr_text()};
}

/// A container may not be allowed to mount anything.
bool may_mount() {
  Program program({"unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"});
  return program.wait_exit() == exited(0);
}

}  // namespace

TEST_CASE("a full disk is an error of its own, and with room there it goes on: 75", "[trouble]") {
  if (!may_mount()) {
    WARN("not looked at: nothing can be mounted here");
    return;
  }
  const Folder folder;
  Counts expected;
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "word" + std::to_string(i) + "\n";
    expected["word" + std::to_string(i)] = 1;
  }
  folder.write("words.txt", text);
  const Finished run = on_own_disk(folder, "300k",
                                   "code=0; \"${job[@]}\" || code=$?; echo $code;"
                                   "mount -o remount,size=100m disk ../disk; \"${job[@]}\";"
                                   "cp out.tsv out.db ..");
  INFO(run.err);
  REQUIRE(run.exit == exited(0));
  CHECK(run.out == "75\n");
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  CHECK(has(run.err, "make room there, and start again"));
  check_both(folder, expected);
}

TEST_CASE("a disk that may only be read is not permitted, until it may: 77", "[trouble]") {
  if (!may_mount()) {
    WARN("not looked at: nothing can be mounted here");
    return;
  }
  const Folder folder;
  folder.write("words.txt", "one\n");
  const Finished run =
      on_own_disk(folder, "100m",
                  "\"${job[@]}\"; echo two >> words.txt; mount -o remount,ro ../disk; "
                  "code=0; \"${job[@]}\" || code=$?; echo $code; mount -o remount,rw ../disk;"
                  "\"${job[@]}\"; cp out.tsv out.db ..");
  INFO(run.err);
  REQUIRE(run.exit == exited(0));
  CHECK(run.out == "77\n");
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  CHECK(has(run.err, "Read-only file system"));
  check_both(folder, {{"one", 1}, {"two", 1}});
}

TEST_CASE("a journal that is more than 10 minutes ahead of the clock is refused, both printed: 75",
          "[trouble]") {
  const Folder folder;
  const auto begin_journal_at = [&](const std::string& name, std::int64_t now_ms) {
    const auto storage = make_real_storage();
    const Opening opening{.directory = folder / name,
                          .fingerprint = "source=stdin batch=24h split=space max-line=1MiB",
                          .now = WallTime(Millis(now_ms)),
                          .sinks = {{"stdout", "tsv", kAllRows}},
                          .new_id = {},
                          .epoch_step = 1};
    REQUIRE(Journal::open(*storage, opening).has_value());
  };
  constexpr std::int64_t kMinute = 60'000;
  begin_journal_at("near", wall_clock_ms() + 5 * kMinute);
  begin_journal_at("far", wall_clock_ms() + 30 * kMinute);
  const auto finish_on = [&](const std::string& name) {
    return finish(
        {"-", "-m", "at-least-once", "--checkpoint", folder / name, "-b", "24h", "-f", "tsv"},
        "a\n");
  };
  CHECK(finish_on("near").exit == exited(0));
  const Finished refused = finish_on("far");
  CHECK(refused.exit == exited(75));
  CHECK(refused.out.empty());
  CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
  CHECK(has(refused.err, "comes from the future"));
  CHECK(has(refused.err, "start again when it has come there"));
  CHECK(has(refused.err, "and the clock says 2"));
}

TEST_CASE("a journal that another program has open is busy: 75", "[trouble]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  run(folder);
  folder.append("words.txt", "two\n");
  {
    auto other = Database::open(folder / "state/journal.db", {}).value();
    REQUIRE(other->execute("BEGIN EXCLUSIVE").has_value());
    const std::string told = run(folder, 75);
    CHECK(has(told, "state/journal.db"));
    CHECK(has(told, "end the program that has it open"));
  }
  run(folder);
  check_both(folder, {{"one", 1}, {"two", 1}});
}

TEST_CASE("a damaged database is refused, and goes on when it was put back: 65", "[trouble]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  run(folder);
  const std::string whole = read_file(folder / "out.db");
  std::string damaged = whole;
  constexpr std::size_t kPage = 16'384;
  REQUIRE(damaged.size() > 2 * kPage);
  std::fill(damaged.begin() + kPage, damaged.end(), '\xa5');
  folder.write("out.db", damaged);
  folder.append("words.txt", "two\n");
  const std::string told = run(folder, 65);
  CHECK(has(told, "out.db"));
  CHECK(has(told, "malformed"));
  CHECK(has(told, "put back"));
  folder.write("out.db", whole);
  run(folder);
  check_both(folder, {{"one", 1}, {"two", 1}});
}

TEST_CASE("the first Ctrl-C ends the wait for a database that is held: 75", "[trouble]") {
  const Folder folder;
  const Words arguments{"words.txt", "--follow",          "-b",           "50ms",
                        "-m",        "exactly-once",      "--sink",       "sqlite:out.db",
                        "--sink",    "stdout?format=tsv", "--checkpoint", "state"};
  folder.write("words.txt", "zero\n");
  Counts expected{{"zero", 1}};
  // One that is held when it is opened, and one that is held when a batch is due.
  for (const std::string word : {"one", "two"}) {
    Program program = start(arguments, {.directory = folder.path()});
    auto other = Database::open(folder / "out.db", {.while_busy = [](Millis) { return true; }});
    if (word == "two") program.wait_for_stdout("\tone\t");
    REQUIRE((*other)->execute("BEGIN EXCLUSIVE").has_value());
    folder.append("words.txt", word + "\n");
    program.wait_for_stderr("out.db is held by another process: waiting for it");
    program.send_signal(SIGINT);
    program.expect_exit(exited(75));
    CHECK(has(program.stderr_text(), "out.db: database is locked; stop whoever uses it"));
    REQUIRE((*other)->execute("ROLLBACK").has_value());
    expected[word] = 1;
  }
  Words to_end = arguments;
  to_end.erase(to_end.begin() + 1);  // --follow
  Program last = start(to_end, {.directory = folder.path()});
  last.expect_exit(exited(0));
  CHECK(in_database(folder / "out.db") == expected);
}

TEST_CASE("a database that was moved is given what it still lacks, by its own progress",
          "[trouble]") {
  const Folder folder;
  const auto arguments = [](const std::string& sink) -> Words {
    return {"words.txt",         "-b",           "50ms",  "-m",
            "exactly-once",      "--checkpoint", "state", "--sink",
            "stdout?format=tsv", "--sink",       sink};
  };
  folder.write("words.txt", "one\n");
  Words follow = arguments("sqlite:out.db");
  follow.emplace_back("--follow");
  {
    Program program = start(follow, {.directory = folder.path()});
    program.wait_for_stdout("\tone\t");
    auto other = Database::open(folder / "out.db", {.while_busy = [](Millis) { return true; }});
    REQUIRE((*other)->execute("BEGIN EXCLUSIVE").has_value());
    folder.append("words.txt", "two\n");
    program.wait_for_stderr("out.db is held by another process: waiting for it");
    program.send_signal(SIGTERM);
    program.expect_exit(exited(75));
  }
  folder.rename("out.db", "moved.db");
  Program last = start(arguments("sqlite:moved.db"), {.directory = folder.path()});
  last.expect_exit(exited(0));
  CHECK(has(last.stderr_text(), "moved.db"));
  CHECK(in_database(folder / "moved.db") == Counts{{"one", 1}, {"two", 1}});
}

TEST_CASE("in a directory that is gone there is no place for a database: 66", "[trouble]") {
  const Folder folder;
  Program program(
      {"sh", "-c", "mkdir gone; cd gone; rmdir ../gone; exec \"$0\" --sink sqlite:out.db",
       program_under_test()},
      {.directory = folder.path()});
  program.expect_exit(exited(66));
  CHECK(has(program.stderr_text(), "out.db: the directory that it is in is gone"));
}
