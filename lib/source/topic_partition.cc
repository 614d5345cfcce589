#include "source/topic_partition.h"

namespace wordstream {

Standing standing_of(const TopicPartition& partition, const KafkaPartition& there) {
  // What was read since it was asked may stand behind the end of the answer.
  if (partition.asked_offset > there.end) return Standing::MadeAnew;
  const std::optional<KafkaWitness>& asked = partition.asked;
  const bool is_found = asked && there.found && there.found->offset == asked->offset;
  if (is_found) {
    const KafkaFound& found = *there.found;
    const KafkaWitness witness = witness_of(found.offset, found.time_ms, found.value);
    if (witness != *asked) return Standing::MadeAnew;
  }
  if (partition.place.offset < there.begin) return Standing::Taken;
  return is_found || !asked ? Standing::Stands : Standing::Unproved;
}

}  // namespace wordstream
