// What the documents show is what happens: every transcript in them is played.
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "e2e/replay.h"
#include "e2e/transcript.h"

using namespace wordstream::e2e;

namespace {

void expect_true_to_life(const std::string& name) {
  const std::string document = wordstream::cli::read_file(WORDSTREAM_SOURCE_DIR "/" + name);
  const std::vector<Scenario> scenarios = read_scenarios(document);
  CHECK_FALSE(scenarios.empty());
  for (const Scenario& scenario : scenarios) {
    INFO(name << ", " << scenario.title);
    Replay replay;
    const std::string difference = replay.play(scenario);
    INFO(difference);
    CHECK(difference.empty());
  }
}

/// The difference that a document of one transcript is found to have.
std::string play(const std::string& transcript) {
  const std::vector<Scenario> scenarios = read_scenarios("```console\n" + transcript + "```\n");
  REQUIRE(scenarios.size() == 1);
  Replay replay;
  return replay.play(scenarios.front());
}

}  // namespace

TEST_CASE("what README.md shows is what happens", "[transcripts]") {
  expect_true_to_life("README.md");
}

TEST_CASE("what docs/tutorial.md shows is what happens", "[transcripts]") {
  expect_true_to_life("docs/tutorial.md");
}

TEST_CASE("what docs/formats.md shows is what happens", "[transcripts]") {
  expect_true_to_life("docs/formats.md");
}

TEST_CASE("what docs/cli.md shows is what happens", "[transcripts]") {
  expect_true_to_life("docs/cli.md");
}

TEST_CASE("what docs/delivery.md shows is what happens", "[transcripts]") {
  expect_true_to_life("docs/delivery.md");
}

TEST_CASE("what docs/protocol.md shows is what happens", "[transcripts]") {
  expect_true_to_life("docs/protocol.md");
}

TEST_CASE("a document is cut into scenarios, terminals and acts", "[transcripts]") {
  const auto scenarios = read_scenarios(
      "# Title\n\n## One\n```console\n$ echo a\na\n```\n```sh\n$ not this\n```\n"
      "## Two\n```console\n# terminal 1\n$ cat\n^C\n```\n");
  REQUIRE(scenarios.size() == 2);
  CHECK(scenarios[0].title == "## One");
  REQUIRE(scenarios[0].transcripts.size() == 1);
  REQUIRE(scenarios[0].transcripts[0].acts.size() == 2);
  CHECK(scenarios[0].transcripts[0].acts[0].text == "echo a");
  CHECK(scenarios[0].transcripts[0].acts[1].text == "a\n");
  CHECK(scenarios[1].transcripts[0].terminal == "# terminal 1");
  CHECK(scenarios[1].transcripts[0].acts[1].kind == Act::Kind::Interrupt);
}

TEST_CASE("times, empty batches and the port make no difference", "[transcripts]") {
  const std::string rule(43, '-');
  CHECK(timeless(rule + "\nTime: 1357008430000 ms\n" + rule + "\n\nat :4711\n", 4711) ==
        "at :9999\n");
  CHECK(timeless(rule + "\nTime: 2013-01-01 02:47:10.500000\n" + rule + "\n('a', 1)\n\n", 1) ==
        rule + "\nTime: #\n" + rule + "\n('a', 1)\n\n");
  CHECK(timeless("1357008430000\t1357008431000\ta\t1\n", 1) == "#\t#\ta\t1\n");
}

TEST_CASE("a block may come again where a transcript says so, and nowhere else", "[transcripts]") {
  const auto block = [](const std::string& row) {
    const std::string rule(43, '-');
    return rule + "\nTime: # ms\n" + rule + "\n" + row + "\n\n";
  };
  const std::string a = block("(a,1)");
  const std::string b = block("(b,1)");
  const auto is_shown = [](const std::string& expected, const std::string& seen) {
    const Shown shown = without_repeats(expected, seen);
    return shown.seen == shown.expected;
  };
  CHECK(is_shown(a + "⋮\n" + b, a + b));
  CHECK(is_shown(a + "⋮\n" + b, a + a + a + b));
  CHECK(is_shown("at\n" + a + "⋮\n" + b + "⋮\n", "at\n" + a + a + b + b));
  CHECK_FALSE(is_shown(a + "⋮\n" + b, a + b + b));
  CHECK_FALSE(is_shown(a + "⋮\n" + b, b));
  CHECK_FALSE(is_shown(a + "⋮\n" + b, a + b + a));
  CHECK_FALSE(is_shown(a + b, a + a + b));
}

TEST_CASE("a transcript that is not true is found out", "[transcripts]") {
  CHECK(play("$ echo a\na\n").empty());
  CHECK_FALSE(play("$ echo a\nb\n").empty());
  CHECK_FALSE(play("$ echo a\n").empty());
  CHECK_FALSE(play("$ echo a\na\nb\n").empty());
  CHECK(play("# terminal 1\n$ echo a; exec tail -f /dev/null\na\n^C\n").empty());
  CHECK_FALSE(play("# terminal 1\n$ echo a; exec yes\nb\n").empty());
}
