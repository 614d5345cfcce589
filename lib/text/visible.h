// Words on a terminal: whatever would move its cursor, change its colours or turn the direction of
// its text is shown instead of sent, so that a stream cannot take over the screen of its reader.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// Whether a terminal obeys `code` instead of showing it: a control character (C0, DEL, C1), or one
/// that controls the direction of text.
bool is_control(char32_t code);

/// Appends `bytes` to `out` with its control characters shown: \x and two hex digits, or \u and
/// four. Bytes 80 to 9F that belong to no character are shown too, as a terminal without UTF-8
/// obeys them; all others go as they are.
void append_visible(std::string& out, std::string_view bytes);

/// `bytes` with them shown: names, paths and peers may hold anything, and a line for people is one.
std::string visible(std::string_view bytes);

}  // namespace wordstream
