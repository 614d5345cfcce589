// The door to another program that runs beside this one, and for it: spark-submit
// (docs/cluster.md). It ends with this process, however that ends.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/poller.h"

namespace wordstream {

/// Ready for reading when it has ended.
class Child : public Pollable {
 public:
  /// Its exit code, or 128 and the signal that it died of; nothing while it runs.
  virtual std::optional<int> ended() = 0;
  /// Asks it to end (SIGTERM).
  virtual void ask_to_end() = 0;
};

/// Starts a program: its path, then its arguments. Fails with Unavailable.
using StartChild =
    std::function<Result<std::unique_ptr<Child>>(const std::vector<std::string>& command)>;

/// A process of its own group, so that a terminal's Ctrl-C is for us alone; it has no input, and
/// its output goes to our standard error. It is asked to end when the thread that has started it
/// ends, and killed when it is destroyed. Requires: SIGCHLD is not ignored.
Result<std::unique_ptr<Child>> start_real_child(const std::vector<std::string>& command);

}  // namespace wordstream
