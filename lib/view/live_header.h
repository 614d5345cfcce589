// The head of the picture of a run: when, how fast, from where, with what losses.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "env/terminal.h"
#include "view/screen_line.h"

namespace wordstream {

struct LiveState;

/// What stands at the end of a text that was cut.
std::string_view ellipsis(const TerminalTraits& traits);

/// Its lines, the most important first, none of them wider than `columns`.
std::vector<ScreenLine> draw_header(const LiveState& state, const TerminalTraits& traits,
                                    std::size_t columns);

}  // namespace wordstream
