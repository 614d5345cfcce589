#include "sink/sink_choice.h"

#include <algorithm>

namespace wordstream {

std::vector<std::string> files_of(const SinkTarget& target, const Files& files) {
  const std::string path = target.path(files);
  if (path.empty()) return {};
  if (target.has_format()) return {path};
  return {path, path + "-journal", path + "-wal", path + "-shm"};
}

Result<ParsedPath> parse_path(std::string_view text) {
  const std::size_t end = std::min(text.rfind('?'), text.size());
  ParsedPath parsed{std::string(text.substr(0, end)),
                    std::string(text.substr(std::min(end + 1, text.size())))};
  if (parsed.path.empty()) return fail(ErrorCode::InvalidArgument, "the path is missing");
  return parsed;
}

}  // namespace wordstream
