// Checkpoints of version 1, one for each thing that a journal can hold, and the program that goes
// on from them: exactly where version 1 was killed, or was stopped.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "cli/version_1.h"
#include "env/database.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Words = std::vector<std::string>;

/// Version 1 has run on the first days of 2013. These are midnights.
constexpr std::int64_t kJanuary1 = 1'356'998'400'000;
constexpr std::int64_t kDay = 86'400'000;

Words with(Words arguments, const Words& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// From a pipe to stdout.
const Words kPipe{"-", "-m", "at-least-once", "--checkpoint", "state", "-f", "tsv"};
/// From a file to its end, to stdout.
const Words kFile{"words.txt", "-m", "at-least-once", "--checkpoint", "state", "-b", "24h",
                  "-f",        "tsv"};

/// Runs in `folder`, with `input` on a pipe, to the end, which is a good one.
Finished run(const Folder& folder, const Words& arguments, std::string_view input = "") {
  Program program = start(arguments, {.input = Input::Pipe, .directory = folder.path()});
  if (!input.empty()) program.write_stdin(input);
  program.close_stdin();
  program.expect_exit(exited(0));
  return {exited(0), program.stdout_text(), program.stderr_text()};
}

/// A label of version 1 as it is; one of today is of no interest.
std::string label_text(std::int64_t label) {
  return label > kJanuary1 + 366 * kDay ? "now" : std::to_string(label);
}

std::string row_text(std::int64_t start, std::int64_t end, const std::string& word,
                     std::uint64_t count) {
  return label_text(start) + " " + label_text(end) + " " + word + " " + std::to_string(count);
}

/// The rows of a tsv text, in their order.
Words rows_of(const std::string& tsv) {
  Words rows;
  for (const Row& row : read_tsv(tsv)) {
    CHECK(row.start_ms < row.end_ms);
    rows.push_back(row_text(row.start_ms, row.end_ms, row.word, row.count));
  }
  return rows;
}

/// The rows of out.db, in the order of their key.
Words rows_in_database(const Folder& folder) {
  auto database = Database::open(folder / "out.db", {.read_only = true}).value();
  Statement query =
      database->prepare("SELECT start_ms, end_ms, word, count FROM counts ORDER BY 2, 1, 3")
          .value();
  Words rows;
  while (query.step().value()) {
    rows.push_back(row_text(query.integer(0), query.integer(1), std::string(query.bytes(2)),
                            static_cast<std::uint64_t>(query.integer(3))));
  }
  return rows;
}

void change_database(const Folder& folder, const std::string& sql) {
  auto database = Database::open(folder / "out.db", {.create = false}).value();
  REQUIRE(database->execute(sql).has_value());
}

bool has(const std::string& text, const std::string& piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

/// The warnings on stderr, but for any about version 1.
Words warnings_of(const std::string& text) {
  Words warnings;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const bool is_warning = line.find("warning: ") != std::string::npos;
    if (is_warning && line.find("version 1") == std::string::npos) warnings.push_back(line);
    at = end + 1;
  }
  return warnings;
}

}  // namespace

TEST_CASE("a checkpoint of version 1 with an open batch goes on in that batch", "[version 1]") {
  const Folder folder;
  const Span open = OldCheckpoint(folder, "open_batch").move_to_today();
  const Finished second = run(folder, with(kPipe, {"-b", "24h"}), "late early\n");
  CHECK(warnings_of(second.err).empty());
  const std::vector<Row> rows = read_tsv(second.out);
  REQUIRE(rows.size() == 3);
  for (const Row& row : rows) {
    CHECK(row.start_ms == open.start_ms);
    CHECK(row.end_ms == rows[0].end_ms);
    CHECK(row.end_ms <= open.end_ms);
  }
  CHECK(sum_tsv(second.out) == Counts{{"early", 4}, {"late", 1}, {"later", 1}});
}

TEST_CASE("a batch of version 1 whose time is over is closed first, under its own label",
          "[version 1]") {
  const Folder folder;
  const OldCheckpoint old(folder, "open_batch");
  const Finished second = run(folder, with(kPipe, {"-b", "24h"}), "late early\n");
  CHECK(warnings_of(second.err).empty());
  CHECK(rows_of(second.out) == Words{"1356998401007 1357084800000 early 3",
                                     "1356998401007 1357084800000 later 1",  //
                                     "now now early 1", "now now late 1"});
  CHECK(run(folder, with(kPipe, {"-b", "24h"})).out.empty());
}

