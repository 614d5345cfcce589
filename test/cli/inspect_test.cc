// `wordstream inspect`: what it says of real checkpoints, and of those it cannot look into.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;
using nlohmann::json;

namespace {

/// Runs over `input` to its end, with a checkpoint.
void count_into(const std::string& checkpoint, const std::string& input) {
  const Finished run = finish(
      {"-", "-m", "at-least-once", "--checkpoint", checkpoint, "-b", "24h", "-f", "tsv", "-n", "7"},
      input);
  INFO(run.err);
  REQUIRE(run.exit == exited(0));
}

/// A run that was stopped in the middle of a batch.
void leave_open_batch(const std::string& checkpoint) {
  Program program =
      start({"-", "-m", "at-least-once", "--checkpoint", checkpoint, "-b", "24h", "-f", "tsv"},
            {.input = Input::NarrowPipe});
  program.write_stdin("a b a\n");
  program.wait_stdin_taken();
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
}

json inspected(const std::string& checkpoint) {
  Program program = start({"inspect", checkpoint, "--format", "json"});
  program.expect_exit(exited(0));
  const std::string text = program.stdout_text();
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  return json::parse(text);
}

/// What it says, in one line, when it cannot look.
std::string refusal(const std::string& checkpoint, int code) {
  Program program = start({"inspect", checkpoint});
  program.expect_exit(exited(code));
  program.expect_stdout("");
  std::string text = program.stderr_text();
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  return text;
}

}  // namespace

TEST_CASE("a stopped checkpoint tells its job, its epoch and its sinks", "[inspect]") {
  const Folder folder;
  count_into(folder / "state", "a b a\n");
  const json first = inspected(folder / "state");
  count_into(folder / "state", "c\n");
  const json second = inspected(folder / "state");
  CHECK(second["checkpoint"] == folder / "state");
  CHECK(second["job"] == "source=stdin batch=24h split=space max-line=1MiB");
  CHECK(second["journal"] == first["journal"]);
  CHECK(second["journal"].get<std::string>().size() == 32);
  CHECK(second["began_ms"] == first["began_ms"]);
  CHECK(first["epoch"] > 0);
  CHECK(second["epoch"] > first["epoch"]);
  CHECK(second["last_batch"] == 2);
  CHECK(second["batches"].empty());
  REQUIRE(second["sinks"].size() == 1);
  const json& sink = second["sinks"][0];
  CHECK(sink["name"] == "stdout");
  CHECK(sink["applied"] == 2);
  CHECK(sink["formats"].back()["format"] == "tsv");
  CHECK(sink["formats"].back()["top"] == 7);
}

TEST_CASE("a batch that was left open is shown with what it holds", "[inspect]") {
  const Folder folder;
  leave_open_batch(folder / "state");
  const json seen = inspected(folder / "state");
  REQUIRE(seen["batches"].size() == 1);
  const json& batch = seen["batches"][0];
  CHECK(batch["id"] == 1);
  CHECK(batch["open"] == true);
  CHECK(batch["lines"] == 1);
  CHECK(batch["words"] == 3);
  CHECK(batch["bytes"] == 6);
  CHECK(batch["start_ms"] == seen["began_ms"]);
  CHECK(batch["end_ms"].get<std::int64_t>() % 86'400'000 == 0);
  CHECK(seen["sinks"][0]["applied"] == 0);
  CHECK(seen["sinks"][0]["formats"][0]["top"].is_null());
}

TEST_CASE("for people it is a short text that holds the same", "[inspect]") {
  const Folder folder;
  leave_open_batch(folder / "state");
  const json seen = inspected(folder / "state");
  Program program = start({"inspect", folder / "state"});
  program.expect_exit(exited(0));
  const std::string text = program.stdout_text();
  INFO(text);
  for (const std::string& piece :
       {folder / "state", seen["job"].get<std::string>(), seen["journal"].get<std::string>(),
        std::string(" open "), std::string(" UTC"), std::string("stdout (tsv, all rows)"),
        fmt::format("epoch       {},", seen["epoch"].get<std::uint64_t>())}) {
    INFO(piece);
    CHECK(text.find(piece) != std::string::npos);
  }
}

TEST_CASE("what inspect takes is told by --help, before it or behind it", "[inspect]") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help", "inspect"}, {"inspect", "--help"}, {"inspect", "-h"}}) {
    Program program = start(arguments);
    program.expect_exit(exited(0));
    CHECK(program.stdout_text().find("wordstream inspect DIR") != std::string::npos);
  }
}

TEST_CASE("looking changes nothing", "[inspect]") {
  const Folder folder;
  leave_open_batch(folder / "state");
  const std::string before = read_file(folder / "state/journal.db");
  CHECK(inspected(folder / "state") == inspected(folder / "state"));
  CHECK(read_file(folder / "state/journal.db") == before);
}

TEST_CASE("a checkpoint in use names its owner", "[inspect]") {
  const Folder folder;
  Program owner = start({"-", "-m", "at-least-once", "--checkpoint", folder / "state", "-b", "24h"},
                        {.input = Input::NarrowPipe});
  owner.write_stdin("a\n");
  owner.wait_stdin_taken();
  const std::string text = refusal(folder / "state", 75);
  INFO(text);
  CHECK(text.find("process " + std::to_string(owner.pid()) + " ") != std::string::npos);
}

TEST_CASE("where there is no journal it says so", "[inspect]") {
  const Folder folder;
  CHECK(refusal(folder.path(), 66).find(folder.path()) != std::string::npos);
  CHECK(refusal(folder / "missing", 66).find("missing") != std::string::npos);
}

TEST_CASE("a journal that is damaged is not half shown", "[inspect]") {
  const Folder folder;
  leave_open_batch(folder / "state");
  std::string bytes = read_file(folder / "state/journal.db");
  const std::size_t job = bytes.find("source=stdin");
  REQUIRE(job != std::string::npos);
  bytes[job] = 'S';
  folder.write("state/journal.db", bytes);
  CHECK(refusal(folder / "state", 65).find("damaged") != std::string::npos);
  folder.write("state/journal.db", "no database at all, whatever its name says\n");
  refusal(folder / "state", 65);
}
