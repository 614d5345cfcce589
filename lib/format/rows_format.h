// Rows for other programs, four columns each: start, end, word, count. Words keep their bytes; on
// a terminal its control characters are shown instead. An emission without rows is nothing.
#pragma once

#include "format/format.h"

namespace wordstream {

/// Columns between tabs. Tab, LF, CR and backslash in a word are \t \n \r \\. No header.
class TsvFormat final : public Format {
 public:
  explicit TsvFormat(const FormatOptions& options) : options_(options) {}
  void append(const Emission& emission, std::string& out) override;

 private:
  FormatOptions options_;
};

/// RFC 4180, but lines end in LF. A header, if there is to be one, stands before the first
/// row of the format's life.
class CsvFormat final : public Format {
 public:
  explicit CsvFormat(const FormatOptions& options)
      : options_(options), must_begin_(options.with_header) {}
  void append(const Emission& emission, std::string& out) override;

 private:
  FormatOptions options_;
  bool must_begin_;  // the header is still to be written
};

}  // namespace wordstream