TEST_CASE("a batch of version 1 that began within its interval is partial", "[version 1]") {
  const Folder folder;
  const OldCheckpoint old(folder, "open_batch");
  CHECK(run(folder, with(kPipe, {"-b", "24h", "-f", "json"})).out ==
        R"({"batch":1,"start_ms":1356998401007,"end_ms":1357084800000,"word":"early","count":3,)"
        R"("partial":true})"
        "\n"
        R"({"batch":1,"start_ms":1356998401007,"end_ms":1357084800000,"word":"later","count":1,)"
        R"("partial":true})"
        "\n");
}

TEST_CASE("a window of version 1 goes on with the batches that it covers", "[version 1]") {
  const Folder folder;
  const Span open = OldCheckpoint(folder, "windows").move_to_today();
  const Finished next = run(folder, with(kPipe, {"-b", "24h", "-w", "72h"}), "all four\n");
  const std::vector<Row> rows = read_tsv(next.out);
  REQUIRE(rows.size() == 5);
  for (const Row& row : rows) {
    // A second and a millisecond after midnight version 1 began.
    CHECK(row.start_ms == open.end_ms - 3 * kDay + 1001);
    CHECK(row.end_ms == rows[0].end_ms);
    CHECK(row.end_ms <= open.end_ms);
  }
  CHECK(sum_tsv(next.out) == Counts{{"all", 4}, {"one", 1}, {"two", 1}, {"three", 1}, {"four", 1}});
}

TEST_CASE("windows of version 1 that have ended meanwhile come late, with their own ends",
          "[version 1]") {
  const Folder folder;
  const OldCheckpoint old(folder, "windows");
  const Words job = with(kPipe, {"-b", "24h", "-w", "72h"});
  CHECK(rows_of(run(folder, job).out) ==
        Words{"1356998401001 1357257600000 all 3", "1356998401001 1357257600000 one 1",
              "1356998401001 1357257600000 three 1", "1356998401001 1357257600000 two 1",
              "1357084800000 1357344000000 all 2", "1357084800000 1357344000000 three 1",
              "1357084800000 1357344000000 two 1", "1357171200000 1357430400000 all 1",
              "1357171200000 1357430400000 three 1"});
  CHECK(sum_tsv(run(folder, job, "all four\n").out) == Counts{{"all", 1}, {"four", 1}});
}

TEST_CASE("totals of version 1 go on from their base", "[version 1]") {
  const Folder folder;
  const bool may_be_idle = GENERATE(false, true);
  const OldCheckpoint old(folder, may_be_idle ? "idle_totals" : "totals");
  Words job = with(kPipe, {"-b", "10ms", "--total"});
  if (may_be_idle) job = with(job, {"--idle-after", "876000h"});
  const std::string began = std::to_string(kJanuary1 + 1002) + " ";
  const std::string again = began + std::to_string(kJanuary1 + (may_be_idle ? 14'110 : 14'170));
  const std::string now = began + "now ";
  const std::string word(2000, 'x');
  // The last batch came out and was not marked, so it comes again.
  CHECK(rows_of(run(folder, job, "once1 once4 never often later " + word + "\n").out) ==
        Words{again + " later 4", again + " once4 1", now + "often 523", now + word + " 523",
              now + "later 5", now + "once1 2", now + "once4 2", now + "never 1"});
  CHECK(rows_of(run(folder, job, "once2 once4\n").out) == Words{now + "once4 3", now + "once2 2"});
}

TEST_CASE("two sinks of version 1 get what each of them lacks", "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one one\ntwo\nthree\nfour\n");
  OldCheckpoint(folder, "two_sinks").read_from("words.txt");
  const std::string kept = read_file(folder / "out.tsv");
  const Words job{"words.txt", "-m",     "at-least-once", "--checkpoint", "state",        "-b",
                  "1s",        "--sink", "out.tsv",       "--sink",       "sqlite:out.db"};
  const Finished next = run(folder, job);
  CHECK(warnings_of(next.err).empty());
  CHECK(has(next.err, "going on in words.txt at byte 18\n"));
  const Words expected{"1356998401006 1356998402000 one 2", "1356998402000 1356998403000 two 1",
                       "1356998403000 1356998404000 three 1", "now now four 1"};
  CHECK(rows_in_database(folder) == expected);
  // The file had the third batch, and its mark was not yet written: at least once.
  CHECK(read_file(folder / "out.tsv").starts_with(kept));
  CHECK(rows_of(read_file(folder / "out.tsv")) ==
        Words{expected[0], expected[1], expected[2], expected[2], expected[3]});
  run(folder, job);
  CHECK(rows_in_database(folder) == expected);
  CHECK(rows_of(read_file(folder / "out.tsv")).size() == 5);
}

