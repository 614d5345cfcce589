// What is typed, configured and kept of topics: whatever it is, it is read or refused; what is read
// is what was written.
//   input: which of the three (1 byte), then its text
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "env/kafka_properties.h"
#include "fuzz/target.h"
#include "source/kafka_choice.h"
#include "source/kafka_place.h"

namespace wordstream {
namespace {

void run(std::string_view input) {
  const unsigned kind = input.empty() ? 0U : static_cast<unsigned char>(input.front()) % 3U;
  const std::string_view text = input.substr(input.empty() ? 0 : 1);
  if (kind == 0) {
    Position position{partition_stream("t", 0), 7, Position::Place::AtRecord};
    position.proof = text;
    const std::optional<KafkaPlace> place = kafka_place_of(position);
    WS_CHECK(!place || kafka_place_of(to_position(*place, position.stream))->inner == place->inner,
             "writing a place that was read");
  } else if (kind == 1) {
    const Result<KafkaProperties> properties = parse_kafka_properties(text);
    WS_CHECK(!properties || !properties->contains("isolation.level"), "reading properties");
  } else {
    const Result<ChosenSource> source = ReadTopic::parse(text);
    WS_CHECK(source || source.error().code == ErrorCode::InvalidArgument, "reading a topic");
  }
}

std::vector<std::string> seeds() {
  const KafkaPlace place{7, 3, "cluster", witness_of(5, 1234, "value")};
  return {std::string(1, '\0') + to_position(place, partition_stream("t", 0)).proof,
          "\1# x\nsasl.username=me\r\n\nsasl.password = p\n",
          "\2localhost:9092,[::1]/lines?partitions=0-3,7&from=end&group=g&config=%2Fx"};
}

}  // namespace

const FuzzTarget kKafkaTextFuzz{&run, &seeds};

}  // namespace wordstream
