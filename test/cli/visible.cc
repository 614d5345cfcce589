#include "cli/visible.h"

#include <fmt/format.h>

#include "catch.h"

namespace wordstream::cli {
namespace {

/// Longer output is cut in the middle: nobody reads a megabyte of it.
constexpr std::size_t kShownMax = 20'000;

}  // namespace

std::string visible(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (byte < 0x20 || byte >= 0x7f) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return text;
}

std::string visible_lines(std::string_view bytes) {
  if (bytes.empty()) return "  (nothing)\n";
  std::string text;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    text += "  " + visible(bytes.substr(0, end));
    text += end == std::string_view::npos ? " (no line end)\n" : "\n";
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  if (text.size() <= kShownMax) return text;
  return text.substr(0, kShownMax / 2) +
         fmt::format("\n  … {} bytes …\n", text.size() - kShownMax) +
         text.substr(text.size() - kShownMax / 2);
}

std::string difference(const std::string& seen, const std::string& expected) {
  return "\nexpected:\n" + visible_lines(expected) + "seen:\n" + visible_lines(seen);
}

void expect_equal(const std::string& seen, const std::string& expected) {
  INFO(difference(seen, expected));
  CHECK((seen == expected));
}

}  // namespace wordstream::cli
