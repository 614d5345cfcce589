// A file that is read as a whole.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "env/files.h"

namespace wordstream {

/// Fails as Files::open() and File::read() do, and with InvalidArgument where the file has more
/// than `bytes_max`.
Result<std::string> read_text(const std::string& path, std::size_t bytes_max, Files& files);

}  // namespace wordstream
