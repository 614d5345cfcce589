// What vector code may read behind the end of a text.
#pragma once

#include <cstddef>

namespace wordstream {

/// So many bytes behind a text that is split, folded or counted must be readable: the widest
/// vectors take 64 at once. What they hold does not matter.
inline constexpr std::size_t kTextPadding = 64;

}  // namespace wordstream
