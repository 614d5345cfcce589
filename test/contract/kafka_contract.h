// What the contract suites of Kafka's door share. A broker of a test's own stands behind it: a real
// one where this is built for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/kafka_reader.h"
#ifdef WORDSTREAM_WITH_SERVER
#include "contract/real_kafka.h"
#else
#include "contract/fake_kafka.h"
#endif

/// Declares a side; where there is none to be had, says so and ends the case.
#ifdef WORDSTREAM_WITH_SERVER
#define KAFKA_SIDE(side)                                        \
  if (!wordstream::server::KafkaBroker::is_installed()) return; \
  wordstream::contract::RealKafkaSide side
#else
#define KAFKA_SIDE(side) wordstream::contract::FakeKafkaSide side
#endif

namespace wordstream::contract {

/// Produces them one behind the other.
inline void produce(KafkaSide& side, const std::string& topic, std::int32_t partition,
                    const std::vector<std::string>& values) {
  for (const std::string& value : values) side.produce(topic, partition, value);
}

}  // namespace wordstream::contract
