// Text as Python shows a str: repr(), for rows that look like pprint()'s.
//
// Which characters are printable follows the Unicode of the ICU at hand (text/case_fold.h names
// it); a Python of another year may differ in characters that only one of the two knows.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// Appends repr(text) to `out`. Requires: `text` is valid UTF-8.
void append_python_repr(std::string& out, std::string_view text);

}  // namespace wordstream
