// One disk: what others do to it, and what comes of it for the program that reads and stores there.
#include <string>
#include <vector>

#include "catch.h"
#include "sim/process.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using Ids = std::vector<FileWatch::Id>;

std::string read(World& world, const std::string& path) {
  const std::unique_ptr<File> file = world.files.open(path).value();
  std::string text(1'000'000, '-');
  text.resize(file->read_at(0, text).value());
  return text;
}

FileInfo info(World& world, const std::string& path) { return world.files.info(path).value(); }

}  // namespace

TEST_CASE("what the program stores is read, watched and recognised", "[disk]") {
  World world(1);
  const auto stored = world.storage.open_file("/out").value();
  const auto watching = world.files.make_watch().value();
  const auto out = watching->add_file("out").value();
  REQUIRE(stored->append("to be").has_value());
  CHECK(read(world, "out") == "to be");
  CHECK(watching->take_changes().ids == Ids{out});
  CHECK(is_same_file(stored->info().value(), info(world, "/out")));
  world.files.redirect_stdin("/out");
  CHECK(is_same_file(stored->info().value(), world.files.standard_input().value()->info().value()));
}

TEST_CASE("what the program stored and did not sync is read, and lost with the power", "[disk]") {
  World world(1);
  {
    const auto stored = world.storage.open_file("/out").value();
    REQUIRE(stored->sync().has_value());
    REQUIRE(stored->append("to be").has_value());
  }
  CHECK(read(world, "/out") == "to be");
  world.disk.lose_power(Survival::of_nothing());
  CHECK(read(world, "/out").empty());
}

TEST_CASE("what others do is durable and no effect", "[disk]") {
  World world(1);
  world.disk.make_directory("/logs");
  world.disk.append("/logs/a", "one\n");
  world.disk.append("/logs/a", "two\n");
  world.disk.copy("/logs/a", "/logs/b");
  world.disk.truncate("/logs/a", 4);
  world.disk.rename("/logs/a", "/a");
  world.disk.write_at("/c", 2, "x");
  world.disk.link("/c", "/d");
  world.disk.append("/e", "");
  world.disk.remove("/e");
  world.disk.lose_power(Survival::of_nothing());
  CHECK(world.disk.paths() == std::vector<std::string>{"/a", "/c", "/d", "/logs/b"});
  CHECK(world.disk.text("/a") == "one\n");
  CHECK(world.disk.text("/logs/b") == "one\ntwo\n");
  CHECK(world.disk.text("/d") == std::string("\0\0x", 3));
  CHECK(world.disk.effect_count() == 0);
}

TEST_CASE("a file keeps when it was made under another name, and is modified when it is written to",
          "[disk]") {
  World world(1);
  world.disk.append("log", "one\n");
  const FileInfo first = info(world, "log");
  world.disk.rename("log", "log.1");
  world.disk.append("log", "two\n");
  CHECK(is_same_file(info(world, "log.1"), first));
  CHECK(info(world, "log.1").modified == first.modified);
  CHECK(info(world, "log").birth > first.birth);
  CHECK(info(world, "log").modified > first.modified);
  world.disk.append("log.1", "late\n");
  CHECK(info(world, "log.1").modified > info(world, "log").modified);
  world.disk.set_modified("log.1", first.modified);
  CHECK(info(world, "log.1").modified == first.modified);
  world.disk.copy("log.1", "log");
  CHECK(info(world, "log").birth > info(world, "log.1").birth);
  world.disk.has_births = false;
  world.disk.append("log.2", "");
  CHECK(info(world, "log.2").birth == Nanos::zero());
}

TEST_CASE("a new file may have the number of one that is gone, and not its birth", "[disk]") {
  World world(1);
  world.disk.append("log", "one\n");
  const FileInfo gone = info(world, "log");
  world.disk.remove("log");
  world.disk.inode_next = gone.inode;
  world.disk.append("log", "two\n");
  CHECK(info(world, "log").inode == gone.inode);
  CHECK_FALSE(is_same_file(info(world, "log"), gone));
  world.disk.append("log.1", "");
  CHECK(info(world, "log.1").inode != gone.inode);
}

TEST_CASE("a file that somebody holds is written to under any name, or none", "[disk]") {
  World world(1);
  const auto log = world.disk.append("log", "one\n");
  world.disk.rename("log", "log.1");
  world.disk.write_at(*log, 4, "two\n");
  CHECK(read(world, "log.1") == "one\ntwo\n");
  world.disk.remove("log.1");
  world.disk.truncate(*log, 4);
  world.disk.write_at(*log, 4, "three\n");
  CHECK(log->text() == "one\nthree\n");
  CHECK_FALSE(world.disk.has("log.1"));
}

TEST_CASE("a rename or a copy takes the place of a file, which is read on", "[disk]") {
  World world(1);
  world.disk.append("log", "one\n");
  const auto open = world.files.open("log").value();
  const auto watching = world.files.make_watch().value();
  const auto names = watching->add_names("log").value();
  const auto old = watching->add_file("log").value();
  world.disk.append("draft", "two\n");
  CHECK(watching->take_changes().ids.empty());
  world.disk.rename("draft", "log");
  CHECK(watching->take_changes().ids == Ids{names, old});
  CHECK(read(world, "log") == "two\n");
  world.disk.copy("log", "log.1");
  world.disk.copy("log.1", "log");
  CHECK(watching->take_changes().ids == Ids{names});
  std::string text(4, '-');
  CHECK(open->read_at(0, text) == 4);
  CHECK(text == "one\n");
}

