// Places in partitions, as journals have them, and whether they stand there still.
#include "source/kafka_place.h"

#include <optional>
#include <string>

#include "catch.h"
#include "source/topic_partition.h"

using namespace wordstream;

namespace {

const KafkaWitness kWitness = witness_of(40, 1234, "first");

TopicPartition partition_at(std::int64_t offset, std::optional<KafkaWitness> witness = kWitness) {
  TopicPartition partition;
  partition.place = {.offset = offset, .witness = witness};
  partition.asked_offset = offset;
  partition.asked = witness;
  return partition;
}

KafkaPartition there(std::int64_t begin, std::int64_t end,
                     std::optional<KafkaFound> found = KafkaFound{40, 1234, "first"}) {
  return {begin, end, end, std::move(found)};
}

}  // namespace

TEST_CASE("a place in a partition is read back as it was written", "[kafka]") {
  const auto stream = partition_stream("lines", 3);
  CHECK(stream->title == "lines/3");
  for (const KafkaPlace& place :
       {KafkaPlace{}, KafkaPlace{7, 0, "Q-x", kWitness},
        KafkaPlace{1LL << 62, 1ULL << 30, "Q-x", witness_of(0, -1, "")}}) {
    const Position position = to_position(place, stream);
    CHECK(position.offset == static_cast<std::uint64_t>(place.offset));
    const std::optional<KafkaPlace> read = kafka_place_of(position);
    REQUIRE(read);
    CHECK(read->offset == place.offset);
    CHECK(read->inner == place.inner);
    CHECK(read->cluster == place.cluster);
    CHECK(read->witness == place.witness);
  }
}

TEST_CASE("places of this form are read for ever", "[kafka]") {
  Position position{partition_stream("lines", 3), 41, Position::Place::AtRecord};
  position.proof = std::string("\x02\x05\x03Q-x\x28\xd2\x09\xc9\x8f\x9c\xd9\x0d", 14);
  const std::optional<KafkaPlace> place = kafka_place_of(position);
  REQUIRE(place);
  CHECK(place->inner == 5);
  CHECK(place->cluster == "Q-x");
  REQUIRE(place->witness);
  CHECK(place->witness->offset == 40);
  CHECK(place->witness->time_ms == 1234);
  CHECK(to_position(*place, position.stream).proof == position.proof);
}

TEST_CASE("what is no place in a partition is not taken for one", "[kafka]") {
  Position position = to_position({7, 0, "Q-x", kWitness}, partition_stream("lines", 3));
  const std::string proof = position.proof;
  for (std::size_t size = 0; size < proof.size(); ++size) {
    position.proof = proof.substr(0, size);
    CHECK(!kafka_place_of(position));
  }
  position.proof = proof + "x";
  CHECK(!kafka_place_of(position));
  position.proof = "\x03" + proof.substr(1);
  CHECK(!kafka_place_of(position));
}

TEST_CASE("a stream is a partition of its own topic alone", "[kafka]") {
  CHECK(partition_of("lines", Stream{"lines/12", ""}) == 12);
  for (const char* const name : {"lines", "lines/", "lines/x", "lines/-1", "lines/1x", "line/1",
                                 "liness/1", "lines/99999999999"}) {
    CHECK(!partition_of("lines", Stream{name, ""}));
  }
}

TEST_CASE("what was read stands there while its witness does, and nothing behind it is gone",
          "[kafka]") {
  CHECK(standing_of(partition_at(50), there(0, 50)) == Standing::Stands);
  CHECK(standing_of(partition_at(50), there(40, 90)) == Standing::Stands);
  CHECK(standing_of(partition_at(50, {}), there(0, 90)) == Standing::Stands);
}

TEST_CASE("another message in the place of the witness is another topic", "[kafka]") {
  CHECK(standing_of(partition_at(50), there(0, 90, KafkaFound{40, 1234, "other"})) ==
        Standing::MadeAnew);
  CHECK(standing_of(partition_at(50), there(0, 90, KafkaFound{40, 1235, "first"})) ==
        Standing::MadeAnew);
}

TEST_CASE("an end before the place is that of another topic, unless it was read since", "[kafka]") {
  CHECK(standing_of(partition_at(50), there(0, 49)) == Standing::MadeAnew);
  CHECK(standing_of(partition_at(50, {}), there(0, 0, {})) == Standing::MadeAnew);
  TopicPartition partition = partition_at(50);
  partition.place.offset = 70;
  CHECK(standing_of(partition, there(0, 60)) == Standing::Stands);
}

TEST_CASE("a witness that compaction or retention took proves nothing", "[kafka]") {
  CHECK(standing_of(partition_at(50), there(45, 90, KafkaFound{45, 9, "x"})) == Standing::Unproved);
  CHECK(standing_of(partition_at(50), there(50, 50, {})) == Standing::Unproved);
}

TEST_CASE("what retention took before it was read is gone", "[kafka]") {
  CHECK(standing_of(partition_at(50), there(51, 90, KafkaFound{51, 9, "x"})) == Standing::Taken);
}
