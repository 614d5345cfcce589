// What may not be named where, as data.
#pragma once

#include <string_view>
#include <vector>

namespace wordstream::house {

/// Headers and words that are banned from some folders, and what to use instead.
struct Ban {
  std::vector<std::string_view>
      includes;                          ///< of the form <...>; one that ends in / means all below
  std::vector<std::string_view> words;   ///< in code, as has_words finds them
  std::vector<std::string_view> in;      ///< beginnings of the paths that are judged
  std::vector<std::string_view> except;  ///< beginnings of the paths that are not
  std::string_view instead;
};

const std::vector<Ban>& all_bans();

/// The headers other than C++'s own that a file may include, or null if it may include any.
const std::vector<std::string_view>* allowed_headers(std::string_view path);

}  // namespace wordstream::house
