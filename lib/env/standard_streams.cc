#include "env/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include "env/directory.h"

namespace wordstream {
namespace {

std::optional<FileInfo> regular_file(int descriptor) {
  const std::optional<FileInfo> info = look_at(descriptor, "", AT_EMPTY_PATH);
  return info && info->kind == FileInfo::Kind::Regular ? info : std::nullopt;
}

}  // namespace

std::optional<FileInfo> stdout_file() { return regular_file(STDOUT_FILENO); }
std::optional<FileInfo> stderr_file() { return regular_file(STDERR_FILENO); }

}  // namespace wordstream
