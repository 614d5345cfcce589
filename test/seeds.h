// How much of what it could try a test tries.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace wordstream {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

/// All of it, or under sanitizers a fiftieth, at least 1: there each takes ten times as long, and
/// what they look for shows in few.
constexpr std::uint64_t part_of(std::uint64_t all) {
  return kIsSanitized ? std::max<std::uint64_t>(1, all / 50) : all;
}

/// The number in an environment variable that is set.
inline std::optional<std::uint64_t> number_in(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return {};
  return std::strtoull(text, nullptr, 10);
}

/// As many seeds as $WORDSTREAM_SEED_COUNT says, or the part of those that are usual.
inline std::uint64_t seed_count(std::uint64_t usual) {
  return number_in("WORDSTREAM_SEED_COUNT").value_or(part_of(usual));
}

}  // namespace wordstream
