#include "model/block.h"

#include <algorithm>

#include "catch.h"
#include "position_at.h"

using namespace wordstream;

namespace {

void take(Block& block, std::string_view bytes) {
  REQUIRE(block.room().size() >= bytes.size());
  std::copy(bytes.begin(), bytes.end(), block.room().begin());
  block.extend(bytes.size());
}

}  // namespace

TEST_CASE("a new block is empty and all room", "[block]") {
  Block block(64);
  CHECK(block.empty());
  CHECK(block.lines().empty());
  CHECK(block.capacity() == 64);
  CHECK(block.room().size() == 64);
  CHECK(block.cut_line_count == 0);
}

TEST_CASE("lines join a block one behind the other", "[block]") {
  Block block(16);
  take(block, "one\n");
  take(block, "");
  take(block, "two\r");
  CHECK(block.lines() == "one\ntwo\r");
  CHECK(block.room().size() == 8);
  take(block, "three\r\n\n");
  CHECK(block.room().empty());
}

TEST_CASE("an empty block can be made larger, and never becomes smaller", "[block]") {
  Block block(4);
  block.reserve(1000);
  CHECK(block.capacity() == 1000);
  block.reserve(10);
  CHECK(block.capacity() == 1000);
}

TEST_CASE("a cleared block keeps its memory unless that had outgrown what may be kept", "[block]") {
  Block block(64);
  take(block, "one\n");
  block.cut_line_count = 3;
  const char* const memory = block.room().data() - 4;
  block.clear(64);
  CHECK(block.empty());
  CHECK(block.cut_line_count == 0);
  CHECK(block.room().data() == memory);
  block.reserve(1000);
  block.clear(64);
  CHECK(block.capacity() == 64);
  CHECK(block.room().size() == 64);
}

namespace {

std::shared_ptr<const Stream> named(const char* name) {
  return std::make_shared<const Stream>(Stream{name, ""});
}

Positions moves_of(const Block& block, std::size_t from, std::size_t to) {
  Positions moves;
  block.add_moves(from, to, moves);
  return moves;
}

}  // namespace

TEST_CASE("a block knows the position behind every line that it was told of", "[block]") {
  const auto stream = named("stream");
  const auto at = [&](std::uint64_t offset) { return Position{stream, offset}; };
  Block block(64);
  CHECK(moves_of(block, 0, 0).empty());
  take(block, "one\ntwo\n");
  CHECK(moves_of(block, 0, 8).empty());
  block.mark_end(at(108), {8});
  CHECK(position_at(block, 0, 4) == at(104));
  CHECK(position_at(block, 4, 8) == at(108));
  take(block, "thr\n");
  block.mark_end(at(200), {});
  CHECK(position_at(block, 0, 8) == at(108));
  CHECK(position_at(block, 8, 12) == at(200));
  block.clear(64);
  take(block, "four\n");
  CHECK_FALSE(position_at(block, 0, 5));
}

TEST_CASE("marks of one stream without a gap are one mark", "[block]") {
  using Place = Position::Place;
  const auto stream = named("stream");
  Block block(64);
  take(block, "one\n");
  block.mark_end({stream, 4, Place::BehindCr}, {4});
  take(block, "two\n");
  block.mark_end({stream, 8, Place::BehindLine}, {4});
  CHECK(block.mark_count() == 1);
  CHECK(position_at(block, 0, 4) == Position{stream, 4, Place::BehindLine});

  take(block, "six\n");
  block.mark_end({stream, 13, Place::BehindLine}, {4});
  CHECK(block.mark_count() == 2);
  take(block, "ten\n");
  block.mark_end({named("other"), 17, Place::BehindLine}, {4});
  CHECK(block.mark_count() == 3);
  CHECK(moves_of(block, 8, 12) == Positions({stream, 13, Place::BehindLine}));
}

TEST_CASE("of each stream the last place before a line's end has moved", "[block]") {
  const auto a = named("a"), b = named("b"), c = named("c");
  Block block(64);
  take(block, "a1\na2\n");
  block.mark_end({a, 6}, {6});
  take(block, "b1\n");
  block.mark_end({b, 13}, {3});
  take(block, "a3\n");
  block.mark_end({a, 9}, {3});
  take(block, "c1\nc2\n");
  block.mark_end({c, 26}, {6});

  Positions moves({a, 9});
  moves.set({b, 13});
  CHECK(moves_of(block, 0, 12) == moves);
  moves.set({c, 23});
  CHECK(moves_of(block, 0, 15) == moves);
  moves.set({c, 26});
  CHECK(moves_of(block, 0, 18) == moves);
  CHECK(moves_of(block, 0, 6) == Positions({a, 6}));
  CHECK(moves_of(block, 6, 9) == Positions({b, 13}));
}

TEST_CASE("a position may move without a line", "[block]") {
  const auto a = named("a"), b = named("b");
  Block block(64);
  CHECK(block.is_blank());
  block.mark_end({a, 5}, {});
  CHECK(block.empty());
  CHECK_FALSE(block.is_blank());
  CHECK(moves_of(block, 0, 0) == Positions({a, 5}));
  take(block, "b1\n");
  block.mark_end({b, 3}, {3});
  block.mark_end({a, 6}, {});
  CHECK(moves_of(block, 0, 3).find("a")->offset == 6);
  CHECK(moves_of(block, 0, 3).find("b")->offset == 3);
  block.clear(64);
  CHECK(block.is_blank());
}

TEST_CASE("a stream is over with the lines so far", "[block]") {
  const auto a = named("a"), b = named("b");
  Block block(64);
  take(block, "a1\n");
  block.mark_end({a, 3}, {3});
  block.mark_over(b);
  take(block, "c1\nc2\n");
  block.mark_end({named("c"), 6}, {6});
  const Positions first = moves_of(block, 0, 3);
  CHECK(first.find("a")->offset == 3);
  CHECK(first.by_name().contains("b"));
  CHECK(first.find("b") == nullptr);
  CHECK(moves_of(block, 3, 6) == Positions({named("c"), 3}));
}
