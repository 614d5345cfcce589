#include "model/positions.h"

#include "catch.h"

using namespace wordstream;

namespace {

std::shared_ptr<const Stream> named(const char* name) {
  return std::make_shared<const Stream>(Stream{name, "title"});
}

Positions over(const char* name) {
  Positions change;
  change.set_over(*named(name));
  return change;
}

}  // namespace

TEST_CASE("positions are the same in the same place of the same stream", "[positions]") {
  const Position position{named("a"), 7, Position::Place::BehindCr, "proof"};
  CHECK(position == Position{named("a"), 7, Position::Place::BehindCr, "proof"});
  CHECK_FALSE(position == Position{named("b"), 7, Position::Place::BehindCr, "proof"});
  CHECK_FALSE(position == Position{named("a"), 8, Position::Place::BehindCr, "proof"});
  CHECK_FALSE(position == Position{named("a"), 7, Position::Place::BehindLine, "proof"});
  CHECK_FALSE(position == Position{named("a"), 7, Position::Place::BehindCr, ""});
}

TEST_CASE("of each stream the last position counts", "[positions]") {
  Positions change({named("a"), 1});
  change.set({named("b"), 2});
  change.set({named("a"), 3});
  CHECK(change.by_name().size() == 2);
  CHECK(change.find("a")->offset == 3);
  CHECK(change.find("b")->offset == 2);
  CHECK(change.find("c") == nullptr);
}

TEST_CASE("two changes make one: what came later counts, an end, too", "[positions]") {
  Positions change({named("a"), 1});
  change.set({named("b"), 2});
  Positions later = over("a");
  later.set({named("c"), 3});
  change.merge(later);
  CHECK(change.by_name().size() == 3);
  CHECK(change.find("a") == nullptr);
  CHECK(change.find("b")->offset == 2);
  CHECK(change.find("c")->offset == 3);
  change.merge(Positions({named("a"), 4}));
  CHECK(change.find("a")->offset == 4);
}

TEST_CASE("of all positions those of a stream that is over are gone", "[positions]") {
  Positions all({named("a"), 1});
  all.apply(over("b"));
  CHECK(all == Positions({named("a"), 1}));
  all.apply(Positions({named("b"), 2}));
  all.apply(over("a"));
  CHECK(all == Positions({named("b"), 2}));
  all.apply(over("b"));
  CHECK(all.empty());
}
