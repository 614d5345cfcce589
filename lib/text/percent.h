// Percent-encoding, as URIs have it. Source: RFC 3986, section 2.1.
#pragma once

#include <string>
#include <string_view>

namespace wordstream {

/// "a/b" of "a%2Fb". What is no code stands as it is.
std::string percent_decoded(std::string_view text);

/// With codes for all that could have a meaning of its own; bytes that are no ASCII stand as they
/// are.
std::string percent_encoded(std::string_view text);

}  // namespace wordstream
