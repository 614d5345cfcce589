// When a batch begins and ends, and what its label says.
#include <algorithm>
#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

std::vector<nlohmann::json> read_rows(const std::string& text) {
  std::vector<nlohmann::json> rows;
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
  for (std::string line; std::getline(lines, line);) rows.push_back(nlohmann::json::parse(line));
  return rows;
}

}  // namespace

TEST_CASE("labels are multiples of the interval since the epoch, and grow", "[batches]") {
  for (const char* interval : {"20ms", "70ms"}) {
    Program program = start({"--listen", "0", "--batch", interval, "--max-batches", "6"});
    const std::int64_t before = wall_clock_ms();
    program.expect_exit(exited(0));
    const std::int64_t step = std::stoi(interval);
    std::int64_t last = before - step;
    for (const Printed& block : read_blocks(program.stdout_text())) {
      const std::int64_t label = print_time_ms(block);
      INFO(program.report());
      CHECK(label % step == 0);
      CHECK(label > last);
      last = label;
    }
    CHECK(last <= wall_clock_ms());
  }
}

TEST_CASE("python's labels tell the same times", "[batches]") {
  Program program =
      start({"--listen", "0", "--batch", "500ms", "--max-batches", "2", "--format", "python"});
  program.expect_exit(exited(0));
  std::set<bool> has_fraction;
  for (const Printed& block : read_blocks(program.stdout_text())) {
    INFO(block.time);
    has_fraction.insert(block.time.ends_with(".500000"));
    CHECK((block.time.size() == 19 || block.time.ends_with(".500000")));
  }
  // Steady ticks fall on whole and half seconds in turn; a late machine may skip one.
  CHECK_FALSE(has_fraction.empty());
}

TEST_CASE("an empty batch prints its head and a blank line", "[batches]") {
  Program program = start({"--listen", "0", "--batch", "20ms", "--max-batches", "2"});
  program.expect_exit(exited(0));
  const auto blocks = read_blocks(program.stdout_text());
  REQUIRE(blocks.size() == 2);
  program.expect_stdout(block_text(blocks[0].time, {}) + block_text(blocks[1].time, {}));
}

TEST_CASE("an empty batch writes nothing in the formats for programs", "[batches]") {
  for (const char* format : {"tsv", "csv", "json"}) {
    Program program = start({"-l", "0", "-b", "20ms", "--max-batches", "2", "-f", format});
    program.expect_exit(exited(0));
    program.expect_stdout("");
  }
}

TEST_CASE("an empty batch at the end of the stream is not emitted", "[batches]") {
  const Finished run = finish({"--batch", "24h"}, "");
  CHECK(run.exit == exited(0));
  CHECK(run.out.empty());
}

TEST_CASE("a batch closed early begins with the run, ends there and then, and is partial",
          "[batches]") {
  const std::int64_t before = wall_clock_ms();
  const Finished run = finish({"--batch", "24h", "--format", "json"}, "a\n");
  const std::int64_t after = wall_clock_ms();
  const auto rows = read_rows(run.out);
  REQUIRE(rows.size() == 1);
  INFO(run.out << before << " to " << after);
  CHECK(rows[0].at("batch") == 1);
  const std::int64_t begin = rows[0].at("start_ms");
  const std::int64_t end = rows[0].at("end_ms");
  CHECK(begin >= before);
  CHECK(begin < end);
  // No interval is empty: a run of less than a millisecond ends one after it began.
  CHECK(end <= std::max(after, begin + 1));
  CHECK(rows[0].at("partial") == true);
}

TEST_CASE("every batch but the first begins one interval before its end and is whole",
          "[batches]") {
  constexpr std::int64_t kStep = 30;
  const std::int64_t before = wall_clock_ms();
  Program program = start({"-b", "30ms", "-f", "json"}, {.input = Input::Pipe});
  std::int64_t id = 0;
  std::int64_t end = 0;
  while (id < 4) {
    const std::size_t seen = program.stdout_text().size();
    program.write_stdin("tick\n");
    program.wait_for_stdout(
        [&](const std::string& text) { return text.size() > seen && text.back() == '\n'; });
    const auto row = read_rows(program.stdout_text()).back();
    INFO(row.dump());
    CHECK(row.at("batch") > id);
    CHECK(row.at("end_ms") > end);
    id = row.at("batch");
    end = row.at("end_ms");
    CHECK(end % kStep == 0);
    const std::int64_t start = row.at("start_ms");
    CHECK(start == (id == 1 ? std::max(start, before) : end - kStep));
    CHECK(row.value("partial", false) == (id == 1 && start != end - kStep));
  }
}

TEST_CASE("what arrives in different batches is counted apart", "[batches]") {
  Program program = start({"-b", "20ms", "-f", "tsv"}, {.input = Input::Pipe});
  program.write_stdin("a\n");
  program.wait_for_stdout("a\t1\n");
  program.write_stdin("b b\n");
  program.wait_for_stdout("b\t2\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()).size() == 2);
}

TEST_CASE("a half line waits for its end, over batches", "[batches]") {
  Program program = start({"-b", "20ms", "-f", "tsv"}, {.input = Input::NarrowPipe});
  program.write_stdin("first\nhel");
  program.wait_for_stdout("first\t1\n");
  program.write_stdin("lo\n");
  program.wait_for_stdout("hello\t1\n");
}

TEST_CASE("csv writes its header once, before the first row", "[batches]") {
  Program program = start({"-b", "20ms", "-f", "csv"}, {.input = Input::Pipe});
  program.write_stdin("a\n");
  program.wait_for_stdout(",a,1\n");
  program.write_stdin("b\n");
  program.wait_for_stdout(",b,1\n");
  const std::string text = program.stdout_text();
  CHECK(text.starts_with("start_ms,end_ms,word,count\n"));
  CHECK(text.find("start_ms", 1) == std::string::npos);
}

TEST_CASE("the flag --max-batches ends a stream that goes on", "[batches]") {
  Program program = start({"-b", "20ms", "--max-batches", "1"}, {.input = Input::Pipe});
  program.expect_exit(exited(0));
  CHECK(read_blocks(program.stdout_text()).size() == 1);
}
