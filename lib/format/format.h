// An emission as bytes. A format belongs to one sink and remembers what it has begun (a header).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/emission.h"

namespace wordstream {

enum class FormatKind {
  Print,
  Python,
  Tsv,
  Csv,
  Json,
};

/// "print", "tsv" …; nothing for a name that is none.
std::string_view to_text(FormatKind kind);
std::optional<FormatKind> format_named(std::string_view name);

/// Whether a format shows all rows that there are, as people want to see them; else those alone
/// that have changed (model/emission.h).
constexpr bool shows_all(FormatKind kind) {
  return kind == FormatKind::Print || kind == FormatKind::Python;
}

struct FormatOptions {
  FormatKind kind = FormatKind::Print;
  std::size_t top = 10;       ///< rows an emission shows at most; kAllRows for all
  bool for_terminal = false;  ///< show control characters instead of sending them
  bool with_header = true;    ///< where the format has one; not for what goes on with older rows
};

class Format {
 public:
  virtual ~Format() = default;
  /// Appends all of `emission` to `out`; nothing where the format shows nothing.
  virtual void append(const Emission& emission, std::string& out) = 0;
};

std::unique_ptr<Format> make_format(const FormatOptions& options);

/// Shows batches up to `through` as `before` has it, and from the first one after them on
/// everything as `now` has it; what is shown now has no header where anything came before.
std::unique_ptr<Format> make_changing_format(const FormatOptions& before, std::uint64_t through,
                                             const FormatOptions& now);

}  // namespace wordstream
