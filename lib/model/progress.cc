#include "model/progress.h"

#include <fmt/format.h>

namespace wordstream {

std::string to_text(const JournalId& id) { return fmt::format("{:02x}", fmt::join(id.bytes, "")); }

}  // namespace wordstream
