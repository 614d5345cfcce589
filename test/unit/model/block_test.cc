#include "model/block.h"

#include <algorithm>

#include "catch.h"

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

TEST_CASE("a block knows the position behind every line that it was told of", "[block]") {
  const auto stream = std::make_shared<const std::string>("stream");
  const auto at = [&](std::uint64_t offset) { return Position{stream, offset}; };
  Block block(64);
  CHECK_FALSE(block.position_at(0));
  take(block, "one\ntwo\n");
  CHECK_FALSE(block.position_at(8));
  block.mark_end(at(108), 8);
  CHECK(block.position_at(4) == at(104));
  CHECK(block.position_at(8) == at(108));
  take(block, "thr\n");
  block.mark_end(at(200), 0);
  CHECK(block.position_at(8) == at(108));
  CHECK(block.position_at(12) == at(200));
  block.clear(64);
  take(block, "four\n");
  CHECK_FALSE(block.position_at(5));
}

TEST_CASE("marks of one stream without a gap are one mark", "[block]") {
  using Place = Position::Place;
  const auto stream = std::make_shared<const std::string>("stream");
  Block block(64);
  take(block, "one\n");
  block.mark_end({stream, 4, Place::BehindCr}, 4);
  take(block, "two\n");
  block.mark_end({stream, 8, Place::BehindLine}, 4);
  CHECK(block.mark_count() == 1);
  CHECK(block.position_at(4) == Position{stream, 4, Place::BehindLine});

  take(block, "six\n");
  block.mark_end({stream, 13, Place::BehindLine}, 4);
  CHECK(block.mark_count() == 2);
  take(block, "ten\n");
  block.mark_end({std::make_shared<const std::string>("other"), 17, Place::BehindLine}, 4);
  CHECK(block.mark_count() == 3);
  CHECK(block.position_at(12)->offset == 13);
  CHECK(block.position_at(12)->stream == stream);
}
