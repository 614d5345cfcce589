// Bytes as base64 (RFC 4648, section 4: the usual alphabet, padded). Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// Appends `bytes` as base64 to `out`.
void append_base64(std::string& out, std::string_view bytes);

}  // namespace wordstream
