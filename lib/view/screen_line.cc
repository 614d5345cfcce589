#include "view/screen_line.h"

#include <fmt/format.h>

#include <algorithm>

namespace wordstream {
namespace {

constexpr std::string_view kPlain = "\x1b[0m";

std::string_view sequence_of(Look look) {
  switch (look) {
    case Look::Plain:
      return "";
    case Look::Bold:
      return "\x1b[1m";
    case Look::Dim:
      return "\x1b[2m";
    case Look::Red:
      return "\x1b[31m";
    case Look::Green:
      return "\x1b[32m";
    case Look::Yellow:
      return "\x1b[33m";
    case Look::Cyan:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

bool ScreenLine::add(std::string_view text, Look look) {
  const std::size_t columns = column_count(text);
  if (columns > columns_left()) return false;
  columns_ += columns;
  const std::string_view sequence = has_colours_ ? sequence_of(look) : "";
  bytes_.append(sequence).append(text);
  if (!sequence.empty()) bytes_.append(kPlain);
  return true;
}

void ScreenLine::pad_to(std::size_t column) {
  const std::size_t until = std::min(column, columns_max_);
  if (until > columns_) bytes_.append(until - columns_, ' ');
  columns_ = std::max(columns_, until);
}

std::string to_line(std::size_t line) { return fmt::format("\x1b[{};1H", line); }

}  // namespace wordstream
