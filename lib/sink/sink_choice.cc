#include "sink/sink_choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace wordstream {

Result<ParsedPath> parse_path(std::string_view scheme, std::string_view text) {
  const std::size_t end = std::min(text.rfind('?'), text.size());
  ParsedPath parsed{std::string(text.substr(0, end)),
                    std::string(text.substr(std::min(end + 1, text.size())))};
  if (parsed.path.empty()) return fail(ErrorCode::InvalidArgument, "the path is missing");
  if (parsed.path.starts_with("//")) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{0}:// is no form of ours: write {0}:PATH", scheme));
  }
  return parsed;
}

}  // namespace wordstream
