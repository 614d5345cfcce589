// What the engine tells of topics that lines come from (model/events.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace wordstream::event {

/// Reading of a topic has begun, or goes on where an earlier run has left off.
struct TopicOpened {
  std::string target;
  std::size_t partition_count;
  bool is_resumed;
};
/// A partition was added, and is read from its start.
struct PartitionAdded {
  std::string title;  ///< "lines/3", as in those below
};
/// The message that proves a place is gone, and the place is not: it is taken as it is.
struct PlaceUnproved {
  std::string title;
};
/// Retention has taken so many messages, at most, that were not read; or the topic was made anew,
/// and what was left of it is gone.
struct MessagesLost {
  std::string title;
  std::uint64_t count_max;
  bool is_made_anew;
};
/// The end of the run waits for a transaction that somebody has left open.
struct TransactionOpen {
  std::string title;
};
/// Others consume as the group to which positions are committed.
struct GroupShared {
  std::string group;
  std::size_t member_count;
};
/// Positions did not get into the group: whoever watches it sees old ones.
struct GroupBehind {
  std::string group, why;
};
/// The library has said something by itself.
struct LibrarySaid {
  std::string what;
};
/// So many messages stand between what was read and the end, as far as is known.
struct Lag {
  std::string target;
  std::uint64_t message_count;
};

}  // namespace wordstream::event