TEST_CASE("two names of one file are one file", "[disk]") {
  World world(1);
  world.disk.append("log", "one\n");
  world.disk.link("log", "same");
  CHECK(is_same_file(info(world, "log"), info(world, "same")));
  world.disk.append("same", "two\n");
  CHECK(read(world, "log") == "one\ntwo\n");
  world.disk.rename("log", "same");
  CHECK(world.disk.has("log"));
  world.disk.remove("log");
  CHECK(read(world, "same") == "one\ntwo\n");
}

TEST_CASE("a hole is as long as the blocks to which nothing was written", "[disk]") {
  World world(1);
  world.disk.append("log", "one\n");
  const auto log = world.files.open("log").value();
  world.disk.write_at("log", 10'000, "two\n");
  CHECK(log->next_data(0) == 0);
  CHECK(log->next_data(4095) == 4095);
  CHECK(log->next_data(4096) == 8192);
  CHECK(log->next_data(9'000) == 9'000);
  CHECK(read(world, "log") == "one\n" + std::string(9'996, '\0') + "two\n");
  world.disk.truncate("log", 100'000);
  CHECK(log->next_data(20'000) == 100'000);
  world.disk.truncate("log", 0);
  world.disk.write_at("log", 10'000, "three\n");
  CHECK(log->next_data(0) == 8192);
  world.disk.copy("log", "copy");
  CHECK(world.files.open("copy").value()->next_data(0) == 0);
}

TEST_CASE("what is unmounted comes back as it was, on another device", "[disk]") {
  World world(1);
  world.disk.make_directory("/logs");
  world.disk.append("/logs/app", "one\n");
  const FileInfo before = info(world, "/logs/app");
  const auto open = world.files.open("/logs/app").value();
  const auto watching = world.files.make_watch().value();
  const auto names = watching->add_names("/logs/app").value();
  const auto file = watching->add_file("/logs/app").value();

  world.disk.unmount("/logs");
  CHECK(watching->take_changes().ids == Ids{names, file});
  CHECK_FALSE(world.disk.has("/logs/app"));
  CHECK(world.disk.has("/logs"));
  std::string text(4, '-');
  CHECK(open->read_at(0, text) == 4);
  const auto anew = watching->add_names("/logs/app").value();
  world.disk.append("/logs/app", "another\n");
  CHECK(watching->take_changes().ids == Ids{anew});
  world.disk.append("/logs/app.2", "another\n");

  world.disk.mount("/logs");
  const FileInfo after = info(world, "/logs/app");
  CHECK(after.device != before.device);
  CHECK(after.inode == before.inode);
  CHECK(after.birth == before.birth);
  CHECK(read(world, "/logs/app") == "one\n");
  CHECK_FALSE(world.disk.has("/logs/app.2"));
  // Whoever watched the directory that is covered now is not told.
  watching->take_changes();
  world.disk.append("/logs/app.1", "");
  CHECK(watching->take_changes().ids == Ids{names});
  CHECK(info(world, "/logs/app.1").device == after.device);
}

TEST_CASE("of too much, a watch knows only that it was too much", "[disk]") {
  World world(1);
  world.disk.append("log", "one\n");
  const auto watching = world.files.make_watch().value();
  const auto log = watching->add_file("log").value();
  world.disk.append("log", "two\n");
  world.disk.overflow_watches();
  const FileWatch::Changes changes = watching->take_changes();
  CHECK(changes.all);
  CHECK(changes.ids.empty());
  world.disk.append("log", "three\n");
  CHECK(watching->take_changes().ids == Ids{log});
  world.disk.is_short_of_watches = true;
  CHECK(watching->add_file("log").error().code == ErrorCode::Io);
  CHECK(world.files.make_watch().error().code == ErrorCode::Unavailable);
}

TEST_CASE("a file that nobody may open is neither read nor written to", "[disk]") {
  World world(1);
  world.disk.append("out", "");
  const auto watching = world.files.make_watch().value();
  const auto names = watching->add_names("out").value();
  world.disk.forbid("out");
  CHECK(watching->take_changes().ids == Ids{names});
  CHECK(world.files.open("out").error().code == ErrorCode::NotPermitted);
  Errno error = 0;
  CHECK_FALSE(world.storage.process().open("/out", FakeProcess::Creation::IfMissing, error));
  CHECK(error == EACCES);
}

TEST_CASE("each open file has a reading of its own", "[disk]") {
  World world(1);
  const auto log = world.disk.append("log", "one");
  const auto read_some = [](File& file) {
    std::string text(100, '-');
    return file.read(text).value().bytes;
  };
  const auto first = world.files.open("log").value();
  const auto second = world.files.open("log").value();
  const std::size_t size = read_some(*first);
  REQUIRE(second->seek(2).has_value());
  CHECK(read_some(*second) == 1);
  CHECK(log->readings() == std::vector<std::string>{std::string("one", size), "", "e"});
}
