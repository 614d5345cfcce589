// What is to be counted, as it is typed: which flags go together, and what is in the files that
// they name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/files.h"
#include "keys/key_choice.h"

namespace wordstream {

/// Each flag by itself.
struct TypedKeys {
  std::optional<std::vector<int>> field;
  std::optional<std::string> delimiter;
  std::optional<std::string> match, match_all, json;
  std::optional<std::string> grep, skip;
  std::optional<KeySplit> split;
  bool lower = false;
  std::optional<std::string> stop_words;  ///< the path of a file
  std::size_t characters_min = 0;
};

/// Fails with InvalidArgument where flags make no sense together, and as Files::open() does.
/// `is_python`: what is printed is Python's. Expressions, of which each thread has its own, take
/// together a quarter of the run's memory at most.
Result<KeyChoice> choose_keys(const TypedKeys& typed, bool is_python, std::size_t thread_count,
                              std::uint64_t memory_bytes_max, Files& files);

}  // namespace wordstream
