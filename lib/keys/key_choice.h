// What a user has chosen to be counted: which lines are looked at, what of a line, and how that is
// parted. A line as it is goes through --grep and --skip, one selector, --split, --lower,
// --stop-words and --min-length, in that order.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/result.h"
#include "words/splitter.h"

namespace wordstream {

/// All of a line.
struct WholeLine {};

/// Fields by their numbers, in the order written: 1 is the first, -1 the last.
struct FieldChoice {
  std::vector<int> numbers;
  std::string delimiter = {};  ///< one character; empty: runs of space, tab, VT and FF
};

/// What a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax) matches: its first
/// group where it has one.
struct MatchChoice {
  std::string expression;
  bool takes_all = false;  ///< each match of a line, not its first alone
};

/// A value of a JSON line by its pointer (RFC 6901), "/user/id".
struct JsonChoice {
  std::string pointer;
};

using SelectorChoice = std::variant<WholeLine, FieldChoice, MatchChoice, JsonChoice>;

/// How what is selected is parted into keys.
enum class KeySplit {
  Space,       ///< as SplitMode
  Python,      ///< as SplitMode
  Whitespace,  ///< as SplitMode
  Letters,     ///< what people call words (keys/letters.h)
  Line         ///< not at all
};

/// In the order of KeySplit.
inline constexpr std::array<std::string_view, 5> kSplitNames{"space", "python", "whitespace",
                                                             "letters", "line"};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view bytes) const {
    return std::hash<std::string_view>{}(bytes);
  }
};
using WordSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;

/// What an expression may take in all threads together.
inline constexpr std::size_t kExpressionBytes = 64 * 1024 * 1024;

struct KeyChoice {
  SelectorChoice selector;
  KeySplit split = KeySplit::Space;
  bool lower = false;
  std::string grep;  ///< an expression: other lines are left out; empty: none are
  std::string skip;  ///< an expression: these lines are left out; empty: none are
  WordSet stop_words;
  std::string stop_words_path;     ///< where they stand, for whoever counts elsewhere
  std::string stop_words_digest;   ///< of them, in hexadecimal digits; empty: there are none
  std::size_t characters_min = 0;  ///< shorter keys do not count
  std::size_t expression_bytes = kExpressionBytes;  ///< that each may take, compiled, in a thread
  bool counts_wordless = false;  ///< texts in which `split` finds nothing are counted, too

  bool has_selector() const { return !std::holds_alternative<WholeLine>(selector); }
  /// Lines may give nothing.
  bool leaves_out() const { return has_selector() || !grep.empty() || !skip.empty(); }
  /// Of --match, --grep and --skip.
  std::size_t expression_count() const {
    return static_cast<std::size_t>(std::holds_alternative<MatchChoice>(selector)) +
           static_cast<std::size_t>(!grep.empty()) + static_cast<std::size_t>(!skip.empty());
  }
};

/// Fails with InvalidArgument where an expression is none.
Status check_keys(const KeyChoice& choice);

/// "1,-2": fails with InvalidArgument.
Result<std::vector<int>> parse_field_numbers(std::string_view text);
/// "," or "\t": fails with InvalidArgument.
Result<std::string> parse_delimiter(std::string_view text);
/// Fails with InvalidArgument where it is no pointer.
Result<std::string> parse_json_pointer(std::string_view text);

/// Of the library that reads JSON.
std::string_view json_library_version();

/// The words of a file, a line each: blank lines are none, a mark of the encoding is no part of the
/// first.
WordSet parse_stop_words(std::string_view text, bool lower);

/// What tells one choice from another in a job's fingerprint: " split=space lower field=1". That of
/// a run without a selector is what it was before there were any.
std::string key_fingerprint(const KeyChoice& choice);

}  // namespace wordstream
