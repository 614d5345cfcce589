#include "source/kafka_place.h"

#include <charconv>
#include <utility>

#include "base/checksum.h"
#include "base/decoder.h"
#include "base/varint.h"

namespace wordstream {
namespace {

/// Of a proof: inner, the cluster's length and the cluster; in the second form a witness as well.
constexpr std::uint64_t kPlaceForm = 1;
constexpr std::uint64_t kWitnessForm = 2;

/// Times before 1970, and -1 for none, are large numbers.
std::uint64_t number_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

KafkaWitness witness_of(std::int64_t offset, std::int64_t time_ms, std::string_view value) {
  return {offset, time_ms, checksum(value)};
}

std::shared_ptr<const Stream> partition_stream(const std::string& topic, std::int32_t partition) {
  const std::string name = topic + "/" + std::to_string(partition);
  return std::make_shared<const Stream>(Stream{name, name});
}

std::optional<std::int32_t> partition_of(const std::string& topic, const Stream& stream) {
  if (!stream.name.starts_with(topic + "/")) return std::nullopt;
  const char* const from = stream.name.data() + topic.size() + 1;
  const char* const end = stream.name.data() + stream.name.size();
  std::int32_t partition = 0;
  const auto [stop, error] = std::from_chars(from, end, partition);
  if (error != std::errc() || stop != end || partition < 0) return std::nullopt;
  return partition;
}

Position to_position(const KafkaPlace& place, const std::shared_ptr<const Stream>& stream) {
  std::string proof;
  append_varint(proof, place.witness ? kWitnessForm : kPlaceForm);
  append_varint(proof, place.inner);
  append_varint(proof, place.cluster.size());
  proof += place.cluster;
  if (place.witness) {
    append_varint(proof, number_of(place.witness->offset));
    append_varint(proof, number_of(place.witness->time_ms));
    append_varint(proof, place.witness->checksum);
  }
  return {stream, number_of(place.offset), Position::Place::AtRecord, std::move(proof)};
}

std::optional<KafkaPlace> kafka_place_of(const Position& position) {
  Decoder decoder(position.proof);
  const std::uint64_t form = decoder.number();
  KafkaPlace place{.offset = static_cast<std::int64_t>(position.offset)};
  place.inner = decoder.number();
  place.cluster = decoder.bytes(decoder.number());
  std::uint64_t sum = 0;
  if (form == kWitnessForm) {
    const auto offset = static_cast<std::int64_t>(decoder.number());
    const auto time_ms = static_cast<std::int64_t>(decoder.number());
    sum = decoder.number();
    place.witness = KafkaWitness{offset, time_ms, static_cast<std::uint32_t>(sum)};
  }
  const bool is_one = decoder.is_over() && (form == kPlaceForm || form == kWitnessForm) &&
                      sum <= UINT32_MAX && place.offset >= 0 &&
                      position.place == Position::Place::AtRecord;
  return is_one ? std::optional(std::move(place)) : std::nullopt;
}

}  // namespace wordstream
