// Where counts go: files in every format and databases, one or several at once, in a run without a
// journal.
#include <csignal>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"
#include "env/database.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

using Words = std::vector<std::string>;

/// Runs over `input` in `folder`, one batch. Returns what was printed.
std::string run(const Folder& folder, Words arguments, const std::string& input) {
  folder.write("words.txt", input);
  arguments.insert(arguments.end(), {"words.txt", "-b", "24h"});
  Program program = start(std::move(arguments), {.directory = folder.path()});
  program.expect_exit(exited(0));
  INFO(program.report());
  CHECK(program.stderr_text().empty());
  return program.stdout_text();
}

/// The same text with S and E in place of the times.
std::string without_times(std::string text) {
  text = std::regex_replace(text, std::regex("Time: [^\n]*"), "Time: E");
  text = std::regex_replace(text, std::regex("[0-9]{13}([\t,])[0-9]{13}"), "S$1E");
  return std::regex_replace(text, std::regex("_ms\":[0-9]{13}"), "_ms\":T");
}

std::string file(const Folder& folder, std::string_view name) {
  return without_times(read_file(folder / name));
}

/// The rows of a query: the first column, a text.
Words rows_of(const std::string& path, const std::string& sql) {
  auto database =
      Database::open(path, {.read_only = true, .while_busy = [](Millis) { return true; }}).value();
  Statement query = database->prepare(sql).value();
  Words rows;
  while (query.step().value()) rows.emplace_back(query.bytes(0));
  return rows;
}

bool contains(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

const std::string kPython =
    "-------------------------------------------\nTime: E\n"
    "-------------------------------------------\n('a', 2)\n('b', 1)\n\n";
const std::string kPrint =
    "-------------------------------------------\nTime: E\n"
    "-------------------------------------------\n(a,2)\n(b,1)\n\n";
const std::string kTsv = "S\tE\ta\t2\nS\tE\tb\t1\n";
const std::string kCsv = "start_ms,end_ms,word,count\nS,E,a,2\nS,E,b,1\n";
const std::string kJson =
    "{\"batch\":1,\"start_ms\":T,\"end_ms\":T,\"word\":\"a\",\"count\":2,\"partial\":true}\n"
    "{\"batch\":1,\"start_ms\":T,\"end_ms\":T,\"word\":\"b\",\"count\":1,\"partial\":true}\n";

}  // namespace

TEST_CASE("the flag --sink takes counts anywhere, to several places at once", "[sinks]") {
  const Folder folder;
  const std::string out =
      run(folder,
          {"--sink", "stdout", "--sink=a.tsv", "--sink", "file:b.csv", "--sink", folder / "c.json",
           "--sink", "d?format=python", "--sink", "e", "--sink", "sqlite:f.db"},
          "a b a\n");
  expect_equal(without_times(out), kPrint);
  expect_equal(file(folder, "a.tsv"), kTsv);
  expect_equal(file(folder, "b.csv"), kCsv);
  expect_equal(file(folder, "c.json"), kJson);
  expect_equal(file(folder, "d"), kPython);
  expect_equal(file(folder, "e"), kPrint);
  CHECK(rows_of(folder / "f.db", "SELECT word || count FROM counts") == Words{"a2", "b1"});
}

TEST_CASE("what is not named as a sink gets nothing", "[sinks]") {
  const Folder folder;
  CHECK(run(folder, {"--sink", "a.tsv"}, "a b a\n").empty());
  expect_equal(file(folder, "a.tsv"), kTsv);
}

TEST_CASE("?format= goes before the extension, and that before --format", "[sinks]") {
  const Folder folder;
  const std::string out = run(folder,
                              {"-f", "json", "--sink", "a.tsv?format=csv", "--sink", "b.tsv",
                               "--sink", "c.txt", "--sink", "stdout", "--split", "python"},
                              "a b a\n");
  expect_equal(file(folder, "a.tsv"), kCsv);
  expect_equal(file(folder, "b.tsv"), kTsv);
  expect_equal(file(folder, "c.txt"), kJson);
  expect_equal(without_times(out), kJson);
}

TEST_CASE("only --format python takes --split python along", "[sinks]") {
  const Folder folder;
  CHECK(contains(run(folder, {"-f", "python"}, "a \n"), "('', 1)"));
  CHECK_FALSE(contains(run(folder, {"--sink", "stdout?format=python"}, "a \n"), "('', 1)"));
}

TEST_CASE("?top= is for one sink, --top for those that have none", "[sinks]") {
  const Folder folder;
  const std::string out = run(folder,
                              {"--sink", "a.tsv?top=1", "--sink", "b.tsv", "--sink",
                               "sqlite:c.db?top=3", "--top", "2", "--sink", "stdout?top=all"},
                              "a a a b b c d e f g h i j k l\n");
  CHECK(read_tsv(read_file(folder / "a.tsv")).size() == 1);
  CHECK(read_tsv(read_file(folder / "b.tsv")).size() == 2);
  CHECK(rows_of(folder / "c.db", "SELECT word FROM counts") == Words{"a", "b", "c"});
  CHECK(read_blocks(out).at(0).rows.size() == 12);
}

