#include "sim/log_writers.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "catch.h"
#include "seeds.h"
#include "sim/world.h"

using namespace wordstream;
using namespace wordstream::sim;

namespace {

using Habits = LogWriters::Habits;

/// A log, from the first act to the last.
struct Writing {
  explicit Writing(std::uint64_t seed, std::optional<Habits> habits = {})
      : world(seed),
        writers(world.disk, world.timeline, world.prng, "log",
                habits ? *habits : LogWriters::some_habits(world.prng)) {
    writers.begin();
    while (!writers.are_done()) world.timeline.advance_to(world.timeline.next().value());
  }

  /// Every line that can be read now.
  std::vector<std::string> left() const {
    std::vector<std::string> names = writers.rotated();
    names.emplace_back("log");
    std::vector<std::string> lines;
    for (const std::string& name : names) {
      std::string text = world.disk.text(name);
      std::erase(text, '\0');
      std::istringstream in(text);
      for (std::string line; std::getline(in, line);) lines.push_back(line);
    }
    return lines;
  }

  World world;
  LogWriters writers;
};

}  // namespace

TEST_CASE("what writers have written is in the files that they have left, each line once",
          "[log_writers]") {
  std::ptrdiff_t lost_count = 0;
  std::size_t late_count = 0, hole_count = 0, line_count = 0, rotated_count = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Writing writing(seed);
    const std::vector<LogWriters::Line>& lines = writing.writers.lines();
    INFO("seed " << seed);
    REQUIRE(writing.writers.judge(writing.left()).value_or("") == "");
    line_count += lines.size();
    rotated_count += writing.writers.rotated().size();
    lost_count += std::ranges::count_if(lines, &LogWriters::Line::was_lost);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      if (lines[i].file->info().inode < lines[i - 1].file->info().inode) ++late_count;
    }
    if (writing.world.disk.text("log").starts_with('\0')) ++hole_count;
  }
  // All that is meant to happen does.
  CHECK(line_count > 10'000);
  CHECK(rotated_count > 1000);
  CHECK(lost_count > 500);
  CHECK(late_count > 100);
  CHECK(hole_count > 10);
}

TEST_CASE("writers that are asked for something do that", "[log_writers]") {
  const auto is_dated = GENERATE(false, true);
  const auto is_copied = GENERATE(false, true);
  Habits habits;
  habits.names = is_dated ? Habits::Names::Dated : Habits::Names::Numbered;
  habits.rotation = is_copied ? Habits::Rotation::CopyTruncate : Habits::Rotation::Rename;
  habits.writer_count = 2;
  habits.line_count = 100;
  habits.rotation_count = 2;
  const Writing writing(1, habits);
  const std::vector<std::string> names = writing.writers.rotated();
  CHECK(names == (is_dated ? std::vector<std::string>{"log-2026110100", "log-2026110101"}
                           : std::vector<std::string>{"log.2", "log.1"}));
  for (const std::string& name : names) CHECK(writing.world.disk.has(name));
  CHECK(writing.writers.lines().size() == 200);
  const bool is_one_file = std::ranges::all_of(writing.writers.lines(), [&](const auto& line) {
    return line.file == writing.writers.lines().front().file;
  });
  CHECK(is_one_file == is_copied);
}

TEST_CASE("lines that were not read, or twice, or that nobody wrote are complained of",
          "[log_writers]") {
  Habits habits;
  habits.rotation_count = 0;
  habits.line_count = 3;
  habits.line_bytes_max = 0;
  const Writing writing(1, habits);
  const LogWriters& writers = writing.writers;
  CHECK_FALSE(writers.judge({"w0n2", "w0n0", "w0n1"}));
  CHECK(writers.judge({"w0n2", "w0n1"}).value().find("w0n0") == 5);
  CHECK(writers.judge({"w0n0", "w0n1", "w0n2", "w0n1"}) == "line w0n1 was read 2 times");
  CHECK(writers.judge({"w0n0", "w0n1", "w0n2", "w0"}) == "'w0' was read, and nobody wrote it");
}
