// Durations and sizes as people type them: a number and one unit, never a bare number. And counts
// as they type and read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace wordstream {

/// Reads a duration: a decimal number and one of ms, s, m, h, in all whole milliseconds ("1.5s").
/// Fails with InvalidArgument and a message that says what would be right.
Result<Millis> parse_duration(std::string_view text);

/// Reads a size in bytes: a whole number and one of B, KB, MB, GB, KiB, MiB, GiB ("64KiB").
/// Fails with InvalidArgument and a message that says what would be right.
Result<std::uint64_t> parse_size(std::string_view text);

/// Writes a duration so that parse_duration reads it back: in the largest unit that leaves a whole
/// number ("1500ms", "90s", "2h").
std::string to_text(Millis duration);

/// Writes a size so that parse_size reads it back, in the largest unit that leaves a whole number.
std::string size_to_text(std::uint64_t bytes);

/// The same for people, with a digit behind the point where that says more: "1.2 MB".
std::string rounded_size(std::uint64_t bytes);

/// Reads a whole number from 1 up. Fails as the others do.
Result<std::uint64_t> parse_count(std::string_view text);

/// "1 line", "2 lines"; `plural` is what the noun has behind it when there is not one.
std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural = "s");

}  // namespace wordstream
