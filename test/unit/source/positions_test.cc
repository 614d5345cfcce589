// What a framer says of where its stream can be resumed, held against doing so.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.h"
#include "plain_split.h"
#include "position_at.h"
#include "sim/prng.h"
#include "source/line_framer.h"

using namespace wordstream;

namespace {

using Place = Position::Place;

const auto kStream = std::make_shared<const Stream>(Stream{"stream", "title"});

Position at(std::uint64_t offset, Place place) { return {kStream, offset, place}; }

/// A line as it was handed on, and where its stream goes on behind it.
struct Taken {
  std::string line;
  Position behind;
};

/// Reads a whole text in pieces from a position on.
class Run {
 public:
  Run(std::size_t line_bytes_max, std::size_t block_bytes)
      : budget_{line_bytes_max, 1'000'000}, block_bytes_(block_bytes), block_(block_bytes) {}

  /// Starts at `from` of `text`; `next_size` says how much each read brings at most.
  template <class NextSize>
  void read(std::string_view text, const Position& from, NextSize next_size) {
    framer_.start_at(from);
    text.remove_prefix(from.offset);
    while (!text.empty()) feed(text, next_size());
    while (!framer_.finish(block_)) hand_on();
    hand_on();
  }

  /// Whether every line so far has a position.
  bool has_all() const { return has_all_; }
  const std::vector<Taken>& taken() const { return taken_; }
  std::uint64_t cut_line_count() const { return cut_line_count_; }
  std::size_t mark_count_max() const { return mark_count_max_; }
  bool take_line_grown() { return framer_.take_line_grown(); }

 private:
  void feed(std::string_view& text, std::size_t size) {
    const std::span<char> room = framer_.room(block_, size);
    if (room.empty()) return hand_on();
    size = std::min(room.size(), std::min(size, text.size()));
    std::memcpy(room.data(), text.data(), size);
    framer_.accept(block_, size);
    text.remove_prefix(size);
    mark_count_max_ = std::max(mark_count_max_, block_.mark_count());
  }

  void hand_on() {
    std::size_t begin = 0;
    std::size_t end = 0;
    for_each_line(block_.lines(), [&](std::string_view line) {
      end += line.size();
      end += line_end_length(block_.lines().substr(end));
      const std::optional<Position> behind = position_at(block_, begin, end);
      begin = end;
      has_all_ = has_all_ && behind;
      taken_.push_back({std::string(line), behind.value_or(Position())});
    });
    cut_line_count_ += std::exchange(block_.cut_line_count, 0);
    block_.clear(block_bytes_);
  }

