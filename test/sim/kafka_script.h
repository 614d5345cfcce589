// What a script has befall the producers of the fake Kafka, beside what befalls them by chance.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace wordstream::sim {

/// What becomes of a commit whose answer is lost. Later: it cannot be aborted any more, and is seen
/// after a while. Another act is made, or not made where it says Undone.
enum class KafkaLost { Undone, Made, MadeLater };

/// Acts go by their names: "find", "read group", "init", "put place", "flush", "commit", "abort".
struct KafkaProducerScript {
  std::string undoes = {};             ///< the next act of this name finds its transaction failed
  std::string breaks = {};             ///< at the next act of this name the library comes to an end
  std::string loses = {};              ///< the answer to the next act of this name is lost
  std::optional<KafkaLost> lost = {};  ///< of each lost answer; nothing: by chance
  std::size_t queue_max = 5000;        ///< messages that a producer holds
  bool hides_limits = false;           ///< nobody may know "max.message.bytes"
};

}  // namespace wordstream::sim
