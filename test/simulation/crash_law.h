// The law that holds over every crash: which lines the output of a sink must hold, and how often.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery/promise.h"
#include "simulation/crash_input.h"
#include "simulation/crash_outcome.h"

namespace wordstream::simulation {

struct Law {
  Mode mode;              ///< what this sink is promised
  bool is_total;          ///< rows are running totals
  std::uint64_t windows;  ///< in how many emissions a line is
  /// Between two emissions; none where a line is in one alone. What ends in between is a part of a
  /// window, and one more.
  std::optional<Millis> slide;
  /// Lines that may be counted more than once: nobody could tell that they came again.
  std::set<std::string> repeatable = {};
};

/// What is wrong with the rows; nothing when the law holds. `lines` is S, `durable` D.
std::optional<std::string> judge(const std::vector<OutputRow>& rows, const Law& law,
                                 const std::map<std::string, CommonWords>& lines,
                                 const std::set<std::string>& durable);

}  // namespace wordstream::simulation
