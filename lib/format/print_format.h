// The blocks of the streaming word count that people know from Spark: those of Scala's print()
// and of Python's pprint(), to the byte. The order of rows is ours.
#pragma once

#include "format/format.h"

namespace wordstream {

/// Rows such as (hello,1), and the end of the batch in milliseconds.
class PrintFormat final : public Format {
 public:
  explicit PrintFormat(const FormatOptions& options) : options_(options) {}
  void append(const Emission& emission, std::string& out) override;

 private:
  FormatOptions options_;
};

/// Rows such as ('hello', 1), and the end of the batch in local time. They need no care on a
/// terminal: repr() shows every character that a terminal would obey.
class PythonFormat final : public Format {
 public:
  explicit PythonFormat(const FormatOptions& options) : options_(options) {}
  void append(const Emission& emission, std::string& out) override;

 private:
  FormatOptions options_;
};

}  // namespace wordstream
