// A row as a line of text without its end, in the formats that have a line a row and nothing
// beside: tsv and json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "format/format.h"
#include "model/batch.h"

namespace wordstream {

/// How the rows of one emission are written.
class RowLine {
 public:
  /// Requires: the kind is Tsv or Json.
  RowLine(FormatKind kind, std::uint64_t batch, const Interval& interval,
          bool for_terminal = false);

  /// `is_cut`: the word is only the beginning of one; json says so.
  void append(const WordCount& row, std::string& out, bool is_cut = false) const;
  /// What a row has beside its word and its count.
  std::size_t bytes_each() const { return begin_.size() + between_.size() + end_.size() + 2; }

 private:
  void append_json_word(std::string_view word, std::string& out) const;

  FormatKind kind_;
  bool for_terminal_;
  std::string begin_;  // before the word
  std::string_view between_;
  std::string_view end_;  // behind the count
};

}  // namespace wordstream
