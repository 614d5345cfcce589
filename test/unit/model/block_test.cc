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
