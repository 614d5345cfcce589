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

/// Rows by their emissions, what comes again once. Complains where that is not the same.
Complaint gather(const std::vector<Row>& rows, Emissions& emissions) {
  for (const Row& row : rows) {
    auto& words = emissions[{row.start_ms, row.end_ms}];
    const auto [known, is_new] = words.emplace(row.word, row.count);
    if (!is_new && known->second != row.count) {
      return fmt::format("'{}' came again in the emission {}-{} with {} instead of {}", row.word,
                         row.start_ms, row.end_ms, row.count, known->second);
    }
  }
  return {};
}

Complaint judge_tokens(const std::string& mode, const SentLines& sent,
                       const std::vector<Row>& rows) {
  std::map<std::string, std::uint64_t> seen;
  for (const Row& row : rows) {
    if (row.word == kCommonWord) continue;
    if (sent.tokens.count(row.word) == 0) return fmt::format("'{}' was never sent", row.word);
    seen[row.word] += row.count;
  }
  if (mode != "at-least-once") {
    for (const auto& [token, count] : seen) {
      if (count > 1) return fmt::format("{} came out {} times", token, count);
    }
  }
  if (mode == "at-most-once") return {};
  for (const std::string& token : sent.durable) {
    if (seen.count(token) == 0) return fmt::format("{} is lost", token);
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

std::optional<std::string> judge(const std::string& mode, const SentLines& sent,
                                 const std::vector<Row>& rows) {
  if (Complaint complaint = judge_tokens(mode, sent, rows)) return complaint;
  Emissions emissions;
  if (Complaint complaint = gather(rows, emissions)) return complaint;
  // Where output is lost, what is left of an emission may be any part of it.
  return mode == "at-most-once" ? Complaint() : judge_common_word(emissions);
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
