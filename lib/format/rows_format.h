// Rows for other programs: start, end, word, count. Words keep their bytes; on a terminal its
// control characters are shown instead. An emission without rows is nothing.
#pragma once

#include "format/format.h"

namespace wordstream {

/// Tsv: columns between tabs; tab, LF, CR and backslash in a word are \t \n \r \\. No header.
/// Json: an object per row and line. JSON is Unicode: where a word is no UTF-8 it shows U+FFFD, and
/// "bytes" gives the word itself in base64.
class LineFormat final : public Format {
 public:
  /// Requires: one of the two.
  explicit LineFormat(const FormatOptions& options) : options_(options) {}
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
