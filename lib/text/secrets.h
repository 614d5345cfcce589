// What is typed may hold a password, and what is shown may not.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace wordstream {

/// `text` with *** for what is, or could be, a password in it, where it looks like a URI: between
/// the user's name and the last @, and in a parameter whose name has "pass" or "secret" in it.
/// Rather too much than too little: a password may hold what should have been encoded.
std::string without_secrets(std::string_view text);

/// What `parse` makes of `text`. Where it fails, it is said what is wrong with `shown`, which is
/// `text` without its secrets: what quotes a part of `text` may quote one of these.
template <class Parse>
auto parse_without_secrets(std::string_view text, std::string_view shown, Parse&& parse)
    -> decltype(parse(text)) {
  auto parsed = parse(text);
  if (parsed || shown == text) return parsed;
  auto of_shown = parse(shown);
  if (!of_shown) return of_shown;
  return wrong(
      "what *** stands for here cannot be read: in a user's name or password write %40 for @, %2F "
      "for /, %3A for :, %3F for ?, %26 for &, %25 for %");
}

}  // namespace wordstream
