// Who may read a file.
#pragma once

#include <string>

namespace wordstream {

/// Whether others than its owner may; false where it is not there.
bool others_may_read(const std::string& path);

}  // namespace wordstream
