// Where lines come from, as it is typed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/source_choice.h"

namespace wordstream {

/// A SOURCE argument, of one of the kinds that there are (engine/kinds.h). Fails with
/// InvalidArgument and says what would be right.
Result<ChosenSource> parse_source(std::string_view text);

/// One source of any kind, or several files and patterns. Fails as parse_source().
Result<ChosenSource> parse_sources(const std::vector<std::string>& sources);

}  // namespace wordstream
