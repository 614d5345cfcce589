// What is typed may hold a password, and what is shown may not.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// `text` with *** for what is, or could be, a password in it, where it looks like a URI: between
/// the user's name and the last @, and in a parameter whose name has "pass" or "secret" in it.
/// Rather too much than too little: a password may hold what should have been encoded.
std::string without_secrets(std::string_view text);

}  // namespace wordstream
