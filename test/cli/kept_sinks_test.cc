// Files and databases with a checkpoint behind them, with the real program: exactly once over runs
// and kills, and refused where somebody else has touched them.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "env/database.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Words = std::vector<std::string>;

/// Exactly once, from words.txt into out.tsv and out.db.
Words arguments(const Words& more = {}) {
  Words all{"words.txt", "-m",      "exactly-once", "--checkpoint", "state",
            "--sink",    "out.tsv", "--sink",       "sqlite:out.db"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Runs over words.txt, as far as it goes now. Returns what was told.
std::string run(const Folder& folder, int code = 0, const Words& all = arguments({"-b", "24h"})) {
  Program program = start(all, {.directory = folder.path()});
  program.expect_exit(exited(code));
  return program.stderr_text();
}

Counts in_database(const Folder& folder) {
  auto database = Database::open(folder / "out.db", {.read_only = true}).value();
  Statement query = database->prepare("SELECT word, sum(count) FROM counts GROUP BY word").value();
  Counts counts;
  while (query.step().value()) {
    counts[std::string(query.bytes(0))] = static_cast<std::uint64_t>(query.integer(1));
  }
  return counts;
}

Counts in_file(const Folder& folder) { return sum_tsv(read_file(folder / "out.tsv")); }

bool has(const std::string& text, const std::string& piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

/// Two runs, over "one" and over "two".
void run_twice(const Folder& folder) {
  folder.write("words.txt", "one\n");
  run(folder);
  folder.append("words.txt", "two\n");
  run(folder);
}

}  // namespace

TEST_CASE("runs that follow each other give files and databases every line once", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  const Counts expected{{"one", 1}, {"two", 1}};
  CHECK(in_file(folder) == expected);
  CHECK(in_database(folder) == expected);
  const std::string before = read_file(folder / "out.tsv");
  CHECK_FALSE(has(run(folder), "warning"));
  CHECK(read_file(folder / "out.tsv") == before);
}

TEST_CASE("kill -9 again and again leaves files and databases with every line once",
          "[kept_sinks]") {
  const Folder folder;
  folder.write("words.txt", "");
  Counts expected;
  for (int life = 0; life < 8; ++life) {
    Program program = start(arguments({"--follow", "-b", "20ms", "--sink", "stdout?format=tsv"}),
                            {.directory = folder.path()});
    for (int i = 0; i < 5; ++i) {
      const std::string word = "w" + std::to_string(life) + "x" + std::to_string(i);
      folder.append("words.txt", word + " common\n");
      ++expected[word];
      ++expected["common"];
      // The last ones are not waited for.
      if (i < 3) program.wait_for_stdout("\t" + word + "\t");
    }
    program.send_signal(SIGKILL);
    program.expect_exit(died_of(SIGKILL));
  }
  // The same job, to the end of the file.
  Program last = start(arguments({"--follow", "-b", "20ms", "--sink", "stdout?format=tsv"}),
                       {.directory = folder.path()});
  folder.append("words.txt", "end\n");
  last.wait_for_stdout("\tend\t");
  last.send_signal(SIGTERM);
  last.expect_exit(exited(0));
  ++expected["end"];
  CHECK(in_file(folder) == expected);
  CHECK(in_database(folder) == expected);
}

TEST_CASE("an output that somebody has written to is refused, with the place: 65", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  const std::size_t size = read_file(folder / "out.tsv").size();
  folder.append("out.tsv", "theirs\n");
  folder.append("words.txt", "three\n");
  const std::string told = run(folder, 65);
  CHECK(has(told, "out.tsv"));
  CHECK(has(told, "from byte " + std::to_string(size)));
  CHECK(has(read_file(folder / "out.tsv"), "theirs\n"));
  // Put right, it goes on.
  std::filesystem::resize_file(folder / "out.tsv", size);
  run(folder);
  CHECK(in_file(folder) == Counts{{"one", 1}, {"two", 1}, {"three", 1}});
}

TEST_CASE("an output that is shorter, or another one, is refused: 65", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  const std::string whole = read_file(folder / "out.tsv");
  folder.write("out.tsv", "");
  CHECK(has(run(folder, 65), "shorter"));
  folder.write("other", whole);
  folder.rename("other", "out.tsv");
  CHECK(has(run(folder, 65), "another one"));
}

TEST_CASE("an output that is gone is begun anew, and told of", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  folder.rename("out.tsv", "gone.tsv");
  folder.rename("out.db", "out.db.1");
  folder.append("words.txt", "three\n");
  const std::string told = run(folder);
  CHECK(has(told, "out.tsv is new"));
  CHECK(has(told, "out.db is new"));
  CHECK(in_file(folder) == Counts{{"three", 1}});
  CHECK(in_database(folder) == Counts{{"three", 1}});
}

TEST_CASE("a file that was moved between two runs is no loss, and a new one begins",
          "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  folder.rename("out.tsv", "out.tsv.1");
  folder.append("words.txt", "three\n");
  const std::string told = run(folder);
  CHECK(has(told, "out.tsv.1 now"));
  CHECK_FALSE(has(told, "warning"));
  CHECK(in_file(folder) == Counts{{"three", 1}});
  CHECK(sum_tsv(read_file(folder / "out.tsv.1")) == Counts{{"one", 1}, {"two", 1}});
  // One that nobody of ours has made is not written to.
  folder.rename("out.tsv", "out.tsv.2");
  folder.write("out.tsv", "theirs\n");
  CHECK(has(run(folder, 65), "another one stands in its place"));
  CHECK(read_file(folder / "out.tsv") == "theirs\n");
}

TEST_CASE("a file that holds something is refused by a new checkpoint: 65", "[kept_sinks]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  folder.write("out.tsv", "theirs\n");
  CHECK(has(run(folder, 65), "out.tsv holds something already"));
  CHECK(read_file(folder / "out.tsv") == "theirs\n");
}

TEST_CASE("a database and a checkpoint that do not belong together are refused: 65",
          "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  folder.rename("state", "old");
  folder.rename("out.tsv", "out.tsv.1");
  const std::string told = run(folder, 65);
  CHECK(has(told, "out.db"));
  CHECK(has(told, "journal"));
  // A checkpoint that was restored from an older copy knows less than the database.
  std::filesystem::remove_all(folder / "state");
  folder.rename("old", "state");
  folder.rename("out.tsv.1", "out.tsv");
  std::filesystem::copy(folder / "state", folder / "copy");
  folder.append("words.txt", "three\n");
  run(folder);
  std::filesystem::remove_all(folder / "state");
  folder.rename("copy", "state");
  const std::string again = run(folder, 65);
  CHECK((again.find("out.tsv") != std::string::npos || again.find("out.db") != std::string::npos));
}

TEST_CASE("a run that one of its databases refuses takes over none of them: 65", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  {
    // The other one is another journal's.
    std::filesystem::copy(folder / "out.db", folder / "other.db");
    auto other = Database::open(folder / "other.db", {}).value();
    REQUIRE(other->execute("UPDATE wordstream_progress SET journal = 'x'").has_value());
  }
  const auto epoch = [&] {
    auto database = Database::open(folder / "out.db", {.read_only = true}).value();
    return database->integer("SELECT epoch FROM wordstream_progress").value();
  };
  const std::int64_t before = epoch();
  CHECK(has(run(folder, 65, arguments({"-b", "24h", "--sink", "sqlite:other.db"})), "other.db"));
  CHECK(epoch() == before);
  run(folder);
  CHECK(epoch() > before);
}

TEST_CASE("a run that is refused for one sink costs the others nothing", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  folder.write("mine.tsv", "mine\n");
  const auto [sink, code] =
      GENERATE(table<std::string, int>({{"mine.tsv", 65}, {"missing/out.tsv", 73}}));
  const Words other{"words.txt", "-m", "exactly-once", "--checkpoint", "state", "-b", "24h",
                    "--sink",    sink};
  const std::string told = run(folder, code, other);
  CHECK(has(told, sink));
  CHECK_FALSE(has(told, "out.db"));
  folder.append("words.txt", "three\n");
  run(folder);
  const Counts expected{{"one", 1}, {"three", 1}, {"two", 1}};
  CHECK(in_file(folder) == expected);
  CHECK(in_database(folder) == expected);
}

TEST_CASE("a database tells who has written to it, and where the source stood", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  auto database = Database::open(folder / "out.db", {.read_only = true}).value();
  Statement row = database->prepare("SELECT host, pid, positions FROM wordstream_progress").value();
  REQUIRE(row.step().value());
  CHECK_FALSE(row.bytes(0).empty());
  CHECK(row.integer(1) > 1);
  CHECK(row.bytes(2) == "8\t" + (folder / "words.txt") + "\n");
}

TEST_CASE("a database of before 0.2 is gone on with", "[kept_sinks]") {
  const Folder folder;
  run_twice(folder);
  {
    auto database = Database::open(folder / "out.db", {}).value();
    for (const char* const column : {"host", "pid", "positions"}) {
      const std::string sql = std::string("ALTER TABLE wordstream_progress DROP COLUMN ") + column;
      REQUIRE(database->execute(sql).has_value());
    }
  }
  folder.append("words.txt", "three\n");
  run(folder);
  CHECK(in_database(folder) == Counts{{"one", 1}, {"two", 1}, {"three", 1}});
}

TEST_CASE("a new format is for new batches", "[kept_sinks]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  const auto with = [](const std::string& sink) {
    return Words{"words.txt",    "-b",     "24h", "--checkpoint", "state", "-m",
                 "exactly-once", "--sink", sink};
  };
  run(folder, 0, with("out?format=tsv"));
  folder.append("words.txt", "two\n");
  run(folder, 0, with("out?format=csv"));
  const std::string text = read_file(folder / "out");
  CHECK(has(text, "\tone\t1\n"));
  CHECK(has(text, ",two,1\n"));
  CHECK_FALSE(has(text, "start_ms"));
}

TEST_CASE("the flag --explain promises exactly once for files and databases", "[kept_sinks]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  Program program = start(arguments({"--explain"}), {.directory = folder.path()});
  program.expect_exit(exited(0));
  CHECK(has(program.stdout_text(), "file:" + folder.path() + "/out.tsv: exactly-once"));
  CHECK(has(program.stdout_text(), "sqlite:" + folder.path() + "/out.db: exactly-once"));
  CHECK_FALSE(std::filesystem::exists(folder / "out.tsv"));
}
