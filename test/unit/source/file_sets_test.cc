// Several files and patterns as one source: which are read, in which order, and that each is read
// once, whatever leads to it.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "packed.h"
#include "source/log_source.h"
#include "unit/source/followed_log.h"

using namespace wordstream;

namespace {

using Names = std::vector<std::string>;

struct FileSet : Following {
  Status follow(const Names& names) { return start<LogSource>(names, true, world.files); }
  Status read(const Names& names) { return start<LogSource>(names, false, world.files); }
  Lines sorted() const {
    Lines all = lines();
    std::ranges::sort(all);
    return all;
  }
};

}  // namespace

TEST_CASE("several files are read one after the other, and each end ends a line", "[file sets]") {
  FileSet set;
  set.world.disk.append("b.log", "b1\nb2");
  set.world.disk.append("a.log", "a1\na2");
  REQUIRE(set.read({"b.log", "a.log"}));
  CHECK(set.lines() == Lines{"b1", "b2", "a1", "a2"});
  CHECK(set.has_ended());
}

TEST_CASE("all files must be there before anything is read of one", "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "a\n");
  const Status opened = set.read({"a.log", "none.log"});
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::NotFound);
  CHECK(set.lines().empty());
}

TEST_CASE("a pattern stands for what matches it, and a name that is there for itself",
          "[file sets]") {
  FileSet set;
  for (const char* const name : {"a.log", "b.log", "[ab].log", "c.txt"}) {
    set.world.disk.append(name, std::string(name) + "\n");
  }
  set.world.disk.make_directory("d.log");
  SECTION("a pattern") {
    REQUIRE(set.read({"*.log"}));
    CHECK(set.lines() == Lines{"[ab].log", "a.log", "b.log"});
  }
  SECTION("a name") {
    REQUIRE(set.read({"[ab].log"}));
    CHECK(set.lines() == Lines{"[ab].log"});
  }
  SECTION("nothing") {
    const Status opened = set.read({"*.none"});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::NotFound);
  }
}

TEST_CASE("followed, files are read as they grow, appear, go, and come back", "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "a1\n");
  REQUIRE(set.follow({"*.log", "late.txt"}));
  set.write("b.log", "b1\n");
  set.write("late.txt", "late\n");
  set.write("a.log", "a2\n");
  CHECK(set.sorted() == Lines{"a1", "a2", "b1", "late"});
  set.world.disk.remove("b.log");
  set.settle();
  set.write("b.log", "b2\n");
  CHECK(set.sorted() == Lines{"a1", "a2", "b1", "b2", "late"});
}

TEST_CASE("what a followed pattern matches is waited for, and that is said", "[file sets]") {
  FileSet set;
  REQUIRE(set.follow({"*.log"}));
  CHECK(set.told<event::Gone>().size() == 1);
  set.write("a.log", "first\n");
  CHECK(set.lines() == Lines{"first"});
}

TEST_CASE("of files that are gone the oldest are forgotten when there are too many",
          "[file sets]") {
  FileSet set;
  set.context.gone_files_max = 2;
  set.world.disk.append("stays.log", "");
  REQUIRE(set.follow({"*.log"}));
  for (const std::string name : {"a.log", "b.log", "c.log", "d.log"}) {
    set.write(name, name + "\n");
    set.pass(std::chrono::seconds(1));
    set.world.disk.remove(name);
    set.pass(std::chrono::seconds(20));
  }
  set.write("e.log", "e.log\n");
  set.pass(std::chrono::seconds(20));
  REQUIRE(set.told<event::Forgotten>().size() == 2);
  CHECK(set.told<event::Forgotten>().front().path == "a.log");
  CHECK(set.told<event::Forgotten>().back().path == "b.log");
  CHECK(set.lines() == Lines{"a.log", "b.log", "c.log", "d.log", "e.log"});
  set.crash();
  CHECK(set.goes_on_from.by_name().size() == 4);
  REQUIRE(set.follow({"*.log"}));
  set.write("b.log", "anew\n");
  set.pass(std::chrono::seconds(1));
  CHECK(set.lines().back() == "anew");
}

