// The picture of a run, as lines of a terminal: what the last emission counted, how the run stands.
// Pure: what is drawn follows from what is handed in.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/time.h"
#include "env/terminal.h"
#include "model/emission.h"
#include "view/run_status.h"
#include "view/screen_line.h"
#include "words/order.h"

namespace wordstream {

/// What there is to show.
struct LiveState {
  RunStatus status;
  std::optional<Emission> emission;  ///< the last one; nothing before the first
  /// From the end of the emission before it (or its own start) to its end: what was new in it came
  /// in this time.
  Millis span{};
  /// Of the emission before it; null at the first.
  std::shared_ptr<const WordCounts> counts_before;
};

struct LiveOptions {
  TerminalTraits traits;
  std::size_t row_count_max = kAllRows;  ///< beside what the screen has room for
};

/// At most as many lines as the screen has, none of them wider: what does not fit is left out, the
/// less important first.
std::vector<ScreenLine> draw(const LiveState& state, const LiveOptions& options, ScreenSize size);

}  // namespace wordstream
