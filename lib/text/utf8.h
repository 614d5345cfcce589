// UTF-8 as Java reads it, so that words look as they do in Spark. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wordstream {

/// What stands for bytes that are no UTF-8: U+FFFD.
inline constexpr char32_t kReplacement = 0xFFFD;
/// The same as UTF-8.
inline constexpr std::string_view kReplacementText = "\xEF\xBF\xBD";

/// One character at the beginning of some bytes. Not valid: `length` bytes that Java's decoder
/// (sun.nio.cs.UTF_8, by its observed behaviour) replaces by a single U+FFFD.
struct DecodedChar {
  char32_t code;
  std::size_t length;
  bool is_valid;
};

/// Requires: `bytes` is not empty.
DecodedChar decode_char(std::string_view bytes);

/// How many bytes at the beginning are ASCII.
std::size_t ascii_length(std::string_view bytes);

bool is_valid_utf8(std::string_view bytes);

/// `bytes` with everything that is no UTF-8 replaced by U+FFFD, as Java's decoder does.
std::string replace_invalid(std::string_view bytes);

/// Whether no other bytes read as these do once what is no UTF-8 is replaced.
bool reads_as_itself(std::string_view bytes);

/// Requires: `code` is a character, U+0000 to U+10FFFF and no surrogate.
void append_utf8(std::string& out, char32_t code);

}  // namespace wordstream
