// A line of a screen while it is put together: pieces of text one behind the other, and how many
// columns they take. With the few sequences of ECMA-48 that a picture needs, which every terminal
// that people use obeys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "text/width.h"

namespace wordstream {

/// How a piece of text looks. Never the only thing that tells something.
enum class Look { Plain, Bold, Dim, Red, Green, Yellow, Cyan };

class ScreenLine {
 public:
  /// Without colours every look is plain.
  ScreenLine(std::size_t columns_max, bool has_colours)
      : columns_max_(columns_max), has_colours_(has_colours) {}

  /// Adds `text` if it fits, or else nothing; returns whether it does. Requires: it is valid UTF-8
  /// without control characters.
  bool add(std::string_view text, Look look = Look::Plain);
  /// Adds spaces up to a column, as far as there are any.
  void pad_to(std::size_t column);

  const std::string& bytes() const { return bytes_; }
  std::size_t columns() const { return columns_; }
  std::size_t columns_left() const { return columns_max_ - columns_; }

 private:
  std::size_t columns_max_;
  bool has_colours_;
  std::string bytes_;
  std::size_t columns_ = 0;
};

/// To the beginning of a line, the first one being 1.
std::string to_line(std::size_t line);
/// Empties the rest of the line. At the end of a full line it would take the last character.
inline constexpr std::string_view kEraseRestOfLine = "\x1b[K";
/// Lines that are too long go on in the next one, or lose what is too much.
inline constexpr std::string_view kWrapAgain = "\x1b[?7h";
inline constexpr std::string_view kStopWrapping = "\x1b[?7l";
/// Empties the rest of the screen.
inline constexpr std::string_view kEraseRestOfScreen = "\x1b[J";

}  // namespace wordstream
