// Case folding: Unicode's simple folding (CaseFolding.txt, status C and S), by ICU.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// Replaces `out` by `bytes` with every character folded. Bytes that are no UTF-8 stay as they are;
/// line ends and spaces stay where they were, so that lines can be folded before they are split.
void fold_case(std::string_view bytes, std::string& out);

/// The version of Unicode that ICU follows, such as "15.0".
std::string unicode_version();

}  // namespace wordstream
