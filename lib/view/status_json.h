// How a run stands, as the JSON that the page and others ask for: docs/http.md.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "model/emission.h"
#include "model/positions.h"
#include "view/run_sight.h"

namespace wordstream {

/// One object on one line each, with a line end.
std::string status_json(const RunSight& sight, const std::string& words);

/// The newest emission's first rows by count, for status_json(); "null" without one.
/// `shows_changed`: what has changed in it.
std::string words_json(const std::optional<Emission>& emission, std::size_t row_count_max,
                       bool shows_changed);

/// The latest batches, the oldest first, at most so many of those that end after `after`.
std::string batches_json(const RunRecord& record, std::size_t count_max,
                         std::optional<Label> after);

/// The streams of the source and where it goes on in each, at most so many. Null: it has none.
std::string producers_json(const Positions* positions, std::size_t count_max);

}  // namespace wordstream
