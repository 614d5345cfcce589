// Followed files of whose changes nobody tells: on the disks of other machines, and where the
// kernel has no watch to give.
#include <string>
#include <vector>

#include "catch.h"
#include "packed.h"
#include "source/log_source.h"
#include "unit/source/meddled_files.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

struct Unwatched : SourceRun {
  Status follow(const std::string& name) { return start<LogSource>(name, true, world.files); }
  void append(const std::string& path, std::string_view bytes) {
    world.disk.append(path, bytes);
    settle();
  }
};

}  // namespace

TEST_CASE("growth and rotation that nobody tells of are seen within a second", "[polling]") {
  Unwatched run;
  const bool is_remote = GENERATE(true, false);
  (is_remote ? run.world.disk.is_remote : run.world.disk.is_short_of_watches) = true;
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.follow("a.log"));
  run.append("a.log", "two\n");
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one", "two"});
  run.world.disk.rename("a.log", "a.log.1");
  run.append("a.log", "four\n");
  run.append("a.log.1", "three\n");
  run.pass(Millis(2000));
  CHECK(run.lines() == Lines{"one", "two", "three", "four"});
  run.append("a.log.1", "late\n");
  run.pass(Millis(2000));
  CHECK(run.lines().back() == "late");
}

TEST_CASE("files are looked at as often as --poll says, and the source sleeps in between",
          "[polling]") {
  Unwatched run;
  run.world.disk.is_remote = true;
  run.context.poll = Millis(60'000);
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.follow("a.log"));
  run.append("a.log", "two\n");
  run.pass(Millis(59'000));
  CHECK(run.lines() == Lines{"one"});
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one", "two"});
}

TEST_CASE("what is packed is unpacked again when it has changed, and not at each look",
          "[polling]") {
  Unwatched run;
  run.world.disk.is_short_of_watches = true;
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.follow("a.log"));
  run.world.disk.append("a.log.2.gz", gzip_of("two\n"));
  run.world.disk.append("a.log.1.gz", gzip_of("three\n"));
  run.world.disk.rename("a.log", "a.log.3");
  run.append("a.log", "four\n");
  run.pass(Millis(5000));
  REQUIRE(run.lines() == Lines{"one", "two", "three", "four"});
  const auto& opened = run.world.files.opened();
  const std::size_t opened_before = opened.size();
  run.pass(Millis(10'000));
  // Each is opened once so that the disk of another machine says how long it is, and a.log.3 to be
  // read.
  CHECK(opened.size() - opened_before == 10 * (4 + 1));
  run.append("a.log.1.gz", gzip_of("more\n"));
  run.pass(Millis(2000));
  CHECK(run.lines().back() == "more");
}

TEST_CASE("the last of many has its turn where a look takes longer than it is to the next",
          "[polling]") {
  Unwatched run;
  MeddledFiles slow(run.world.files);
  slow.before_open = [&] { run.pass_time(Millis(300)); };
  run.world.disk.is_short_of_watches = true;
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.start<LogSource>("a.log", true, slow));
  for (int i = 0; i < 6; ++i) {
    run.world.disk.rename("a.log", "a.log-2026113" + std::to_string(i));
    run.append("a.log", "two\n");
    run.pass(Millis(20'000));
  }
  run.append("a.log", "last\n");
  run.pass(Millis(20'000));
  CHECK(run.lines().back() == "last");
}

TEST_CASE("a pattern is matched anew where nobody tells of names", "[polling]") {
  Unwatched run;
  run.world.disk.is_remote = true;
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.follow("*.log"));
  run.append("b.log", "two\n");
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one", "two"});
}

TEST_CASE("a disk of another machine that is mounted late is looked at from then on", "[polling]") {
  Unwatched run;
  REQUIRE(run.follow("/logs/a.log"));
  run.world.disk.is_remote = true;
  run.world.disk.make_directory("/logs");
  run.world.disk.append("/logs/a.log", "one\n");
  run.pass(Millis(2000));
  run.append("/logs/a.log", "two\n");
  run.pass(Millis(2000));
  CHECK(run.lines() == Lines{"one", "two"});
}

TEST_CASE("what names lead to on a remote disk is believed when it has stood still", "[polling]") {
  Unwatched run;
  run.world.disk.is_remote = true;
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.follow("a.log"));
  run.world.disk.rename("a.log", "a.log.1");
  run.append("a.log.1", "two\n");
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one"});
  run.append("a.log", "three\n");
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one"});
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one", "two", "three"});
}

TEST_CASE("a file that is rewritten on a remote disk is read from its start at the second look",
          "[polling]") {
  Unwatched run;
  run.world.disk.is_remote = true;
  run.world.disk.append("a.log", "one\n");
  REQUIRE(run.follow("a.log"));
  run.world.disk.put("a.log", "two\n");
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one"});
  CHECK(run.told<event::Truncated>().empty());
  run.pass(Millis(1000));
  CHECK(run.lines() == Lines{"one", "two"});
}