TEST_CASE("a file whose name or directory is waited for is read when it comes, within --wait",
          "[file sets]") {
  FileSet set;
  set.be_patient_for(Millis(5000));
  REQUIRE(set.follow({"/logs/app.log"}));
  CHECK(set.told<event::Gone>().size() == 1);
  set.pass(std::chrono::seconds(3));
  SECTION("it comes") {
    set.world.disk.make_directory("/logs");
    set.world.disk.append("/logs/app.log", "first\n");
    set.pass(std::chrono::seconds(10));
    CHECK(set.lines() == Lines{"first"});
    CHECK(set.told<event::Arrived>().size() == 1);
    CHECK_FALSE(set.error());
  }
  SECTION("it does not") {
    set.pass(std::chrono::seconds(3));
    REQUIRE(set.error());
    CHECK(set.error()->code == ErrorCode::NotFound);
  }
}

TEST_CASE("what rotation made of one file is its own, though a pattern matches it", "[file sets]") {
  FileSet set;
  set.world.disk.append("app.log.2", "oldest\n");
  set.world.disk.append("app.log.1", "old\n");
  set.world.disk.append("app.log", "new\n");
  set.world.disk.append("other.log", "other\n");
  REQUIRE(set.follow({"*.log*"}));
  CHECK(set.sorted() == Lines{"new", "old", "oldest", "other"});
  set.world.disk.rename("app.log.2", "app.log.3");
  set.world.disk.rename("app.log.1", "app.log.2");
  set.rename("app.log", "app.log.1");
  set.write("app.log", "newest\n");
  set.write("app.log.1", "late\n");
  CHECK(set.sorted() == Lines{"late", "new", "newest", "old", "oldest", "other"});
  set.crash();
  set.world.disk.append("app.log.2", "very late\n");
  REQUIRE(set.follow({"*.log*"}));
  CHECK(set.sorted() == Lines{"late", "new", "newest", "old", "oldest", "other", "very late"});
}

TEST_CASE("a file that gets the name of another one is read on", "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "a1\n");
  set.world.disk.append("b.log", "b1\n");
  REQUIRE(set.follow({"a.log", "b.log"}));
  set.world.disk.remove("b.log");
  set.rename("a.log", "b.log");
  set.write("b.log", "a2\n");
  set.write("a.log", "a3\n");
  CHECK(set.sorted() == Lines{"a1", "a2", "a3", "b1"});
}

TEST_CASE("a file that gets another name that the pattern matches is read on", "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "a1\n");
  REQUIRE(set.follow({"*.log"}));
  set.rename("a.log", "z.log");
  set.write("z.log", "a2\n");
  set.write("a.log", "a3\n");
  CHECK(set.sorted() == Lines{"a1", "a2", "a3"});
  set.crash();
  set.world.disk.append("z.log", "a4\n");
  REQUIRE(set.follow({"*.log"}));
  CHECK(set.sorted() == Lines{"a1", "a2", "a3", "a4"});
}

TEST_CASE("a file with two names is read once", "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "once\n");
  set.world.disk.link("a.log", "b.log");
  const bool is_followed = GENERATE(true, false);
  REQUIRE((is_followed ? set.follow({"a.log", "b.log"}) : set.read({"a.log", "b.log"})));
  CHECK(set.lines() == Lines{"once"});
}

TEST_CASE("a set goes on where it was, each file in its place, and takes up new ones",
          "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "a1\n");
  set.world.disk.append("b.log", "b1\n");
  REQUIRE(set.follow({"b.log", "*.log"}));
  CHECK(set.sorted() == Lines{"a1", "b1"});
  set.crash();
  set.world.disk.append("a.log", "a2\n");
  set.world.disk.rename("b.log", "b.log.1");
  set.world.disk.append("b.log", "b2\n");
  set.world.disk.append("c.log", "c1\n");
  REQUIRE(set.follow({"b.log", "*.log"}));
  CHECK(set.sorted() == Lines{"a1", "a2", "b1", "b2", "c1"});
  set.crash();
  set.world.disk.rename("a.log", "away");
  REQUIRE(set.follow({"b.log", "*.log"}));
  set.rename("away", "a.log");
  set.write("a.log", "a3\n");
  CHECK(set.sorted() == Lines{"a1", "a2", "a3", "b1", "b2", "c1"});
}