TEST_CASE("a name may have any characters in it", "[sinks]") {
  const Folder folder;
  run(folder,
      {"--sink", "file:-", "--sink", "file:stdout", "--sink", "./a:b", "--sink", "file:c:d.tsv",
       "--sink", "what?.tsv?", "--sink", "why??top=1&format=tsv"},
      "a b a\n");
  for (const char* const name : {"-", "stdout", "a:b"}) expect_equal(file(folder, name), kPrint);
  for (const char* const name : {"c:d.tsv", "what?.tsv"}) expect_equal(file(folder, name), kTsv);
  expect_equal(file(folder, "why?"), "S\tE\ta\t2\n");
}

TEST_CASE("a file is appended to, with one header, behind a whole line", "[sinks]") {
  const Folder folder;
  folder.write("b.tsv", "theirs");
  for (int i = 0; i < 2; ++i) run(folder, {"--sink", "a.csv", "--sink", "b.tsv"}, "a b a\n");
  expect_equal(file(folder, "a.csv"), kCsv + "S,E,a,2\nS,E,b,1\n");
  expect_equal(file(folder, "b.tsv"), "theirs\n" + kTsv + kTsv);
  run(folder, {"--sink", "a.csv"}, "");
  expect_equal(file(folder, "a.csv"), kCsv + "S,E,a,2\nS,E,b,1\n");
}

TEST_CASE("a file gets the bytes as the format has them, a database all of them", "[sinks]") {
  const Folder folder;
  const std::string word("\x1b[1m\0\xff", 6);
  run(folder, {"--sink", "a.tsv", "--sink", "sqlite:b.db"}, word + " é\n");
  CHECK(contains(read_file(folder / "a.tsv"), "\t" + word + "\t1\n"));
  CHECK(rows_of(folder / "b.db", "SELECT typeof(word) || hex(word) FROM counts") ==
        Words{"textC3A9", "blob1B5B316D00FF"});
}

TEST_CASE("totals go to each sink as it shows them", "[sinks]") {
  const Folder folder;
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "50ms", "--total", "--until-eof", "-q",
                           "--sink", "stdout", "--sink", "a.tsv", "--sink", "sqlite:b.db"},
                          {.directory = folder.path()});
  Connection connection = server.accept();
  connection.send("a b\n");
  program.wait_for_stdout("(a,1)\n(b,1)\n\n");
  connection.send("b\n");
  program.wait_for_stdout("(b,2)\n(a,1)\n\n");
  connection.close();
  program.expect_exit(exited(0));
  Words rows;
  for (const Row& row : read_tsv(read_file(folder / "a.tsv"))) {
    rows.push_back(row.word + std::to_string(row.count));
  }
  CHECK(rows == Words{"a1", "b1", "b2"});
  CHECK(rows_of(folder / "b.db", "SELECT word || count FROM totals") == Words{"a1", "b2"});
}

TEST_CASE("the rows of a batch are in files and databases when the next one is", "[sinks]") {
  const Folder folder;
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "50ms", "-q", "--sink", "a.tsv",
                           "--sink", "sqlite:b.db", "--sink", "stdout?format=tsv"},
                          {.directory = folder.path()});
  Connection connection = server.accept();
  for (const std::string word : {"one", "two", "three", "four"}) {
    connection.send(word + "\n");
    program.wait_for_stdout("\t" + word + "\t1\n");
  }
  // One stuck sink holds all, so that none is further behind than its queue is long.
  CHECK(contains(read_file(folder / "a.tsv"), "\tone\t1\n"));
  CHECK(rows_of(folder / "b.db", "SELECT word FROM counts WHERE word = 'one'") == Words{"one"});
  // What was printed stays, however the program ends.
  program.send_signal(SIGKILL);
  program.expect_exit(died_of(SIGKILL));
  CHECK(contains(read_file(folder / "a.tsv"), "\ttwo\t1\n"));
}

TEST_CASE("a reader of stdout that leaves ends the run for all sinks", "[sinks]") {
  const Folder folder;
  const Server server;
  Program program = start({"-p", server.port_text(), "-b", "50ms", "-q", "--sink", "stdout",
                           "--sink", "a.tsv", "--sink", "sqlite:b.db"},
                          {.directory = folder.path()});
  Connection connection = server.accept();
  connection.send("one\n");
  program.wait_for_stdout("(one,1)\n");
  program.close_stdout();
  program.expect_exit(exited(0));
}

