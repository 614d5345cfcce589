// What shells want to know of the flags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wordstream {

/// A script that bash, zsh or fish reads, or the manual page (man), made of the flag table; nothing
/// for any other name.
std::optional<std::string> completions_for(std::string_view shell);

}  // namespace wordstream
