// `wordstream inspect --backup`: copies of checkpoints, and what they are good for when the
// original is lost.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/file_events.h"
#include "cli/folder.h"
#include "cli/followed_log.h"
#include "cli/program.h"
#include "cli/send_peers.h"
#include "env/database.h"

using namespace wordstream::cli;
using nlohmann::json;
using wordstream::Database;

namespace {

Finished back_up(const Folder& folder, const std::string& to) {
  return finish({"inspect", folder / "state", "--backup", folder / to, "--format", "json"}, "");
}

/// A file that is counted exactly once, run after run, as it grows; and its checkpoint is lost.
class Job {
 public:
  explicit Job(const std::string& sink) : sink_(sink) {}

  Folder folder;

  /// A batch of what was added.
  Finished count(const std::string& lines) {
    folder.append("in.log", lines);
    return finish({folder / "in.log", "-m", "exactly-once", "-b", "24h", "--checkpoint",
                   folder / "state", "--sink", fmt::format(fmt::runtime(sink_), folder.path())},
                  "");
  }
  void copy_checkpoint() { REQUIRE(back_up(folder, "copy").exit == exited(0)); }
  void put_copy_in_place() {
    std::filesystem::remove_all(folder / "state");
    std::filesystem::copy(folder / "copy", folder / "state");
  }
  json copy() const {
    return json::parse(finish({"inspect", folder / "copy", "-f", "json"}, "").out);
  }
  Counts in_file() const { return sum_tsv(read_file(folder / "counts.tsv")); }
  std::unique_ptr<Database> database() const {
    return Database::open(folder / "counts.db", {.create = false}).value();
  }

 private:
  std::string sink_;
};

constexpr const char* kFile = "{}/counts.tsv";
constexpr const char* kDatabase = "sqlite:{}/counts.db";

}  // namespace

TEST_CASE("a checkpoint in use is copied whole, again and again", "[backup]") {
  const Folder folder;
  folder.write("in.log", "");
  std::filesystem::create_directory(folder / "out");
  FileEvents events;
  events.watch(folder / "out");
  Program owner = start({"--follow", folder / "in.log", "-m", "exactly-once", "-b", "10ms",
                         "--sink", folder / "out/counts.tsv", "--checkpoint", folder / "state"});
  const auto wait_for = [&](const std::string& word) {
    const std::string path = folder / "out/counts.tsv";
    while (!std::filesystem::exists(path) || !sum_tsv(read_file(path)).contains(word)) {
      REQUIRE(owner.is_running());
      REQUIRE(events.wait(kPatience) > 0);
    }
  };
  std::uint64_t last = 0;
  for (int round = 0; round < 10; ++round) {
    INFO(round);
    const std::string word = "word" + std::to_string(round);
    folder.append("in.log", word + "\n");
    wait_for(word);
    folder.append("in.log", "between\n");
    const std::string to = "copies/" + std::to_string(round);
    const Finished copied = back_up(folder, to);
    INFO(copied.err);
    REQUIRE(copied.exit == exited(0));
    CHECK(copied.err.empty());
    const json seen = json::parse(copied.out);
    CHECK(seen["checkpoint"] == folder / to);
    CHECK(seen["last_batch"] > last);
    last = seen["last_batch"];
  }
  owner.send_signal(SIGTERM);
  owner.expect_exit(exited(0));
}

TEST_CASE("a run goes on from a copy that is as new as what it has written", "[backup]") {
  Job job(kFile);
  REQUIRE(job.count("a b\n").exit == exited(0));
  job.copy_checkpoint();
  job.put_copy_in_place();
  REQUIRE(job.count("c\n").exit == exited(0));
  expect(job.in_file(), once({"a", "b", "c"}));
}

TEST_CASE("a file is cut to where the copy of its checkpoint ends, and filled again", "[backup]") {
  Job job(kFile);
  REQUIRE(job.count("a b\n").exit == exited(0));
  job.copy_checkpoint();
  REQUIRE(job.count("c\n").exit == exited(0));
  job.put_copy_in_place();
  const Finished refused = job.count("d\n");
  CHECK(refused.exit == exited(65));
  const std::uint64_t bytes = job.copy()["sinks"][0]["file"]["bytes"];
  CHECK(has(refused.err, fmt::format("from byte {} on", bytes)));
  std::filesystem::resize_file(job.folder / "counts.tsv", bytes);
  REQUIRE(job.count("e\n").exit == exited(0));
  expect(job.in_file(), once({"a", "b", "c", "d", "e"}));
}

TEST_CASE("rows behind the copy of a checkpoint are removed, and come again", "[backup]") {
  Job job(kDatabase);
  REQUIRE(job.count("a b\n").exit == exited(0));
  job.copy_checkpoint();
  REQUIRE(job.count("c\n").exit == exited(0));
  job.put_copy_in_place();
  // A start that the copy knows nothing of has written there.
  CHECK(job.count("d\n").exit == exited(75));
  const json copy = job.copy();
  const std::string back = fmt::format(
      "DELETE FROM counts WHERE end_ms > {}; "
      "UPDATE wordstream_progress SET batch = min(batch, {}), epoch = {}",
      copy["last_end_ms"].get<std::int64_t>(), copy["last_closed"].get<std::uint64_t>(),
      copy["epoch"].get<std::uint64_t>());
  REQUIRE(job.database()->execute(back).has_value());
  REQUIRE(job.count("e\n").exit == exited(0));
  const auto in_rows = [&](const std::string& condition) {
    return job.database()->integer("SELECT count(*) FROM counts" + condition).value();
  };
  CHECK(in_rows("") == 5);
  CHECK(in_rows(" WHERE count = 1 AND word IN ('a', 'b', 'c', 'd', 'e')") == 5);
}

TEST_CASE("a copy takes no other checkpoint's place", "[backup]") {
  Job job(kFile);
  REQUIRE(job.count("a\n").exit == exited(0));
  job.copy_checkpoint();
  const Finished again = back_up(job.folder, "copy");
  CHECK(again.exit == exited(73));
  CHECK(again.out.empty());
  CHECK(has(again.err, "name another directory"));
  // Nor its own.
  CHECK(back_up(job.folder, "state").exit == exited(73));
  REQUIRE(job.count("b\n").exit == exited(0));
}

TEST_CASE("a copy that has no room leaves nothing of itself", "[backup]") {
  Job job(kFile);
  REQUIRE(job.count("a\n").exit == exited(0));
  // So many blocks of 512 bytes a file may have. One that counts its lines would leave a part of
  // its counts, too, which every program after it could not add to: they go to a folder of their
  // own.
  Program program({"sh", "-c", "ulimit -f 16; GCOV_PREFIX=$PWD exec \"$0\" \"$@\"",
                   program_under_test(), "inspect", job.folder / "state", "--backup",
                   job.folder / "copy"});
  program.expect_exit(exited(74));
  program.expect_stdout("");
  CHECK(read_file(job.folder / "copy/journal.db").empty());
  job.copy_checkpoint();
}

TEST_CASE("what is no checkpoint is not copied", "[backup]") {
  const Folder folder;
  const Finished none = back_up(folder, "copy");
  CHECK(none.exit == exited(66));
  CHECK_FALSE(std::filesystem::exists(folder / "copy"));
  CHECK(finish({"inspect", folder / "state", "--backup", ""}, "").exit == exited(64));
}
