// What must hold of an output after any number of kills, judged by nothing but the lines that were
// sent and the rows that came out. Every line is a token of its own and the word "common".
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/emissions.h"

namespace wordstream::cli {

struct SentLines {
  std::set<std::string> tokens;   ///< of all whole lines
  std::set<std::string> durable;  ///< of those that must not be lost
};

inline constexpr const char* kCommonWord = "common";

struct Law {
  std::string mode;           ///< the name that the flag --mode has
  std::uint64_t windows = 1;  ///< in how many emissions a line is
  /// Between two windows; none where each batch is an emission. What ends in between is a part of a
  /// window, and one more.
  std::optional<std::int64_t> slide_ms = {};
};

/// What is broken first, in words; nothing when all is well. `rows` are all that came out, over all
/// lives, in no order, until no window held anything.
std::optional<std::string> judge(const Law& law, const SentLines& sent,
                                 const std::vector<Row>& rows);

/// The tokens of the form that `token` makes, in whatever bytes.
std::set<std::string> tokens_in(const std::string& bytes);
/// The token of a life's line: of the same length for all, so that none is the beginning of
/// another.
std::string token(unsigned life, unsigned line);

}  // namespace wordstream::cli
