// What the program says of its flags.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// The text of --help, made of the flag table.
std::string help();

/// The flag that is most like `name`, a flag that does not exist; empty when none is.
std::string_view nearest_flag(std::string_view name);

}  // namespace wordstream
