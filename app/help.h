// What the program says of its flags.
#pragma once

#include <string>

namespace wordstream {

/// The text of --help, made of the flag table.
std::string help();

/// That of `wordstream send`.
std::string send_help();

}  // namespace wordstream
