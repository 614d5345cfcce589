// How far a topic has come, as its journal's group has it: the batch is the offset of the topic's
// partition 0, and who has written it stands in the metadata: "epoch=12 host=a pid=7". A durable
// format (docs/formats.md).
#pragma once

#include <optional>
#include <string>

#include "env/kafka_producer.h"
#include "sink/ledger.h"

namespace wordstream {

/// `journal`: its id as text.
std::string group_of(const std::string& journal);

KafkaGroupPlace place_of(const StoreProgress& progress);
/// Nothing where it is none of ours.
std::optional<StoreProgress> progress_of(const KafkaGroupPlace& place, const std::string& journal);

}  // namespace wordstream
