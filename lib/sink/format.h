// An emission as bytes. A format belongs to one sink and remembers what it has begun (a header).
#pragma once

#include <memory>
#include <string>

#include "model/emission.h"

namespace wordstream {

enum class FormatKind {
  Print,
  Python,
  Tsv,
  Csv,
  Json,
  Live,  ///< no Format: a picture is drawn by a sink of its own (sink/live_sink.h)
};

/// Whether a format shows all rows that there are, as people want to see them; else those alone
/// that have changed (model/emission.h).
constexpr bool shows_all(FormatKind kind) {
  return kind == FormatKind::Print || kind == FormatKind::Python || kind == FormatKind::Live;
}

struct FormatOptions {
  FormatKind kind = FormatKind::Print;
  std::size_t top = 10;       ///< rows an emission shows at most; kAllRows for all
  bool for_terminal = false;  ///< show control characters instead of sending them
};

class Format {
 public:
  virtual ~Format() = default;
  /// Appends all of `emission` to `out`; nothing where the format shows nothing.
  virtual void append(const Emission& emission, std::string& out) = 0;
};

/// Requires: the kind is not Live.
std::unique_ptr<Format> make_format(const FormatOptions& options);

}  // namespace wordstream
