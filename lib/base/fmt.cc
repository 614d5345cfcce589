// What fmt has behind its declarations, compiled once: Debian has no archive of it. Header-only,
// each file that formats a text compiles it again, and half of their time goes there.
#include <fmt/format-inl.h>

// What fmt 9 declares as being somewhere, and no file makes for itself.
template fmt::detail::dragonbox::decimal_fp<float> fmt::detail::dragonbox::to_decimal(float);
template fmt::detail::dragonbox::decimal_fp<double> fmt::detail::dragonbox::to_decimal(double);
template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl<char>(
    fmt::detail::locale_ref);
template char fmt::detail::decimal_point_impl(fmt::detail::locale_ref);
