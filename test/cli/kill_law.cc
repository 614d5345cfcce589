#include "cli/kill_law.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <utility>

namespace wordstream::cli {
namespace {

using Complaint = std::optional<std::string>;
/// Start and end name an emission.
using Emissions =
    std::map<std::pair<std::int64_t, std::int64_t>, std::map<std::string, std::uint64_t>>;

constexpr std::size_t kTokenLength = 10;

/// Rows by their emissions. Complains of what is there twice and must not be, or differs then.
Complaint gather(const Law& law, const std::vector<Row>& rows, Emissions& emissions) {
  for (const Row& row : rows) {
    auto& words = emissions[{row.start_ms, row.end_ms}];
    const auto [known, is_new] = words.emplace(row.word, row.count);
    if (is_new) continue;
    if (law.mode != "at-least-once") {
      return fmt::format("'{}' is twice in the emission {}-{}", row.word, row.start_ms, row.end_ms);
    }
    if (known->second != row.count) {
      return fmt::format("'{}' came again in the emission {}-{} with {} instead of {}", row.word,
                         row.start_ms, row.end_ms, row.count, known->second);
    }
  }
  return {};
}

/// Counts in how many emissions each token is. Complains of what no emission may hold.
Complaint count_tokens(const Law& law, const SentLines& sent, const Emissions& emissions,
                       std::map<std::string, std::uint64_t>& seen) {
  for (const auto& [name, words] : emissions) {
    const bool is_whole = !law.slide_ms || name.second % *law.slide_ms == 0;
    for (const auto& [word, count] : words) {
      if (word == kCommonWord) continue;
      if (sent.tokens.count(word) == 0) return fmt::format("'{}' was never sent", word);
      if (count != 1) {
        return fmt::format("{} is counted {} times in the emission {}-{}", word, count, name.first,
                           name.second);
      }
      if (is_whole) ++seen[word];
    }
  }
  return {};
}

Complaint judge_tokens(const Law& law, const SentLines& sent, const Emissions& emissions) {
  std::map<std::string, std::uint64_t> seen;
  if (Complaint complaint = count_tokens(law, sent, emissions, seen)) return complaint;
  for (const std::string& token : sent.tokens) {
    const std::uint64_t times = seen[token];
    const bool is_due = law.mode != "at-most-once" && sent.durable.count(token) != 0;
    if (times > law.windows || (is_due && times < law.windows)) {
      return fmt::format("{} is in {} emissions and not in {}", token, times, law.windows);
    }
  }
  return {};
}

/// An emission that is there at all has the common word of each of its lines.
Complaint judge_common_word(const Emissions& emissions) {
  for (const auto& [name, words] : emissions) {
    const auto common = words.find(kCommonWord);
    const std::uint64_t lines = words.size() - (common == words.end() ? 0 : 1);
    const std::uint64_t shown = common == words.end() ? 0 : common->second;
    if (lines == shown) continue;
    return fmt::format("the emission {}-{} has {} lines, and counts {}", name.first, name.second,
                       lines, shown);
  }
  return {};
}

}  // namespace

std::optional<std::string> judge(const Law& law, const SentLines& sent,
                                 const std::vector<Row>& rows) {
  Emissions emissions;
  if (Complaint complaint = gather(law, rows, emissions)) return complaint;
  if (Complaint complaint = judge_tokens(law, sent, emissions)) return complaint;
  // Where output is lost, what is left of an emission may be any part of it.
  return law.mode == "at-most-once" ? Complaint() : judge_common_word(emissions);
}

std::set<std::string> tokens_in(const std::string& bytes) {
  std::set<std::string> found;
  for (std::size_t at = bytes.find('t'); at != std::string::npos; at = bytes.find('t', at + 1)) {
    const std::string some = bytes.substr(at, kTokenLength);
    const bool is_token = some.size() == kTokenLength && some[4] == 'x' &&
                          some.find_first_not_of("0123456789", 5) == std::string::npos &&
                          some.find_first_not_of("0123456789", 1) == 4;
    if (is_token) found.insert(some);
  }
  return found;
}

std::string token(unsigned life, unsigned line) { return fmt::format("t{:03}x{:05}", life, line); }

}  // namespace wordstream::cli
