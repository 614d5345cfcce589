// What stands in a topic that the program writes to, and in the group of its journal, read by
// librdkafka itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/kafka_cluster.h"

namespace wordstream::server {

/// A message as it stands there, with its bytes.
struct Written {
  std::optional<std::string> key;
  std::string value;
  std::map<std::string, std::string> headers;
};

/// What others see who read what is committed; or all that is there, committed or not. Waits first
/// until no transaction is open in it: an open one hides what is behind it.
std::vector<Written> written_in(const KafkaCluster& cluster, const std::string& topic,
                                bool is_committed = true);
/// The values, a line each.
std::string lines_in(const KafkaCluster& cluster, const std::string& topic,
                     bool is_committed = true);
/// Whether a transaction is open in it, or is being ended.
bool has_open_transaction(const KafkaCluster& cluster, const std::string& topic);
/// Of its partition 0, whatever is committed there.
std::int64_t end_of(const KafkaCluster& cluster, const std::string& topic);

/// What the group has for a topic's partition 0.
struct GroupPlace {
  std::int64_t offset = -1;  ///< -1: nothing
  std::string metadata;
};
/// Returns when nothing that is open would change it.
GroupPlace place_in(const KafkaCluster& cluster, const std::string& group,
                    const std::string& topic);
/// Requires: it is there, and has no members.
void delete_group(const KafkaCluster& cluster, const std::string& group);

}  // namespace wordstream::server
