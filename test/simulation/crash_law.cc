#include "simulation/crash_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wordstream::simulation {
namespace {

using Complaint = std::optional<std::string>;
using Lines = std::map<std::string, CommonWords>;
/// Start and end name an emission.
using Name = std::pair<std::int64_t, std::int64_t>;
using Emissions = std::map<Name, CommonWords>;

bool is_common(const std::string& word) { return word.find_first_not_of('w') == word.npos; }

/// Rows by their emissions. Complains of what is there twice and must not be, or differs then.
Complaint gather(const std::vector<OutputRow>& rows, const Law& law, const Lines& lines,
                 Emissions& emissions) {
  for (const OutputRow& row : rows) {
    if (!is_common(row.word) && lines.count(row.word) == 0) {
      return fmt::format("'{}' was never sent", row.word);
    }
    CommonWords& words = emissions[{row.start_ms, row.end_ms}];
    const auto [known, is_new] = words.emplace(row.word, row.count);
    if (is_new) continue;
    if (law.mode != Mode::AtLeastOnce) {
      return fmt::format("'{}' is twice in the emission {}-{}", row.word, row.start_ms, row.end_ms);
    }
    if (known->second != row.count) {
      return fmt::format("'{}' came again in the emission {}-{} with {} instead of {}", row.word,
                         row.start_ms, row.end_ms, row.count, known->second);
    }
  }
  return {};
}

Complaint judge_tokens(const Emissions& emissions, const Law& law, const Lines& lines,
                       const std::set<std::string>& durable) {
  std::map<std::string, std::uint64_t> seen;
  for (const auto& [name, words] : emissions) {
    const bool is_whole = !law.slide || name.second % law.slide->count() == 0;
    for (const auto& [word, count] : words) {
      if (is_common(word)) continue;
      if (count != 1 && !law.repeatable.contains(word))
        return fmt::format("{} is counted {} times at {}", word, count, name.second);
      if (is_whole) ++seen[word];
    }
  }
  for (const auto& [token, words] : lines) {
    const auto found = seen.find(token);
    const std::uint64_t times = found == seen.end() ? 0 : found->second;
    const bool is_due = law.mode != Mode::AtMostOnce && durable.count(token) != 0;
    const bool is_too_often = times > law.windows && !law.repeatable.contains(token);
    if (is_too_often || (is_due && times < law.windows)) {
      return fmt::format("{} is in {} emissions and not in {}", token, times, law.windows);
    }
  }
  return {};
}

CommonWords words_of(const CommonWords& emission, const Lines& lines) {
  CommonWords sums;
  for (const auto& [word, count] : emission) {
    if (is_common(word)) continue;
    for (const auto& [common, times] : lines.at(word)) sums[common] += count * times;
  }
  return sums;
}

/// The common words of an emission are those of its lines.
Complaint judge_common_words(const Emissions& emissions, const Lines& lines) {
  for (const auto& [name, words] : emissions) {
    CommonWords shown;
    for (const auto& [word, count] : words) {
      if (is_common(word)) shown.emplace(word, count);
    }
    if (shown == words_of(words, lines)) continue;
    return fmt::format("the emission {}-{} counts other words than its lines hold", name.first,
                       name.second);
  }
  return {};
}

/// The greatest totals are those of all lines that were counted.
Complaint judge_totals(const Emissions& emissions, const Lines& lines) {
  CommonWords all;
  for (const auto& [name, words] : emissions) {
    for (const auto& [word, count] : words) all[word] = std::max(all[word], count);
  }
  for (const auto& [word, count] : words_of(all, lines)) {
    if (all[word] == count) continue;
    return fmt::format("the total of '{}' is {} and not {}", word, all[word], count);
  }
  return {};
}

}  // namespace

std::optional<std::string> judge(const std::vector<OutputRow>& rows, const Law& law,
                                 const Lines& lines, const std::set<std::string>& durable) {
  Emissions emissions;
  if (Complaint complaint = gather(rows, law, lines, emissions)) return complaint;
  if (Complaint complaint = judge_tokens(emissions, law, lines, durable)) return complaint;
  // Where output is lost, what is left of an emission may be any part of it.
  if (law.mode == Mode::AtMostOnce) return {};
  return law.is_total ? judge_totals(emissions, lines) : judge_common_words(emissions, lines);
}

}  // namespace wordstream::simulation
