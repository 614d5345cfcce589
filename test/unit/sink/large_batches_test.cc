// Batches of more rows than a row sink keeps until they end.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "unit/sink/server_place.h"

using namespace wordstream;
using namespace wordstream::server_test;
using sim::LostCommit;

namespace {

/// Many words, of which few are shown.
std::shared_ptr<const WordCounts> many_words(std::size_t count) {
  WordCounts::Builder builder;
  for (std::size_t i = 0; i < count; ++i) builder.add("w" + std::to_string(i), 1 + i % 1000);
  return std::make_shared<const WordCounts>(std::move(builder).build());
}

}  // namespace

TEST_CASE("many rows go into the transaction before their batch ends, and nobody sees them",
          "[row_sink]") {
  Place place;
  place.world.server.can_be_lost = false;
  place.top = 1;
  place.must_open(resume(1, 0, 0));
  const std::shared_ptr<const WordCounts> words = many_words(400'000);
  const auto give_part = [&](std::uint64_t part) {
    Emission many = emission(part, {});
    many.batch = 1;
    many.counts = many.changed = words;
    CHECK(give(*place.sink, many, &place.world).has_value());
  };
  give_part(1);
  give_part(2);
  CHECK(place.acts.empty());
  give_part(3);
  // The one that came last waits for the end of the batch.
  CHECK(place.acts == std::vector<std::string>{"begin", "write", "write"});
  give_part(4);
  CHECK(place.count_acts("write") == 3);
  CHECK(place.counts().empty());
  CHECK(place.connect()->begin().value().state == Act::State::NotNow);
  CHECK(place.settle(1).value().applied == 1);
  CHECK(place.count_acts("write") == 4);
  CHECK(place.count_acts("commit") == 1);
  CHECK(place.counts().size() == 4);
  // What comes next is little again, and waits for its end.
  place.acts.clear();
  place.must_give(2, {{"a", 1}});
  CHECK(place.acts.empty());
}

TEST_CASE("where a transaction can be lost, its rows are kept, and it begins when all are there",
          "[row_sink]") {
  Place place;
  place.top = 1;
  place.must_open(resume(1, 0, 0));
  place.lose_at("write", 4);
  for (const std::uint64_t part : {1U, 2U, 3U, 4U}) {
    Emission many = emission(part, {});
    many.batch = 1;
    many.counts = many.changed = many_words(400'000);
    CHECK(give(*place.sink, many, &place.world).has_value());
    CHECK(place.acts.empty());
  }
  CHECK(place.settle(1).value().applied == 1);
  CHECK(place.count_acts("write") == 8);
  CHECK(place.counts().size() == 4);
}

TEST_CASE("an emission of many rows waits for the end of its batch, and what ended before does not",
          "[row_sink]") {
  Place place;
  place.top = 1;
  place.must_open(resume(1, 0, 0));
  place.must_give(1, {{"a", 1}});
  CHECK(settle(*place.sink, 1, &place.world, true).has_value());
  CHECK(place.acts.empty());
  Emission many = emission(2, {});
  many.counts = many.changed = many_words(1'200'000);
  CHECK(give(*place.sink, many, &place.world).has_value());
  CHECK(place.acts == std::vector<std::string>{"begin", "write", "note", "commit"});
  CHECK(place.progress() == "1 1");
  CHECK(place.settle(2).value().applied == 2);
  CHECK(place.count_acts("commit") == 2);
}
