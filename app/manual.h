// The manual page, made of the flag table.
#pragma once

#include <string>

namespace wordstream {

/// wordstream(1) as man(7) has it.
std::string manual();

}  // namespace wordstream
