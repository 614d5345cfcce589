#include "model/position.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("positions are the same in the same place of the same stream", "[position]") {
  const auto named = [](const char* name) { return std::make_shared<const std::string>(name); };
  const Position position{named("a"), 7, Position::Place::BehindCr};
  CHECK(position == Position{named("a"), 7, Position::Place::BehindCr});
  CHECK_FALSE(position == Position{named("b"), 7, Position::Place::BehindCr});
  CHECK_FALSE(position == Position{named("a"), 8, Position::Place::BehindCr});
  CHECK_FALSE(position == Position{named("a"), 7, Position::Place::BehindLine});
}
