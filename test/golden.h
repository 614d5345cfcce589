// What Spark really prints: the cases of test/data/golden.json, described in the README there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wordstream {

struct GoldenBatch {
  std::int64_t time_ms;
  std::vector<std::pair<std::string, std::uint64_t>> rows;  ///< by the words' bytes
  std::string output;
};

struct GoldenSend {
  std::int64_t pause_ms;
  std::string bytes;
};

enum class GoldenClose { None, Fin, Rst };

struct GoldenCase {
  std::string name;
  std::vector<GoldenSend> sends;  ///< one at least, even where it is empty
  GoldenClose close;
  std::vector<GoldenBatch> scala;
  std::vector<GoldenBatch> python;
};

/// All cases. Fails the test that calls it when the file cannot be read.
std::vector<GoldenCase> golden_cases();

/// A block taken apart at its lines.
struct PrintedBlock {
  std::string header;             ///< the rules and the time
  std::vector<std::string> rows;  ///< sorted
  std::string footer;             ///< the dots, where there are more rows, and the empty line
};

/// Requires: `block` begins with a rule, the time, and a rule.
PrintedBlock take_apart(std::string_view block);

}  // namespace wordstream
