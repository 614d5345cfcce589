// A JSON object per row and line. JSON is Unicode: where a word is no UTF-8 it shows U+FFFD, and
// "bytes" gives the word itself in base64. An emission without rows is nothing.
#pragma once

#include "format/format.h"

namespace wordstream {

class JsonFormat final : public Format {
 public:
  explicit JsonFormat(const FormatOptions& options) : options_(options) {}
  void append(const Emission& emission, std::string& out) override;

 private:
  void append_word(std::string_view word, std::string& out) const;

  FormatOptions options_;
};

}  // namespace wordstream
