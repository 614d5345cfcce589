// The door to Kafka: consumers (env/kafka_consumer.h) and producers (env/kafka_producer.h). The
// real one stands on librdkafka (env/librdkafka.h), which is loaded when the first is made: a
// program that names no broker needs none of it. The other one is in the simulation
// (test/sim/kafka.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wordstream {

class KafkaConsumer;
class KafkaProducer;
struct KafkaSettings;
struct KafkaProducerSettings;

/// By their names, librdkafka's own: "security.protocol".
using KafkaProperties = std::map<std::string, std::string, std::less<>>;

/// What happens beside messages.
struct KafkaEvent {
  enum class Kind {
    End,           ///< all was taken that can be before `offset`, which is the next one's
    OutOfRange,    ///< nothing is there, or was ever: it is not read on
    Away,          ///< no broker can be reached: it is tried again and again
    Refused,       ///< a broker does not let us in, likewise
    NotCommitted,  ///< offsets did not get into the group
    Said,          ///< the library has something to say
    Broken,        ///< nothing will ever come any more
  };
  Kind kind;
  std::int32_t partition = -1;  ///< of End and OutOfRange; of Refused, where it may not be read
  std::int64_t offset = -1;     ///< of End
  std::string why = {};         ///< of the others; one line
};

/// What was loaded.
struct KafkaLibrary {
  std::string version;            ///< "2.0.2"
  std::vector<std::string> bugs;  ///< of this version, that concern us; one line each
};

class Kafka {
 public:
  virtual ~Kafka() = default;

  /// Fails with Unavailable where the library is missing or too old, and says what to install.
  virtual Result<KafkaLibrary> load() = 0;

  /// Of messages that are committed alone. Fails as load() does; with InvalidArgument where a
  /// property is unknown or its value makes no sense, which is not repeated. Nobody was asked yet.
  virtual Result<std::unique_ptr<KafkaConsumer>> consume(const KafkaSettings& settings) = 0;
  /// Fails likewise; with CannotPromise, which has its name, where a timeout does not go together
  /// with another.
  virtual Result<std::unique_ptr<KafkaProducer>> produce(const KafkaProducerSettings& settings) = 0;
};

/// What there is to know of the library that is loaded, or that it cannot be; for people, a line
/// each.
std::vector<std::string> notes_on(Kafka& kafka);

/// Kafka by librdkafka.
std::unique_ptr<Kafka> make_real_kafka();
/// The version of librdkafka that this program was built against.
std::string kafka_built_against();

}  // namespace wordstream
