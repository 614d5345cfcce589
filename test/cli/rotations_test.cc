// What becomes of logs where they are kept: two programs write to one, rotation names, copies and
// packs it, a disk comes late. Whatever of it happens while the job is dead, each line counts once.
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/followed_log.h"
#include "cli/program.h"
#include "packed.h"

using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

bool has(const std::string& text, const std::string& piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

/// Has a run read all that is there, up to `words`, and kills it.
void follow_and_kill(FollowedLog& log, const Words& words) {
  Program program = log.follow();
  log.wait_for(program, words);
  kill(program);
}

/// As `(cat NAME; echo WORD) > new; mv new NAME` does.
void put_longer_copy_in_place(const FollowedLog& log, const std::string& word) {
  log.logs().write("new", read_file(log.path()) + word + "\n");
  log.logs().rename("new", log.name());
}

/// As compressors do: the packed file gets the times of the other, which then goes.
void pack(const Folder& logs, const std::string& name, const std::string& suffix) {
  const std::string text = read_file(logs / name);
  const bool is_gzip = suffix == ".gz";
  logs.write(name + suffix, is_gzip ? wordstream::gzip_of(text) : wordstream::zstd_of(text));
  std::filesystem::last_write_time(logs / (name + suffix),
                                   std::filesystem::last_write_time(logs / name));
  std::filesystem::remove(logs / name);
}

}  // namespace

TEST_CASE("what a second writer adds to a file that was renamed is counted once", "[rotations]") {
  for (const bool is_killed : {false, true}) {
    FollowedLog log("access.log");
    LogWriter one(log.path());
    LogWriter other(log.path());
    one.write("one1\n");
    other.write("other1\n");
    Program first = log.follow();
    log.wait_for(first, {"one1", "other1"});
    log.logs().rename("access.log", "access.log.1");
    one.reopen();
    one.write("one2\n");
    log.wait_for(first, {"one2"});
    if (is_killed) kill(first);
    const Words late = numbered("late", 9);
    for (const std::string& word : late) other.write(word + "\n");
    other.reopen();
    other.write("other2\n");
    if (!is_killed) {
      log.wait_for(first, joined(late, {"other2"}));
      kill(first);
    }
    log.expect_once(joined(late, {"one1", "one2", "other1", "other2"}));
  }
}

TEST_CASE("files that rotation names by dates are all counted by the next run", "[rotations]") {
  struct Names {
    const char* first;
    const char* second;
  };
  for (const Names& names : {Names{"app.log.2026-11-26", "app.log.2026-11-27"},
                             Names{"app.log-20261126", "app.log-20261127"},
                             Names{"app.log-2026-11-26", "app.log-2026-11-27"},
                             Names{"app-2026-11-26.log", "app-2026-11-27.log"},
                             Names{"app.log.2026-11-26_23", "app.log.2026-11-27_00"}}) {
    INFO(names.first);
    FollowedLog log;
    log.logs().write("app.log", "first\n");
    follow_and_kill(log, {"first"});
    log.logs().append("app.log", "first.late\n");
    log.logs().rename("app.log", names.first);
    log.logs().write("app.log", "second\n");
    log.logs().rename("app.log", names.second);
    log.logs().write("app.log", "third\n");
    log.expect_once({"first", "first.late", "second", "third"});
  }
}

TEST_CASE("a longer copy that is put in place of a file adds what is new in it", "[rotations]") {
  for (const bool is_killed : {false, true}) {
    FollowedLog log;
    const Words words = numbered("a.word.of.sixteen.", 110);
    log.logs().write("app.log", lines_of(words));
    REQUIRE(read_file(log.path()).size() >= 2048);
    Program first = log.follow();
    log.wait_for(first, {words.back()});
    if (is_killed) kill(first);
    put_longer_copy_in_place(log, "e3");
    if (!is_killed) {
      log.wait_for(first, {"e3"});
      kill(first);
    }
    log.expect_once(joined(words, {"e3"}));
  }
}

TEST_CASE("a small copy that is put in place while it is followed counts again, which is said",
          "[rotations]") {
  FollowedLog log;
  log.logs().write("app.log", "e1\ne2\n");
  Program program = log.follow();
  log.wait_for(program, {"e1", "e2"});
  put_longer_copy_in_place(log, "e3");
  log.wait_for(program, {"e3"});
  program.wait_for_stderr("warning: " + log.path() + " is a new file that begins with");
  kill(program);
  log.read_to_end();
  CHECK(log.counts() == Counts{{"e1", 2}, {"e2", 2}, {"e3", 1}});
}

