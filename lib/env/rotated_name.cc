#include "env/rotated_name.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "env/files.h"

namespace wordstream {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSeparators = ".-_";
/// What a date has beside digits, behind a whole name and before an extension.
constexpr std::string_view kInDate = "-_.:TZ+";
constexpr std::string_view kInInnerDate = "-_.:T";

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return kDigits.find(c) != kDigits.npos; });
  return digits;
}

/// Whether there is nothing in `text` but digits and `others`.
bool consists_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) {
    return kDigits.find(c) != kDigits.npos || others.find(c) != others.npos;
  });
}

/// A name from `text`, which stands behind a separator; nothing where it has too few digits.
std::optional<RotatedName> name_of(std::string_view text, bool must_be_date) {
  RotatedName name{digits_of(text), false};
  if (name.digits.empty() || (must_be_date && !name.is_date())) return std::nullopt;
  return name;
}

/// As rotated_name() of one that is not compressed.
std::optional<RotatedName> rotated_plain_name(std::string_view name, std::string_view path) {
  const std::string_view stem = stem_of(path);
  const std::string_view extension = path.substr(stem.size());
  if (name.starts_with(path)) {
    const std::string_view behind = name.substr(path.size());
    if (behind.size() < 2 || kSeparators.find(behind.front()) == kSeparators.npos) return {};
    if (!consists_of(behind, kInDate)) return {};
    return name_of(behind, extension.empty() && behind.front() != '.');
  }
  const bool has_both = name.starts_with(stem) && name.ends_with(extension);
  if (extension.empty() || !has_both || name.size() < path.size() + 2) return {};
  const std::string_view inner =
      name.substr(stem.size(), name.size() - stem.size() - extension.size());
  if (kSeparators.find(inner.front()) == kSeparators.npos) return {};
  const bool is_number = inner.front() == '.' && consists_of(inner.substr(1), "");
  if (!is_number && !consists_of(inner, kInInnerDate)) return {};
  return name_of(inner, !is_number);
}

}  // namespace

std::string_view unpacked_name(std::string_view name) {
  for (const std::string_view suffix : {".gz", ".zst"}) {
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  }
  return name;
}

std::optional<RotatedName> rotated_name(std::string_view name, std::string_view path) {
  const std::string_view plain = unpacked_name(name);
  std::optional<RotatedName> rotated = rotated_plain_name(plain, path);
  if (rotated) rotated->is_packed = plain.size() != name.size();
  return rotated;
}

bool is_given_before(const RotatedName& one, const RotatedName& other) {
  if (one.is_date() && other.is_date()) return one.digits < other.digits;
  return std::pair(one.digits.size(), one.digits) > std::pair(other.digits.size(), other.digits);
}

}  // namespace wordstream
