// Case folding: Unicode's simple folding (CaseFolding.txt, status C and S), by ICU.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// `bytes` with every character folded. Bytes that are no UTF-8 stay as they are; line ends and
/// spaces stay where they were, so that lines can be folded before they are split. The result
/// stands in `room`, which grows to what that takes, with kTextPadding readable bytes behind it.
std::string_view fold_case(std::string_view bytes, std::string& room);

/// The version of Unicode that ICU follows, such as "15.0".
std::string unicode_version();

}  // namespace wordstream
