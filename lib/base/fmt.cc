// What fmt has behind its declarations, compiled once: Debian has no archive of it. Header-only,
// each file that formats a text compiles it again, and half of their time goes there; and the
// program has parts of it as often, for a linker keeps all copies that the compiler has made its
// own.
#include <fmt/format-inl.h>

// What fmt 9 and 10 declare as being somewhere, and no file makes for itself.
template fmt::detail::dragonbox::decimal_fp<float> fmt::detail::dragonbox::to_decimal(float);
template fmt::detail::dragonbox::decimal_fp<double> fmt::detail::dragonbox::to_decimal(double);
template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl<char>(
    fmt::detail::locale_ref);
template char fmt::detail::decimal_point_impl(fmt::detail::locale_ref);
#if FMT_VERSION >= 100000
template void fmt::detail::vformat_to(buffer<char>&, string_view, vformat_args<>::type, locale_ref);
#endif
