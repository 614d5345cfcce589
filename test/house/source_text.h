// A source file as the house rules look at it: the text as it stands, the text without comments,
// and the bare code, in which literals are blank too. All three have the same lines and columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordstream::house {

struct Include {
  int line;
  std::string path;
  bool quoted;  ///< "path", where the other form is <path>
};

struct SourceText {
  std::vector<std::string> raw;          ///< as it stands
  std::vector<std::string> uncommented;  ///< comments blank
  std::vector<std::string> code;         ///< comments, strings and characters blank
};

SourceText read_source(std::string_view text);
std::vector<Include> includes_of(const SourceText& source);
std::vector<std::string> split_lines(std::string_view text);

/// Whether `pattern` stands in `line` as whole words: "exit(" is not in "on_exit(", and "::read("
/// is not in "File::read(".
bool has_words(std::string_view line, std::string_view pattern);

}  // namespace wordstream::house