  LineBudget budget_;
  std::size_t block_bytes_;
  LineFramer framer_{budget_};
  Block block_;
  std::vector<Taken> taken_;
  std::uint64_t cut_line_count_ = 0;
  std::size_t mark_count_max_ = 0;
  bool has_all_ = true;
};

std::vector<std::string> lines_of(const std::vector<Taken>& taken, std::size_t from = 0) {
  std::vector<std::string> lines;
  for (; from < taken.size(); ++from) lines.push_back(taken[from].line);
  return lines;
}

/// How many lines of `text` are longer than allowed, those first `skipped` left out.
std::uint64_t long_line_count(std::string_view text, std::size_t line_bytes_max,
                              std::size_t skipped) {
  const std::string all = std::string(text) + (text.ends_with('\n') ? "" : "\n");
  std::uint64_t count = 0;
  for_each_line(all, [&](std::string_view line) {
    if (skipped != 0) return void(--skipped);
    if (line.size() > line_bytes_max) ++count;
  });
  return count;
}

/// All of it at once.
std::vector<Taken> read_whole(std::string_view text, const Position& from,
                              std::size_t line_bytes_max = 1000) {
  Run run(line_bytes_max, 200'000);
  run.read(text, from, [] { return std::size_t{100'000}; });
  return run.taken();
}

}  // namespace

TEST_CASE("a stream resumed behind any of its lines has just the lines that are left",
          "[positions]") {
  sim::Prng prng(5);
  for (int round = 0; round < 4000; ++round) {
    constexpr std::string_view kAlphabet = "ab\r\n";
    const std::size_t letters = prng.one_in(3) ? 4 : 3 + prng.below(40);
    std::string text;
    for (std::uint64_t left = prng.below(60); left > 0; --left) {
      text += kAlphabet[std::min<std::size_t>(prng.below(letters), prng.one_in(2) ? 3 : 1)];
    }
    const std::size_t line_bytes_max = prng.one_in(3) ? 1000 : prng.between(1, 6);
    const std::size_t block_bytes = prng.between(1, 40);
    const std::size_t size_max = prng.between(1, 30);
    const auto some_size = [&] { return prng.between(1, size_max); };

    Run whole(line_bytes_max, block_bytes);
    whole.read(text, at(0, Place::BehindLine), some_size);
    REQUIRE(whole.has_all());
    REQUIRE(whole.cut_line_count() == long_line_count(text, line_bytes_max, 0));
    for (std::size_t i = 0; i < whole.taken().size(); ++i) {
      Run rest(line_bytes_max, block_bytes);
      rest.read(text, whole.taken()[i].behind, some_size);
      REQUIRE(lines_of(rest.taken()) == lines_of(whole.taken(), i + 1));
      REQUIRE(rest.cut_line_count() == long_line_count(text, line_bytes_max, i + 1));
    }
  }
}

TEST_CASE("positions are behind the lines' ends, of every kind", "[positions]") {
  const std::string before(100, 'x');
  const auto taken = read_whole(before + "a\nb\r\nc\rd\r", at(100, Place::BehindLine));
  REQUIRE(taken.size() == 4);
  CHECK(taken[0].behind == at(102, Place::BehindLine));
  CHECK(taken[1].behind == at(105, Place::BehindLine));
  CHECK(taken[2].behind == at(107, Place::BehindLine));
  CHECK(taken[3].behind == at(109, Place::BehindCr));
}

TEST_CASE("a last line without an end and one that was cut say that they are no whole lines",
          "[positions]") {
  const auto unfinished = read_whole("a\nbc", at(0, Place::BehindLine));
  CHECK(unfinished.at(1).behind == at(4, Place::InsideLine));
  const auto cut = read_whole("a\nbcdef", at(0, Place::BehindLine), 2);
  CHECK(cut.at(1).behind == at(7, Place::InsideCutLine));
}

TEST_CASE("behind a CR the LF that belongs to it is not a line", "[positions]") {
  CHECK(lines_of(read_whole("a\r\nb\n", at(2, Place::BehindCr))) == std::vector<std::string>{"b"});
  CHECK(lines_of(read_whole("a\r\nb\n", at(2, Place::BehindLine))) ==
        std::vector<std::string>{"", "b"});
}

TEST_CASE("a line that was counted without its end and then gets it is not counted again",
          "[positions]") {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    for (const std::size_t size_max : {1U, 2U, 100U}) {
      Run run(1000, 100);
      run.read("half" + end + "next\n", at(4, Place::InsideLine), [&] { return size_max; });
      CHECK(lines_of(run.taken()) == std::vector<std::string>{"next"});
      CHECK_FALSE(run.take_line_grown());
    }
  }
}

TEST_CASE("more of a line that was counted is a line of its own, and that is told once",
          "[positions]") {
  Run run(1000, 100);
  run.read("half more\nnext\n", at(4, Place::InsideLine), [] { return std::size_t{3}; });
  CHECK(lines_of(run.taken()) == std::vector<std::string>{" more", "next"});
  CHECK(run.take_line_grown());
  CHECK_FALSE(run.take_line_grown());
}

TEST_CASE("where every line is cut a block is handed on before its marks outgrow it",
          "[positions]") {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "ab\n";
  Run run(1, 1'000'000);
  run.read(text, at(0, Place::BehindLine), [] { return std::size_t{1'000'000}; });
  CHECK(run.taken().size() == 50'000);
  CHECK(run.cut_line_count() == 50'000);
  CHECK(run.mark_count_max() < 20'000);
}

TEST_CASE("lines that are taken as they are need one mark, however they were read", "[positions]") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "some words\r\n";
  Run run(1000, 100'000);
  run.read(text, at(0, Place::BehindLine), [] { return std::size_t{3000}; });
  CHECK(run.has_all());
  CHECK(run.mark_count_max() == 1);
}

namespace {

/// A framer and its block, fed by hand.
struct Feed {
  LineBudget budget{1000, 1000};
  LineFramer framer{budget};
  Block block{100};

  void operator()(std::string_view bytes) {
    std::memcpy(framer.room(block, bytes.size()).data(), bytes.data(), bytes.size());
    framer.accept(block, bytes.size());
  }
};

}  // namespace

TEST_CASE("lines of a stream that was not named have no position", "[positions]") {
  Feed feed;
  feed("a\n");
  CHECK_FALSE(position_at(feed.block, 0, 2));
  CHECK(feed.block.mark_count() == 0);
}

TEST_CASE("lines that come after a stream's end have no position", "[positions]") {
  const bool is_dropped = GENERATE(true, false);
  Feed feed;
  feed.framer.start_at(at(5, Place::BehindLine));
  feed("b\n");
  CHECK(position_at(feed.block, 0, 2) == at(7, Place::BehindLine));
  is_dropped ? void(feed.framer.drop()) : void(feed.framer.finish(feed.block));
  feed("c\n");
  CHECK_FALSE(position_at(feed.block, 2, 4));
  CHECK(position_at(feed.block, 0, 2) == at(7, Place::BehindLine));
}
