#include "house/source_text.h"

#include <cctype>
#include <cstddef>
#include <regex>

namespace wordstream::house {
namespace {

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Walks through a text once, and blanks what it passes in one copy or both.
class Eraser {
 public:
  explicit Eraser(std::string_view text) : uncommented(text), code(text), text_(text) {}

  void run() {
    while (at_ < text_.size()) {
      if (starts("//")) {
        erase(text_.find('\n', at_), Comment);
      } else if (starts("/*")) {
        erase(end_after("*/", at_ + 2), Comment);
      } else if (starts("R\"") && !after_word()) {
        const std::size_t open = text_.find('(', at_);
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        erase(end_after(close, open), Literal);
      } else if (text_[at_] == '"' || (text_[at_] == '\'' && !after_word())) {
        erase(end_of_literal(), Literal);
      } else {
        ++at_;
      }
    }
  }

  std::string uncommented;
  std::string code;

 private:
  enum What { Comment, Literal };

  bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }

  // The quote in 1'000'000 opens nothing, nor does the R of a longer name.
  bool after_word() const { return at_ > 0 && is_word_char(text_[at_ - 1]); }

  std::size_t end_after(std::string_view close, std::size_t from) const {
    const std::size_t found = text_.find(close, from);
    return found == std::string_view::npos ? found : found + close.size();
  }

  std::size_t end_of_literal() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != text_[at_]) end += text_[end] == '\\' ? 2U : 1U;
    return end + 1;
  }

  void erase(std::size_t end, What what) {
    for (; at_ < text_.size() && at_ < end; ++at_) {
      if (text_[at_] == '\n') continue;
      code[at_] = ' ';
      if (what == Comment) uncommented[at_] = ' ';
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

SourceText read_source(std::string_view text) {
  Eraser eraser(text);
  eraser.run();
  return {split_lines(text), split_lines(eraser.uncommented), split_lines(eraser.code)};
}

std::vector<Include> includes_of(const SourceText& source) {
  static const std::regex include(R"(^\s*#\s*include\s*(["<])([^">]+)[">].*)");
  std::vector<Include> found;
  int number = 0;
  for (const std::string& line : source.uncommented) {
    ++number;
    std::smatch match;
    if (std::regex_match(line, match, include)) {
      found.push_back({number, match[2], match[1] == "\""});
    }
  }
  return found;
}

bool has_words(std::string_view line, std::string_view pattern) {
  for (std::size_t at = line.find(pattern); at != std::string_view::npos;
       at = line.find(pattern, at + 1)) {
    const char before = at > 0 ? line[at - 1] : ' ';
    const std::size_t end = at + pattern.size();
    const char after = end < line.size() ? line[end] : ' ';
    // What follows a name, or the end of a template's, is a member and not the global function.
    const bool starts_apart =
        pattern.front() == ':' ? !is_word_char(before) && before != '>' : !is_word_char(before);
    const bool ends_apart = !is_word_char(pattern.back()) || !is_word_char(after);
    if (starts_apart && ends_apart) return true;
  }
  return false;
}

}  // namespace wordstream::house