TEST_CASE("a small copy that is put in place between two runs is refused", "[rotations]") {
  FollowedLog log;
  log.logs().write("app.log", "e1\ne2\n");
  follow_and_kill(log, {"e1", "e2"});
  put_longer_copy_in_place(log, "e3");
  CHECK(has(log.fail_to_read(65), log.path() + " is not the file that was read"));
  CHECK(log.counts() == Counts{{"e1", 1}, {"e2", 1}});
}

TEST_CASE("a file that is written anew, and longer, has no word that nobody wrote", "[rotations]") {
  FollowedLog log("r.log");
  log.logs().write("r.log", "short\n");
  Program first = log.follow();
  log.wait_for(first, {"short"});
  log.logs().write("r.log", "longer text\n");
  log.wait_for(first, {"longer", "text"});
  first.wait_for_stderr("warning: " + log.path() + " was truncated");
  first.stop();  // so that it does not see the file while that is empty
  log.logs().write("r.log", "much longer than that\n");
  first.send_signal(SIGCONT);
  log.wait_for(first, {"much", "that"});
  kill(first);
  log.read_to_end();
  CHECK(log.counts() ==
        Counts{{"short", 1}, {"longer", 2}, {"text", 1}, {"much", 1}, {"than", 1}, {"that", 1}});
}

TEST_CASE("a file that the next rotation has packed between two runs is known", "[rotations]") {
  for (const std::string suffix : {".gz", ".zst"}) {
    for (const bool has_more : {false, true}) {
      INFO(suffix << (has_more ? ", with more than was read" : ""));
      FollowedLog log;
      log.logs().write("app.log", "one\ntwo\n");
      follow_and_kill(log, {"one", "two"});
      Words words{"one", "two", "last"};
      if (has_more) {
        log.logs().append("app.log", "three\nfour\n");
        words = joined(words, {"three", "four"});
      }
      log.logs().rename("app.log", "app.log.1");
      pack(log.logs(), "app.log.1", suffix);
      log.logs().write("app.log", "last\n");
      log.expect_once(words);
      // And once more, now that it is known as packed.
      log.logs().rename("app.log.1" + suffix, "app.log.2" + suffix);
      log.logs().rename("app.log", "app.log.1");
      pack(log.logs(), "app.log.1", suffix);
      log.logs().write("app.log", "newest\n");
      log.expect_once(joined(words, {"newest"}));
    }
  }
}

TEST_CASE("a directory that comes late is waited for, and nothing in it counts twice",
          "[rotations]") {
  for (const bool is_missing : {false, true}) {
    FollowedLog log;
    log.logs().write("app.log.1", "unread\n");
    log.logs().write("app.log", "one\n");
    follow_and_kill(log, {"one"});
    log.logs().rename("app.log", "app.log.2");
    log.logs().write("app.log", "two\n");
    follow_and_kill(log, {"two"});
    const Folder elsewhere;
    std::filesystem::rename(log.logs().path(), elsewhere / "logs");
    if (!is_missing) std::filesystem::create_directory(log.logs().path());
    Program program = log.follow();
    program.wait_for_stderr(log.path() + " is gone");
    std::filesystem::rename(elsewhere / "logs", log.logs().path());
    log.logs().append("app.log", "three\n");
    log.wait_for(program, {"three"});
    // What is named there is noticed, too.
    log.logs().rename("app.log", "app.log.3");
    log.logs().write("app.log", "four\n");
    log.wait_for(program, {"four"});
    kill(program);
    log.expect_once({"one", "two", "three", "four"});
  }
}

TEST_CASE("NULs that a writer who does not append leaves after a truncation are no word",
          "[rotations]") {
  for (const bool is_seen_empty : {true, false}) {
    FollowedLog log;
    const LogWriter writer(log.path(), false);
    const Words before = numbered("before", 1000);
    writer.write(lines_of(before));
    Program program = log.follow();
    log.wait_for(program, {before.back()});
    if (!is_seen_empty) program.stop();
    log.logs().truncate("app.log");
    if (is_seen_empty) program.wait_for_stderr("was truncated");
    writer.write("after\n");
    if (!is_seen_empty) program.send_signal(SIGCONT);
    log.wait_for(program, {"after"});
    const std::string zeros = std::to_string(lines_of(before).size());
    program.wait_for_stderr("warning: skipped " + zeros + " bytes that are zero");
    kill(program);
    log.expect_once(joined(before, {"after"}));
  }
}