TEST_CASE("a file that another run writes to is busy, and who that is is said: 75", "[sinks]") {
  const Folder folder;
  Program first = start({"--listen", "0", "--sink", "a.tsv"}, {.directory = folder.path()});
  first.listening_port();
  folder.write("words.txt", "a\n");
  Program second = start({"words.txt", "--sink", "a.tsv"}, {.directory = folder.path()});
  second.expect_exit(exited(75));
  CHECK(contains(second.stderr_text(), "a.tsv"));
  first.send_signal(SIGTERM);
  first.expect_exit(exited(0));
}

TEST_CASE("a database that somebody holds is waited for", "[sinks]") {
  const Folder folder;
  run(folder, {"--sink", "sqlite:a.db"}, "old\n");
  auto other = Database::open(folder / "a.db", {}).value();
  REQUIRE(other->execute("BEGIN IMMEDIATE").has_value());
  Program program =
      start({"words.txt", "-b", "24h", "--sink", "sqlite:a.db"}, {.directory = folder.path()});
  program.wait_for_stderr("a.db is held by another process");
  CHECK(program.is_running());
  REQUIRE(other->execute("COMMIT").has_value());
  program.expect_exit(exited(0));
  CHECK(rows_of(folder / "a.db", "SELECT word FROM counts").size() == 2);
}

TEST_CASE("a database that is none, or has a table of somebody's, is refused: 65", "[sinks]") {
  const Folder folder;
  folder.write("words.txt", "a\n");
  folder.write("none.db", std::string(1000, 'x'));
  auto other = Database::open(folder / "other.db", {}).value();
  REQUIRE(other->execute("CREATE TABLE counts (x)").has_value());
  for (const std::string name : {"none.db", "other.db"}) {
    Program program =
        start({"words.txt", "--sink", "sqlite:" + name}, {.directory = folder.path()});
    program.expect_exit(exited(65));
    CHECK(contains(program.stderr_text(), name));
  }
}

TEST_CASE("a file or database that may not be written is not permitted: 77", "[sinks]") {
  const Folder folder;
  REQUIRE(Program({"sh", "-c", "mkdir closed; echo a > closed/a.tsv; chmod 755 closed"},
                  {.directory = folder.path()})
              .wait_exit() == exited(0));
  for (const std::string sink : {"closed/a.tsv", "closed/new.tsv", "sqlite:closed/new.db"}) {
    Program program = start({"--listen", "0", "--sink", sink},
                            {.directory = folder.path(), .user = User::Nobody});
    program.expect_exit(exited(77));
    CHECK(contains(program.stderr_text(), "closed/"));
  }
}

TEST_CASE("a database in WAL mode that others have open is waited for", "[sinks]") {
  const Folder folder;
  folder.write("words.txt", "a b\n");
  auto other = Database::open(folder / "out.db", {}).value();
  REQUIRE(other->execute("PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)").has_value());
  Program program = start({"words.txt", "-b", "24h", "--sink", "sqlite:out.db", "-m",
                           "exactly-once", "--checkpoint", "state"},
                          {.directory = folder.path()});
  program.wait_for_stderr("out.db is held by another process: waiting for it");
  CHECK(program.is_running());
  other.reset();
  program.expect_exit(exited(0));
  CHECK(rows_of(folder / "out.db", "SELECT word FROM counts") == Words{"a", "b"});
  CHECK(rows_of(folder / "out.db", "PRAGMA journal_mode") == Words{"delete"});
}

TEST_CASE("a database that others keep is given up when --wait is over", "[sinks]") {
  const Folder folder;
  folder.write("words.txt", "a b\n");
  for (const std::string mode : {"DELETE", "WAL"}) {
    auto other = Database::open(folder / "out.db", {}).value();
    REQUIRE(other
                ->execute("PRAGMA journal_mode = " + mode +
                          "; CREATE TABLE IF NOT EXISTS t (x); "
                          "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
                .has_value());
    Program program = start({"words.txt", "-b", "24h", "--sink", "sqlite:out.db", "--wait", "20ms"},
                            {.directory = folder.path()});
    program.expect_exit(exited(69));
    const std::string told = program.stderr_text();
    INFO(told);
    CHECK(contains(told, "out.db within 20ms: "));
    CHECK(contains(told, "give --wait more time"));
  }
}

TEST_CASE("a database that was taken once is waited for beyond --wait", "[sinks]") {
  const Folder folder;
  folder.write("words.txt", "a\n");
  Program program = start({"--follow", "words.txt", "-b", "50ms", "--sink", "sqlite:out.db",
                           "--sink", "stdout?format=tsv", "--wait", "10ms"},
                          {.directory = folder.path()});
  program.wait_for_stdout("\ta\t");
  auto other =
      Database::open(folder / "out.db", {.while_busy = [](Millis) { return true; }}).value();
  REQUIRE(other->execute("BEGIN EXCLUSIVE").has_value());
  folder.append("words.txt", "b\n");
  program.wait_for_stderr("out.db is held by another process: waiting for it");
  REQUIRE(other->execute("ROLLBACK").has_value());
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK(rows_of(folder / "out.db", "SELECT word FROM counts ORDER BY word") == Words{"a", "b"});
}
