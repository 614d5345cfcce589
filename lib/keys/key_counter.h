// Text to counts of keys: lines in, what is selected of each, parted and counted. Where words
// between blanks are counted, and nothing is left out, that is words/count_words.h alone. Owned by
// one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keys/expression.h"
#include "keys/key_choice.h"
#include "keys/selector.h"
#include "words/word_table.h"

namespace wordstream {

/// What became of some lines.
struct LineTotals {
  std::uint64_t line_count = 0;
  std::uint64_t left_out_count = 0;  ///< by --grep and --skip
  std::uint64_t keyless_count = 0;   ///< of the others: they gave nothing
  std::uint64_t wordless_count = 0;  ///< of what they gave, and was parted: there was no key in it

  LineTotals& operator+=(const LineTotals& more) {
    line_count += more.line_count;
    left_out_count += more.left_out_count;
    keyless_count += more.keyless_count;
    wordless_count += more.wordless_count;
    return *this;
  }
};

/// Lines of a text that were longer than may be: behind their ends, in a whole of which the text is
/// what stands from `begin` on.
struct CutLines {
  std::span<const std::size_t> ends = {};  ///< ascending
  std::size_t begin = 0;
};

class KeyCounter {
 public:
  /// Requires: check_keys() found nothing. `choice` outlives it.
  explicit KeyCounter(const KeyChoice& choice);

  /// Counts the keys of whole lines. Requires: as Splitter (words/splitter.h).
  LineTotals count(std::string_view lines, const CutLines& cut, WordTable& table);

 private:
  bool is_looked_at(std::string_view line) const;
  void take(std::string_view line, bool is_cut, LineTotals& totals);
  void count_selected(LineTotals& totals, WordTable& table);
  bool has_word(std::string_view line);
  void count_words_of(std::string_view lines, WordTable& table);
  void add_keys(std::string_view text, WordTable& table);
  bool may_count(std::string_view key) const;

  const KeyChoice& choice_;
  std::unique_ptr<RE2> grep_, skip_;
  std::unique_ptr<Selector> selector_;
  bool has_limits_;  // stop words, or a least length
  bool is_plain_;    // all words of all lines count
  Selected selected_, folded_keys_;
  std::string folded_;
  std::vector<std::uint32_t> edges_;
};

}  // namespace wordstream