TEST_CASE("a file that has another matching name since the last run goes on at once",
          "[file sets]") {
  FileSet set;
  set.world.disk.append("b", "stays\n");
  set.world.disk.append("a", "one\n");
  REQUIRE(set.follow({"*"}));
  set.crash();
  set.world.disk.rename("a", "c");
  set.world.disk.append("c", "two\n");
  const bool is_followed = GENERATE(false, true);
  REQUIRE((is_followed ? set.follow({"*"}) : set.read({"*"})));
  CHECK(set.sorted() == Lines{"one", "stays", "two"});
}

TEST_CASE("what is packed of a file that a pattern matches is not read again", "[file sets]") {
  FileSet set;
  set.world.disk.append("x.log", "one\ntwo\n");
  REQUIRE(set.follow({"*"}));
  SECTION("beside it, which goes then") {
    set.world.disk.append("x.log.gz", gzip_of("one\ntwo\n"));
    set.pass(std::chrono::seconds(1));
    set.world.disk.remove("x.log");
  }
  SECTION("between two runs") {
    set.crash();
    set.world.disk.append("x.log.gz", gzip_of("one\ntwo\n"));
    set.world.disk.remove("x.log");
    REQUIRE(set.follow({"*"}));
  }
  set.pass(std::chrono::seconds(20));
  CHECK(set.lines() == Lines{"one", "two"});
}

TEST_CASE("what the program writes itself is left out, whatever it is called later",
          "[file sets]") {
  FileSet set;
  set.context.own = {"/out.log"};
  set.world.disk.append("a.log", "a\n");
  set.world.disk.append("out.log", "loop\n");
  REQUIRE(set.follow({"*"}));
  const std::string name = GENERATE("out.log.1", "moved");
  set.rename("out.log", name);
  set.pass(std::chrono::seconds(2));
  CHECK(set.lines() == Lines{"a"});
}

TEST_CASE("what the program writes itself is left out of a pattern, and said", "[file sets]") {
  FileSet set;
  set.context.own = {"/out.log", "/state.log"};
  set.world.disk.append("state.log", "loop\n");
  set.world.disk.append("a.log", "a\n");
  set.world.disk.append("out.log", "loop\n");
  REQUIRE(set.follow({"*.log"}));
  CHECK(set.lines() == Lines{"a"});
  CHECK(set.told<event::LeftOut>().size() == 2);
}

TEST_CASE("what may not be read is left out of a pattern, and said, while a name fails",
          "[file sets]") {
  FileSet set;
  set.world.disk.append("a.log", "a\n");
  set.world.disk.append("b.log", "b\n");
  set.world.disk.forbid("b.log");
  SECTION("pattern") {
    REQUIRE(set.read({"*.log"}));
    CHECK(set.lines() == Lines{"a"});
    CHECK(set.told<event::LeftOut>().size() == 1);
  }
  SECTION("pattern, followed") {
    REQUIRE(set.follow({"*.log"}));
    set.write("c.log", "c\n");
    set.write("d.log", "d\n");
    CHECK(set.sorted() == Lines{"a", "c", "d"});
    CHECK(set.told<event::LeftOut>().size() == 1);
  }
  SECTION("name") {
    const Status opened = set.read({"a.log", "b.log"});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::NotPermitted);
  }
}

TEST_CASE("no file of a set waits until another one is read to its end", "[file sets]") {
  FileSet set;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::string(900, 'x') + "\n";
  set.world.disk.append("long.log", text);
  set.world.disk.append("short.log", "short\n");
  REQUIRE(set.follow({"long.log", "short.log"}));
  CHECK(set.lines().size() == 5001);
  CHECK(set.lines().back() != "short");
}
