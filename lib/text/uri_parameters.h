// What stands behind the question mark of a URI: KEY=VALUE, parted by "&", each key once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wordstream {

/// Gives each parameter to `set`, its value with the percent signs decoded; stops at its first
/// failure. Fails with InvalidArgument where a key stands there twice.
Status for_each_parameter(
    std::string_view text,
    const std::function<Status(std::string_view key, const std::string& value)>& set);

}  // namespace wordstream
