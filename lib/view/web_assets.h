// The files of the page, as they stand in lib/view/web/: the build puts them into the program.
#pragma once

#include <string_view>

namespace wordstream {

/// index.html, page.css, page.js.
extern const std::string_view kPageHtml;
extern const std::string_view kPageCss;
extern const std::string_view kPageJs;

}  // namespace wordstream
