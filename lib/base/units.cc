#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>

#include "base/whole_number.h"

namespace wordstream {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 4> kDurationUnits{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 7> kSizeUnits{{{"GiB", 1ULL << 30},
                                          {"GB", 1'000'000'000},
                                          {"MiB", 1ULL << 20},
                                          {"MB", 1'000'000},
                                          {"KiB", 1ULL << 10},
                                          {"KB", 1'000},
                                          {"B", 1}}};

constexpr std::string_view kDurationHelp =
    "is not a duration: write a number and one of ms, s, m, h, such as 500ms or 1.5s";
constexpr std::string_view kSizeHelp =
    "is not a size: write a whole number and one of B, KB, MB, GB, KiB, MiB, GiB, such as 64KiB";

/// A number split at its decimal point, and the unit behind it.
struct Quantity {
  std::uint64_t whole = 0;
  std::string_view fraction;
  std::string_view unit;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

std::optional<std::uint64_t> to_number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (__builtin_mul_overflow(value, 10U, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value))
      return std::nullopt;
  }
  return value;
}

std::optional<Quantity> split_quantity(std::string_view text) {
  Quantity quantity;
  const std::string_view whole = take_digits(text);
  if (whole.empty()) return std::nullopt;
  const std::optional<std::uint64_t> number = to_number(whole);
  if (!number) return std::nullopt;
  quantity.whole = *number;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    quantity.fraction = take_digits(text);
    if (quantity.fraction.empty()) return std::nullopt;
  }
  quantity.unit = text;
  return quantity;
}

template <std::size_t N>
std::optional<std::uint64_t> factor_of(const std::array<Unit, N>& units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

/// `fraction` of `factor`, where it comes out whole.
std::optional<std::uint64_t> part_of(std::string_view fraction, std::uint64_t factor) {
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  std::uint64_t part = 0;
  for (const char c : fraction) {
    if (factor % 10 != 0) return std::nullopt;
    factor /= 10;
    part += static_cast<std::uint64_t>(c - '0') * factor;
  }
  return part;
}

template <std::size_t N>
std::string with_unit(const std::array<Unit, N>& units, std::uint64_t value) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0)
      return fmt::format("{}{}", value / unit.factor, unit.name);
  }
  return fmt::format("{}{}", value, units.back().name);
}

}  // namespace

Result<Millis> parse_duration(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::InvalidArgument, fmt::format("'{}' {}", text, why));
  };
  const std::optional<Quantity> quantity = split_quantity(text);
  if (!quantity) return wrong(kDurationHelp);
  const std::optional<std::uint64_t> factor = factor_of(kDurationUnits, quantity->unit);
  if (!factor) return wrong(kDurationHelp);
  const std::optional<std::uint64_t> part = part_of(quantity->fraction, *factor);
  if (!part) return wrong("is not a whole number of milliseconds");
  std::uint64_t millis = 0;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Millis::rep>::max());
  if (__builtin_mul_overflow(quantity->whole, *factor, &millis) ||
      __builtin_add_overflow(millis, *part, &millis) || millis > kMost) {
    return wrong("is too long");
  }
  return Millis(static_cast<Millis::rep>(millis));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::InvalidArgument, fmt::format("'{}' {}", text, why));
  };
  const std::optional<Quantity> quantity = split_quantity(text);
  if (!quantity || !quantity->fraction.empty()) return wrong(kSizeHelp);
  const std::optional<std::uint64_t> factor = factor_of(kSizeUnits, quantity->unit);
  if (!factor) return wrong(kSizeHelp);
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(quantity->whole, *factor, &bytes)) return wrong("is too large");
  return bytes;
}

Result<std::uint64_t> parse_count(std::string_view text) {
  const std::optional<std::uint64_t> count = whole_number(text);
  if (count && *count != 0) return *count;
  return fail(ErrorCode::InvalidArgument,
              fmt::format("'{}' is not a whole number from 1 up", text));
}

std::string to_text(Millis duration) {
  return with_unit(kDurationUnits, static_cast<std::uint64_t>(duration.count()));
}

std::string size_to_text(std::uint64_t bytes) { return with_unit(kSizeUnits, bytes); }

std::string counted(std::uint64_t count, std::string_view noun, std::string_view plural) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : plural);
}

std::string rounded_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> kUnits{"B", "KB", "MB", "GB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1000 && unit + 1 < kUnits.size(); ++unit) size /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

}  // namespace wordstream
