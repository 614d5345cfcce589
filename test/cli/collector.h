// Reads a descriptor to its end on a thread of its own, so that what a test watches never stands
// still because the test is busy elsewhere.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "cli/descriptor.h"

namespace wordstream::cli {

class Collector {
 public:
  explicit Collector(Descriptor source);
  /// Stops reading and closes the descriptor.
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  std::string text() const;

  enum class Outcome { Enough, Ended, TimedOut };
  /// Waits until the text read so far is enough, or the stream has ended.
  Outcome wait(const std::function<bool(const std::string&)>& enough) const;
  /// Waits for the end of the stream; false when patience runs out.
  bool wait_ended() const;
  /// Stops reading and closes the descriptor; the text stays.
  void leave();

 private:
  void run();

  Descriptor source_;
  Descriptor leave_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::string text_;
  bool has_ended_ = false;
  std::thread thread_;
};

}  // namespace wordstream::cli
