// What an errno value means where something is stored.
#pragma once

#include <string_view>

#include "base/result.h"

namespace wordstream {

/// NoSpace and NotPermitted for the errno values that mean them, else `otherwise`.
ErrorCode storing_code_of(int error, ErrorCode otherwise);

/// What to do about an error of a place where something is stored.
std::string_view storing_advice(ErrorCode code);

/// "what: why; what to do", with the code that belongs to the errno value `error`.
tl::unexpected<Error> fail_storing(std::string_view what, int error);

}  // namespace wordstream
