// What rotation makes of a file's name. Pure.
//
// Behind the whole name stand `.`, `-` or `_` and a number or a date: app.log.1, app.log-20261126,
// app.log.2026-11-26_13. Or that is put in before the extension: app.1.log, app-2026-11-26.log; but
// app-2.log is another instance's log, as is log-2 beside log: behind `-` and `_` stand dates alone
// where no extension shows that the name is over. Compressed, each ends in .gz or .zst beside that.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wordstream {

struct RotatedName {
  std::string digits;      ///< of the number or date, without what stands between them
  bool is_packed = false;  ///< compressed

  /// Six digits and more are a date, or a time.
  bool is_date() const { return digits.size() >= 6; }
};

/// What `name` has of a file of this path that was rotated away; nothing where it is none. Both are
/// in the same directory.
std::optional<RotatedName> rotated_name(std::string_view name, std::string_view path);

/// The name without .gz or .zst behind it.
std::string_view unpacked_name(std::string_view name);

/// Whether a file got `one` as its name before another got `other`: dates grow, and numbers are
/// counted up as the file grows older, so that 2 is before 1.
bool is_given_before(const RotatedName& one, const RotatedName& other);

}  // namespace wordstream
