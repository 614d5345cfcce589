// Whether a run is well: it is while all goes on, and also while nothing comes. It is not where
// the source has nobody to read from, or a sink takes nothing, for a while.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "view/run_sight.h"

namespace wordstream {

/// What must be so for this long before it is told: three intervals, within bounds.
Millis patience_of(Millis batch);

/// A line for each thing that is wrong; none where the run is well.
std::vector<std::string> problems_of(const RunSight& sight);

}  // namespace wordstream
