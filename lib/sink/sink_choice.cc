#include "sink/sink_choice.h"

#include <algorithm>

namespace wordstream {

Result<ParsedPath> parse_path(std::string_view text) {
  const std::size_t end = std::min(text.rfind('?'), text.size());
  ParsedPath parsed{std::string(text.substr(0, end)),
                    std::string(text.substr(std::min(end + 1, text.size())))};
  if (parsed.path.empty()) return fail(ErrorCode::InvalidArgument, "the path is missing");
  return parsed;
}

}  // namespace wordstream
