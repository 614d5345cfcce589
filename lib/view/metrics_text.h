// How a run stands, in Prometheus's text format.
#pragma once

#include <string>
#include <string_view>

#include "view/run_sight.h"

namespace wordstream {

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics. Words and producers are never labels: what a stream holds must not make series.
std::string metrics_text(const RunSight& sight);

}  // namespace wordstream
