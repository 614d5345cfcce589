# Makes a source file of the page's files, as they stand: cmake -DFROM=... -DTO=... -P embed.cmake
file(READ ${FROM}/index.html html)
file(READ ${FROM}/page.css css)
file(READ ${FROM}/page.js js)
file(WRITE ${TO} "#include \"view/web_assets.h\"

namespace wordstream {

const std::string_view kPageHtml = R\"__asset(${html})__asset\";
const std::string_view kPageCss = R\"__asset(${css})__asset\";
const std::string_view kPageJs = R\"__asset(${js})__asset\";

}  // namespace wordstream
")
