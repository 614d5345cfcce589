// What of a line is counted: through the real binary, beside the programs that people take for it.
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

Finished run(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.end(), {"--batch", "24h", "--format", "tsv"});
  return finish(arguments, input);
}

Counts count(const std::vector<std::string>& arguments, const std::string& input) {
  const Finished finished = run(arguments, input);
  INFO(finished.err);
  CHECK(finished.exit == exited(0));
  return sum_tsv(finished.out);
}

void expect_refused(const std::vector<std::string>& arguments, const std::string& message) {
  const Finished finished = run(arguments, "");
  CHECK(finished.exit == exited(64));
  CHECK(finished.out == "");
  CHECK(finished.err.find(message) != std::string::npos);
}

constexpr const char* kLog =
    "10.0.0.1 - GET /a 200\n10.0.0.2 - GET /b 404\n10.0.0.1 - POST /a 200\n";

}  // namespace

TEST_CASE("fields of an access log are counted", "[keys]") {
  CHECK(count({"--field", "1"}, kLog) == Counts{{"10.0.0.1", 2}, {"10.0.0.2", 1}});
  CHECK(count({"--field=-1"}, kLog) == Counts{{"200", 2}, {"404", 1}});
  CHECK(count({"--field", "3,4"}, kLog) == Counts{{"GET /a", 1}, {"GET /b", 1}, {"POST /a", 1}});
  CHECK(count({"--field", "2", "--delimiter", "/", "--split", "space"}, kLog) ==
        Counts{{"a", 2}, {"b", 1}, {"200", 2}, {"404", 1}});
  CHECK(count({"--field", "2", "--delimiter", "\\t"}, "a\tb c\n") == Counts{{"b c", 1}});
}

TEST_CASE("what an expression matches is counted, of the lines that are looked at", "[keys]") {
  CHECK(count({"--match", "/(\\w)"}, kLog) == Counts{{"a", 2}, {"b", 1}});
  CHECK(count({"--match-all", "\\b[0-9]\\b"}, kLog) == Counts{{"0", 6}, {"1", 2}, {"2", 1}});
  CHECK(count({"--field", "1", "--grep", " 200$"}, kLog) == Counts{{"10.0.0.1", 2}});
  CHECK(count({"--field", "1", "--skip", "GET"}, kLog) == Counts{{"10.0.0.1", 1}});
  CHECK(count({"--grep", "POST", "--split", "line"}, kLog) ==
        Counts{{"10.0.0.1 - POST /a 200", 1}});
}

TEST_CASE("values of JSON lines are counted", "[keys]") {
  const std::string lines = "{\"u\":{\"id\":7}}\n{\"u\":{\"id\":\"7\"}}\nno\n{\"u\":{}}\n";
  const Finished finished = run({"--json", "/u/id"}, lines);
  CHECK(finished.exit == exited(0));
  CHECK(sum_tsv(finished.out) == Counts{{"7", 2}});
  CHECK(finished.err.find("in this run: 2 of 4 lines gave nothing") != std::string::npos);
}

TEST_CASE("words without their commas, without stop words, and not too short", "[keys]") {
  const Folder folder;
  const std::string stop = folder.write("stop.txt", "the\n");
  CHECK(count({"--split", "letters", "--lower", "--stop-words", stop, "--min-length", "2"},
              "The end, the End - a\n") == Counts{{"end", 2}});
  const Finished missing = run({"--stop-words", folder / "none.txt"}, "a\n");
  CHECK(missing.exit == exited(66));
  CHECK(missing.err.find("--stop-words: cannot open") != std::string::npos);
}

TEST_CASE("threads count keys as one does", "[keys]") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "k" + std::to_string(i % 100) + " GET \"x\"\n";
  const Counts one = count({"--field", "1", "--threads", "1"}, text);
  CHECK(one.size() == 100);
  CHECK(one == count({"--field", "1", "--threads", "3"}, text));
  CHECK(one == count({"--match", "^[^ ]+", "--threads", "3"}, text));
}

TEST_CASE("of a line that was cut what needs its end gives nothing, of others it does", "[keys]") {
  const std::string lines = "{\"a\":1}\n{\"a\":\"much longer\"}\n1234567890\nab cdefghijklmnop\n";
  CHECK(count({"--json", "", "--max-line", "10B"}, lines) ==
        Counts{{"{\"a\":1}", 1}, {"1234567890", 1}});
  CHECK(count({"--field=-1", "--max-line", "10B"}, lines) ==
        Counts{{"{\"a\":1}", 1}, {"1234567890", 1}});
  CHECK(count({"--field", "1", "--max-line", "10B", "--grep", "^ab"}, lines) == Counts{{"ab", 1}});
}

TEST_CASE("that lines give nothing is said before the batch is over", "[keys]") {
  Program program({program_under_test(), "-", "--batch", "24h", "--json", "/a"},
                  {.input = Input::Pipe});
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "x\n";
  program.write_stdin(text);
  program.wait_for_stderr("gave nothing to count: look whether");
  program.close_stdin();
  program.expect_exit(exited(0));
}

TEST_CASE("who wants to know is told where --split finds nothing", "[keys]") {
  const std::string text = "a\n--\n";
  const Finished told = run({"-v", "--split", "letters"}, text);
  CHECK(told.err.find(" ms: 2 lines; --split found nothing in 1\n") != std::string::npos);
  CHECK(told.err.find("in this run: 2 lines; --split found nothing in 1\n") != std::string::npos);
  const Finished both = run({"-v", "--split", "letters", "--field", "2"}, "a -\nb\n");
  CHECK(both.err.find("1 of 2 lines gave nothing; --split found nothing in 1\n") !=
        std::string::npos);
  CHECK(run({"--split", "letters"}, text).err.find("--split") == std::string::npos);
}

TEST_CASE("that the first lines give nothing is said", "[keys]") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "x\n";
  const Finished finished = run({"--json", "/a"}, text);
  CHECK(finished.err.find("gave nothing to count: look whether") != std::string::npos);
  CHECK(finished.err.find("jq -c .") != std::string::npos);
}

TEST_CASE("flags that make no sense together are refused, both named", "[keys]") {
  expect_refused({"--field", "1", "--json", "/a"}, "--field and --json");
  expect_refused({"--match", "a", "--match-all", "b"}, "--match and --match-all");
  expect_refused({"--delimiter", ","}, "--delimiter: there are no fields");
  expect_refused({"--field", "0"}, "--split line");
  expect_refused({"--field", "1", "--delimiter", ""}, "--delimiter");
  expect_refused({"--match", "("}, "no regular expression of RE2");
  expect_refused({"--match", ""}, "--match: it is empty");
  expect_refused({"--grep", "\\pL{50}", "--max-memory", "1MiB"}, "more memory, compiled, than");
  expect_refused({"--grep", ""}, "--grep: it is empty");
  expect_refused({"--json", "a"}, "no JSON pointer");
  expect_refused({"--min-length", "0"}, "--min-length");
  expect_refused({"--split", "word"}, "letters, line");
}
