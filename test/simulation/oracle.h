// What a stream of bytes should be counted as, said as simply as it can be said. Made of nothing
// that it judges.
#pragma once

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "keys/key_choice.h"

namespace wordstream::simulation {

using Counts = std::map<std::string, std::uint64_t>;

struct SourceLine {
  std::string text = {};
  bool is_cut = false;  ///< it went on
};

/// The lines of a stream, the last one without an end included, cut at `line_bytes_max`.
inline std::vector<SourceLine> lines_of(std::string_view bytes, std::size_t line_bytes_max) {
  std::vector<SourceLine> lines(1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && i > 0 && bytes[i - 1] == '\r') continue;
    if (bytes[i] == '\n' || bytes[i] == '\r') {
      lines.emplace_back();
    } else if (lines.back().text.size() < line_bytes_max) {
      lines.back().text += bytes[i];
    } else {
      lines.back().is_cut = true;
    }
  }
  if (lines.back().text.empty()) lines.pop_back();
  return lines;
}

/// What stands between the characters of which `parts` says so, be it nothing.
template <class Predicate>
std::vector<std::string> parted(std::string_view text, Predicate&& parts) {
  std::vector<std::string> pieces(1);
  for (const char c : text) {
    if (parts(c)) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

inline bool is_blank(char c) {
  return std::string_view(" \t\v\f").find(c) != std::string_view::npos;
}

/// Requires: one number; or each match of "[0-9]+".
inline std::vector<std::string> selected_of(const SourceLine& line, const KeyChoice& keys) {
  if (!keys.has_selector()) return {line.text};
  if (const auto* const field = std::get_if<FieldChoice>(&keys.selector)) {
    std::vector<std::string> fields = parted(line.text, is_blank);
    std::erase(fields, "");
    const int number = field->numbers.front();
    const auto count = static_cast<int>(fields.size());
    if (std::abs(number) > count || (number < 0 && line.is_cut)) return {};
    return {fields[static_cast<std::size_t>(number > 0 ? number - 1 : count + number)]};
  }
  std::vector<std::string> matches =
      parted(line.text, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) == 0; });
  std::erase(matches, "");
  return matches;
}

inline std::vector<std::string> split_of(const std::string& text, KeySplit split) {
  if (split == KeySplit::Line) return {text};
  std::vector<std::string> words = parted(text, [split](char c) {
    if (split == KeySplit::Letters) return std::isalnum(static_cast<unsigned char>(c)) == 0;
    return split == KeySplit::Whitespace ? is_blank(c) : c == ' ';
  });
  if (split == KeySplit::Whitespace || split == KeySplit::Letters) std::erase(words, "");
  if (split == KeySplit::Space && !text.empty()) {
    while (!words.empty() && words.back().empty()) words.pop_back();
  }
  return words;
}

/// Requires: `keys.grep` and `keys.skip` have no character that means another; of letters and
/// digits those of ASCII alone are in the line.
inline std::vector<std::string> keys_of(const SourceLine& line, const KeyChoice& keys) {
  const auto has = [&](const std::string& piece) {
    return line.text.find(piece) != std::string::npos;
  };
  std::vector<std::string> found;
  if (!has(keys.grep) || (!keys.skip.empty() && has(keys.skip))) return found;
  for (const std::string& text : selected_of(line, keys)) {
    for (std::string& key : split_of(text, keys.split)) {
      for (char& c : key) {
        if (keys.lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
      if (key.size() < keys.characters_min || keys.stop_words.contains(key)) continue;
      found.push_back(std::move(key));
    }
  }
  return found;
}

}  // namespace wordstream::simulation