TEST_CASE("a batch of version 1 that waits for a sink is shown as it was first asked for",
          "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one one\ntwo\nthree\nfour four five\n");
  OldCheckpoint(folder, "other_formats").read_from("words.txt");
  const std::string kept = read_file(folder / "out.tsv");
  const Finished next =
      run(folder, {"words.txt", "-m", "at-least-once", "--checkpoint", "state", "-b", "1s",
                   "--sink", "out.tsv?format=csv", "--sink", "sqlite:out.db?top=1"});
  CHECK(warnings_of(next.err).empty());
  const std::string text = read_file(folder / "out.tsv");
  REQUIRE(text.starts_with(kept + "1356998403000\t1356998404000\tthree\t1\n"));
  const std::size_t csv = text.find("three\t1\n", kept.size()) + 8;
  CHECK(has(text.substr(csv), ",four,2\n"));
  CHECK(has(text.substr(csv), ",five,1\n"));
  CHECK_FALSE(has(text.substr(csv), "\t"));
  CHECK_FALSE(has(text, "start_ms"));
  CHECK(rows_in_database(folder) == Words{"1356998401002 1356998402000 one 2",
                                          "1356998402000 1356998403000 two 1",
                                          "1356998403000 1356998404000 three 1", "now now four 2"});
}

TEST_CASE("at most once, what version 1 has marked is not given again", "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one one\ntwo\nthree\n");
  OldCheckpoint(folder, "at_most_once").read_from("words.txt");
  const std::string kept = read_file(folder / "out.tsv");
  const Words job{"words.txt", "--checkpoint", "state",  "-b",           "1s",
                  "--sink",    "out.tsv",      "--sink", "sqlite:out.db"};
  const Finished next = run(folder, job);
  CHECK(warnings_of(next.err).empty());
  // The database was held by somebody else when the second batch was marked.
  CHECK(rows_in_database(folder) == Words{"1356998401004 1356998402000 one 2", "now now three 1"});
  CHECK(read_file(folder / "out.tsv").starts_with(kept));
  CHECK(rows_of(read_file(folder / "out.tsv")) == Words{"1356998401004 1356998402000 one 2",
                                                        "1356998402000 1356998403000 two 1",
                                                        "now now three 1"});
}

TEST_CASE("exactly once, a sink keeps what it has beyond the mark of version 1, and gets the rest",
          "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one one\ntwo three three\nfour\n");
  OldCheckpoint(folder, "exactly_once").read_from("words.txt");
  const std::string kept = read_file(folder / "out.tsv");
  // As it was left; or as if it had been killed while it wrote the second batch, or before.
  const std::size_t tail = GENERATE(70U, 40U, 0U);
  CAPTURE(tail);
  REQUIRE(kept.size() == 34 + 70);
  std::filesystem::resize_file(folder / "out.tsv", 34 + tail);
  if (tail == 0) {
    change_database(folder,
                    "DELETE FROM counts WHERE start_ms = 1356998402000;"
                    "UPDATE wordstream_progress SET batch = 1");
  }
  const Words job{"words.txt", "-m",     "exactly-once", "--checkpoint", "state",        "-b",
                  "1s",        "--sink", "out.tsv",      "--sink",       "sqlite:out.db"};
  const Finished next = run(folder, job);
  CHECK(warnings_of(next.err).empty());
  const Words expected{"1356998401001 1356998402000 one 2", "1356998402000 1356998403000 three 2",
                       "1356998402000 1356998403000 two 1", "now now four 1"};
  CHECK(read_file(folder / "out.tsv").starts_with(kept));
  CHECK(rows_of(read_file(folder / "out.tsv")) == expected);
  CHECK(rows_in_database(folder) == expected);
  run(folder, job);
  CHECK(rows_of(read_file(folder / "out.tsv")) == expected);
  CHECK(rows_in_database(folder) == expected);
}

TEST_CASE("exactly once, what version 1 has not written beyond its mark is refused: 65",
          "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one one\ntwo three three\n");
  OldCheckpoint(folder, "exactly_once").read_from("words.txt");
  folder.append("out.tsv", "theirs\n");
  Program program = start({"words.txt", "-m", "exactly-once", "--checkpoint", "state", "-b", "1s",
                           "--sink", "out.tsv", "--sink", "sqlite:out.db"},
                          {.directory = folder.path()});
  program.expect_exit(exited(65));
  CHECK(has(program.stderr_text(), "from byte 104 on"));
}

