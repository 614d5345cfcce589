// What the engine tells of batches on their way (model/events.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace wordstream::event {

/// A batch was closed.
struct BatchClosed {
  std::uint64_t line_count, byte_count, word_count;  ///< of words those that differ
  Label end;
  std::uint64_t total_word_count = 0;  ///< all of them
  Nanos waited{};                      ///< from when it was due until it was taken up
  SteadyTime taken_up{};               ///< then
};
/// All of a batch was given to the sinks. `batch` is 0 where there was nothing to tell them the end
/// of.
struct BatchGivenOut {
  std::uint64_t batch;
  Label end;
  SteadyTime at;
};
/// A sink has made everything up to this batch last. It is the one of that number in the
/// configuration.
struct SinkTook {
  std::size_t sink;
  std::uint64_t batch;
  SteadyTime at;
};

}  // namespace wordstream::event
