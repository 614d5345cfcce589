// Text inside JSON strings.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// Appends `text` as the inside of a JSON string; for a terminal with what that would obey escaped,
/// too. Requires: it is valid UTF-8.
void append_json(std::string& out, std::string_view text, bool for_terminal);

/// A JSON string, quotes and all, of any bytes, which a terminal may be shown: what is no UTF-8 is
/// replaced.
std::string quoted_json(std::string_view text);

}  // namespace wordstream