namespace {

const Words kLog{"words.log", "-m", "at-least-once", "--checkpoint", "state", "-b", "24h",
                 "-f",        "tsv"};
/// What the open batch of the file that was followed held.
const Words kFollowed{"1356998401002 1357084800000 one 2", "1356998401002 1357084800000 two 2"};

}  // namespace

TEST_CASE("a file that version 1 has followed is found again after it was rotated", "[version 1]") {
  const Folder folder;
  folder.write("words.log.3", "one one\n");
  folder.write("words.log.2", "two two\nhalf line\n");
  folder.write("words.log.1", "three\n");
  folder.write("words.log", "four\n");
  OldCheckpoint(folder, "rotated").read_from("words.log.2");
  Program program = start(with(kLog, {"--follow"}), {.directory = folder.path()});
  program.wait_for_stderr("words.log was rotated: going on with the new file\n");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK(has(program.stderr_text(), "going on in words.log.2 at byte 8\n"));
  CHECK(has(program.stderr_text(), "going on with words.log.1\n"));
  CHECK(warnings_of(program.stderr_text()).empty());
  CHECK(rows_of(program.stdout_text()) == kFollowed);
  // Whatever it has come to, the next run reads the rest.
  CHECK(sum_tsv(run(folder, kLog).out) ==
        Counts{{"half", 1}, {"line", 1}, {"three", 1}, {"four", 1}});
}

TEST_CASE("a rotated file that begins as the one that version 1 has followed is taken for it",
          "[version 1]") {
  const Folder folder;
  folder.write("words.log.1", "two two\nhalf line\n");
  folder.write("words.log", "new\n");
  const OldCheckpoint old(folder, "rotated");
  const Finished next = run(folder, kLog);
  const Words warnings = warnings_of(next.err);
  REQUIRE(warnings.size() == 1);
  CHECK(has(warnings[0], "words.log.1 is another file than the one that was read, but holds all"));
  CHECK(rows_of(next.out) ==
        Words{kFollowed[0], kFollowed[1], "now now half 1", "now now line 1", "now now new 1"});
}

TEST_CASE("at the path no short file is taken for the one that version 1 has read: 65",
          "[version 1]") {
  const Folder folder;
  folder.write("words.log", GENERATE(as<std::string>{}, "two two\nmore\n", "two too\nmore\n"));
  const OldCheckpoint old(folder, "rotated");
  Program program = start(kLog, {.directory = folder.path()});
  program.expect_exit(exited(65));
  CHECK(has(program.stderr_text(), "words.log is not the file that was read"));
}

TEST_CASE("a LF belongs to the CR that version 1 has read before it", "[version 1]") {
  const Folder folder;
  const bool is_crlf = GENERATE(true, false);
  folder.write("words.txt", is_crlf ? "one\r\ntwo\n" : "one\rtwo\n");
  OldCheckpoint(folder, "behind_cr").read_from("words.txt");
  const Finished next = run(folder, kFile);
  CHECK(has(next.err, "going on in words.txt at byte 4\n"));
  CHECK(warnings_of(next.err).empty());
  CHECK(rows_of(next.out) == Words{"now now two 1"});
}

TEST_CASE("the end of a last line that version 1 has counted without it is no line",
          "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one\ntwo\nthree\n");
  OldCheckpoint(folder, "inside_line").read_from("words.txt");
  const Finished next = run(folder, kFile);
  CHECK(has(next.err, "going on in words.txt at byte 7\n"));
  CHECK(warnings_of(next.err).empty());
  CHECK(rows_of(next.out) == Words{"now now three 1"});
}

TEST_CASE("the rest of a last line that version 1 has counted is a line of its own, and told of",
          "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one\ntwofold\nthree\n");
  OldCheckpoint(folder, "inside_line").read_from("words.txt");
  const Finished next = run(folder, kFile);
  const Words warnings = warnings_of(next.err);
  REQUIRE(warnings.size() == 1);
  CHECK(has(warnings[0], "the last line of words.txt has grown after it was counted"));
  CHECK(rows_of(next.out) == Words{"now now fold 1", "now now three 1"});
}

TEST_CASE("the rest of a line that version 1 has cut is skipped", "[version 1]") {
  const Folder folder;
  folder.write("words.txt", "one\ntwotwotwo two\nsix\n");
  OldCheckpoint(folder, "inside_cut_line").read_from("words.txt");
  const Finished next = run(folder, with(kFile, {"--max-line", "3B"}));
  CHECK(has(next.err, "going on in words.txt at byte 10\n"));
  CHECK(warnings_of(next.err).empty());
  CHECK(rows_of(next.out) == Words{"now now six 1"});
}
