#include "view/health.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"

namespace wordstream {
namespace {

constexpr int kIntervals = 3;
constexpr Millis kPatienceMin{5000};
constexpr Millis kPatienceMax{60'000};

std::string in_seconds(Nanos time) {
  return fmt::format("{} s", std::chrono::floor<std::chrono::seconds>(time).count());
}

}  // namespace

Millis patience_of(Millis batch) {
  return std::clamp(kIntervals * batch, kPatienceMin, kPatienceMax);
}

std::vector<std::string> problems_of(const RunSight& sight) {
  const Millis patience = patience_of(sight.facts.batch);
  const SteadyTime now = sight.now.steady;
  std::vector<std::string> problems;
  if (const auto since = sight.record.disconnected_since(); since && now - *since > patience) {
    problems.push_back(fmt::format("{} for {}", source_in_words(sight.record.status()).text,
                                   in_seconds(now - *since)));
  }
  for (std::size_t i = 0; i < sight.record.sinks().size(); ++i) {
    const SinkStanding& sink = sight.record.sinks()[i];
    if (sink.away_since && now - *sink.away_since > patience) {
      problems.push_back(fmt::format("{} cannot be written to for {}: {}", sink.name,
                                     in_seconds(now - *sink.away_since), sink.why_away));
    } else if (const Nanos stuck = sight.record.stuck(i, now); stuck > patience) {
      problems.push_back(fmt::format("{} has taken nothing for {}: {} behind", sink.name,
                                     in_seconds(stuck),
                                     counted(sight.record.lag_batches(i), "batch", "es")));
    }
  }
  return problems;
}

}  // namespace wordstream
