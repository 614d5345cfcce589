// Draws the run on a terminal, again and again in the same place, and leaves the last picture
// behind. It watches, and nothing is promised of what it has shown. Of one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "env/files.h"
#include "env/poller.h"
#include "env/terminal.h"
#include "model/emission.h"
#include "view/live_picture.h"
#include "view/run_status.h"

namespace wordstream {

class LiveView final {
 public:
  LiveView(std::unique_ptr<Terminal> terminal, std::size_t row_count_max);

  // Each of these makes bytes, which flush() sends. Requires: the last ones have been flushed.

  /// Shows an emission.
  void take(const Emission& emission);
  /// Shows `status`, and everything else as it is now.
  void refresh(const RunStatus& status);
  /// Gives the screen back, with the last picture on it.
  void finish();

  /// Returns whether all bytes have gone; if not, the terminal takes nothing now: call again when
  /// it is ready for writing. Fails with Closed when nobody looks any more, with any other code on
  /// an error; then the view is of no more use.
  Result<bool> flush();

  const Pollable& output() const { return *terminal_; }
  /// Makes refresh() due when it is ready for reading.
  const Pollable& resized() const { return terminal_->resized(); }

 private:
  /// Makes the bytes of a picture of what there is to show now.
  void redraw();

  std::unique_ptr<Terminal> terminal_;
  LiveOptions options_;
  LiveState state_;
  bool is_begun_ = false;
  bool is_over_ = false;
  std::string bytes_;
  std::size_t written_ = 0;  // of bytes_
};

/// The live view on standard output, with so many rows at most. Fails with InvalidArgument where
/// that is no terminal.
Result<std::unique_ptr<LiveView>> open_live_view(Files& files, std::size_t row_count_max);

}  // namespace wordstream
