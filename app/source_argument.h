// Where lines come from, as it is typed.
#pragma once

#include <string_view>

#include "base/result.h"
#include "source/source_choice.h"

namespace wordstream {

/// A SOURCE argument, of one of the kinds that there are (engine/kinds.h). Fails with
/// InvalidArgument and says what would be right.
Result<ChosenSource> parse_source(std::string_view text);

}  // namespace wordstream
