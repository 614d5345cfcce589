// All that the page and the metrics are made of: what was asked for, what the run has done, and how
// it stands at this moment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/emission.h"
#include "model/positions.h"
#include "view/run_record.h"

namespace wordstream {

/// So many words of an emission are shown, at most.
inline constexpr std::size_t kShownRowsMax = 20;

/// What does not change. No name here holds a secret.
struct RunFacts {
  struct Sink {
    std::string name;
    std::string promise;  ///< "exactly-once, end to end"
  };
  std::string version = {};
  std::string host = {};
  std::int64_t pid = 0;
  std::string source = {};
  std::vector<Sink> sinks = {};
  std::string mode = {};
  Millis batch{1000};
  std::optional<Millis> window = {}, slide = {};
  bool is_total = false;
  bool shows_changed = false;  ///< of the totals the first sink is given what has changed alone
  std::size_t counting_threads = 1;
  std::uint64_t memory_bytes_max = 0;
};

/// What is measured when it is asked for.
struct Vitals {
  std::uint64_t memory_bytes = 0;
  std::uint64_t words_alive = 0;
  std::size_t threads = 0;
  std::optional<std::uint64_t> journal_bytes = {};  ///< nothing without a journal
};

struct RunSight {
  const RunFacts& facts;
  const RunRecord& record;
  Vitals vitals;
  Now now;
};

}  // namespace wordstream
