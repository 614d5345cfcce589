// What the program says by RELP, taken apart for those who hear it.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wordstream::simulation {

/// Takes a number and the byte behind it off the text. Nothing where it is not whole.
inline std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop == end) return {};
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  return number;
}

/// A number, a word and a text, as the program sends them.
struct Said {
  std::uint64_t number;
  std::string_view word;
  std::string_view text;
};

/// Takes the next one off what was heard; nothing where it has not come whole.
inline std::optional<Said> take_said(std::string_view& heard) {
  std::string_view rest = heard;
  const auto number = take_number(rest);
  const std::size_t word_size = rest.find(' ');
  if (!number || word_size == rest.npos) return {};
  const std::string_view word = rest.substr(0, word_size);
  rest.remove_prefix(word_size + 1);
  const auto size = take_number(rest);
  if (!size) return {};
  // Behind a length of 0 stands the end.
  if (*size != 0 && rest.size() < *size + 1) return {};
  const Said said{*number, word, rest.substr(0, *size)};
  rest.remove_prefix(*size == 0 ? 0 : *size + 1);
  heard = rest;
  return said;
}

}  // namespace wordstream::simulation
