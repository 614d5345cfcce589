// What is fuzzed. Each target is run with any bytes by libFuzzer (fuzz/main.cc), and with some by
// the unit tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordstream {

struct FuzzTarget {
  /// Aborts where `input` makes something not hold.
  void (*run)(std::string_view input);
  /// Inputs from which others can be made.
  std::vector<std::string> (*seeds)();
};

extern const FuzzTarget kCountFrameFuzz;
extern const FuzzTarget kFormatsFuzz;
extern const FuzzTarget kFramerFuzz;
extern const FuzzTarget kHttpFuzz;
extern const FuzzTarget kJournalFuzz;
extern const FuzzTarget kKafkaTextFuzz;
extern const FuzzTarget kKeysFuzz;
extern const FuzzTarget kPositionsFuzz;
extern const FuzzTarget kPostgresFailureFuzz;
extern const FuzzTarget kRelpFuzz;
extern const FuzzTarget kSettingsFuzz;
extern const FuzzTarget kSplitterFuzz;
extern const FuzzTarget kUnpackedFileFuzz;
extern const FuzzTarget kUrisFuzz;
extern const FuzzTarget kWordTableFuzz;

}  // namespace wordstream
