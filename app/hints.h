// What was probably meant by a command line that makes no sense.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "env/files.h"

namespace wordstream {

/// The flag that was meant by `name`, one that does not exist: by what it means in other programs,
/// or by its letters. Empty where neither tells.
std::string_view meant_flag(std::string_view name);

/// "tcp://localhost:9999" where the SOURCE arguments are a host and a port, in two words or in one,
/// and name no file. Else empty.
std::string meant_server(const std::vector<std::string>& sources, Files& files);

}  // namespace wordstream
