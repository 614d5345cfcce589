#include "simulation/auditor.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "simulation/oracle.h"

namespace wordstream::simulation {
namespace {

using Complaint = std::optional<std::string>;

/// A batch as it stands in the output.
struct Shown {
  std::int64_t start = 0;
  std::int64_t end = 0;
  Counts counts;
};

std::string unescape(std::string_view text) {
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      word += text[i];
      continue;
    }
    const char letter = text[++i];
    word += letter == 't' ? '\t' : letter == 'n' ? '\n' : letter == 'r' ? '\r' : letter;
  }
  return word;
}

template <class Number>
Number take_number(std::string_view& row) {
  Number number{};
  std::from_chars(row.data(), row.data() + row.size(), number);
  row.remove_prefix(std::min(row.find('\t'), row.size() - 1) + 1);
  return number;
}

/// Reads the output back; complains of a word that a batch shows twice and of a batch shown twice.
Complaint read_output(std::string_view output, std::vector<Shown>& batches) {
  while (!output.empty()) {
    const std::size_t length = output.find('\n');
    if (length == std::string_view::npos) return "the last row has no end";
    std::string_view row = output.substr(0, length);
    output.remove_prefix(length + 1);
    const auto start = take_number<std::int64_t>(row);
    const auto end = take_number<std::int64_t>(row);
    const std::string word = unescape(row.substr(0, row.find('\t')));
    take_number<std::int64_t>(row);
    if (batches.empty() || batches.back().start != start || batches.back().end != end) {
      batches.push_back(Shown{start, end, {}});
    }
    if (!batches.back().counts.emplace(word, take_number<std::uint64_t>(row)).second) {
      return fmt::format("batch {}: two rows for '{}'", end, word);
    }
  }
  return {};
}

Complaint judge_labels(const std::vector<Shown>& batches, const Rules& rules) {
  const std::int64_t interval = rules.interval.count();
  std::int64_t last_end = 0;
  for (const Shown& batch : batches) {
    const auto complain = [&](std::string_view what) {
      return fmt::format("batch from {} to {}: {}", batch.start, batch.end, what);
    };
    if (batch.start < last_end) return complain("begins before the one before it has ended");
    if (batch.end <= batch.start) return complain("ends before it begins");
    if (batch.end - batch.start > interval) return complain("is longer than the interval");
    const bool may_end_early = &batch == &batches.back();
    if (!may_end_early && batch.end % interval != 0) return complain("does not end at a tick");
    last_end = batch.end;
  }
  return {};
}

/// A line that should be counted.
struct Line {
  std::size_t stretch;
  std::vector<std::string> words;
  bool is_optional;
};

std::vector<Line> lines_in(const std::vector<Stretch>& stretches, const Rules& rules) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    // A line that was too long has ended where it was cut, whatever became of the rest.
    const std::size_t tail_size = stretch.bytes.size() - (stretch.bytes.find_last_of("\r\n") + 1);
    const bool has_tail = tail_size != 0 && tail_size <= rules.line_bytes_max;
    std::vector<SourceLine> texts = lines_of(stretch.bytes, rules.line_bytes_max);
    if (has_tail && stretch.tail == Stretch::Tail::Dropped) texts.pop_back();
    for (const SourceLine& text : texts) {
      const bool is_tail = has_tail && &text == &texts.back();
      lines.push_back(
          Line{i, keys_of(text, rules.keys), is_tail && stretch.tail == Stretch::Tail::Either});
    }
  }
  // What gives nothing can be looked for nowhere.
  std::erase_if(lines, [](const Line& line) { return line.words.empty(); });
  return lines;
}

void add(Counts& counts, const std::vector<std::string>& words) {
  for (const std::string& word : words) ++counts[word];
}

std::uint64_t count_of(const Counts& counts, const std::string& word) {
  const auto found = counts.find(word);
  return found == counts.end() ? 0 : found->second;
}

/// Every word in all batches together, against all lines together.
Complaint judge_totals(const std::vector<Shown>& batches, const std::vector<Line>& lines,
                       const Rules& rules) {
  Counts least, most, shown;
  for (const Line& line : lines) {
    add(most, line.words);
    if (rules.is_complete && !line.is_optional) add(least, line.words);
  }
  for (const Shown& batch : batches) {
    for (const auto& [word, count] : batch.counts) shown[word] += count;
  }
  for (const auto& [word, count] : shown) {
    if (const std::uint64_t due = count_of(most, word); count > due) {
      return fmt::format("'{}' is counted {} times and not {}", word, count, due);
    }
  }
  for (const auto& [word, count] : least) {
    if (const std::uint64_t done = count_of(shown, word); count > done) {
      return fmt::format("'{}' is counted {} times and not {}", word, done, count);
    }
  }
  return {};
}

/// Whether every line begins with a word that stands nowhere else.
bool are_named(const std::vector<Line>& lines) {
  Counts all;
  for (const Line& line : lines) add(all, line.words);
  for (const Line& line : lines) {
    if (line.words.empty() || all.at(line.words.front()) != 1) return false;
  }
  return true;
}

/// Every batch by itself, by the names of the lines in it. Requires: are_named(lines).
Complaint judge_lines(const std::vector<Shown>& batches, const std::vector<Line>& lines,
                      const Rules& rules) {
  std::map<std::string, std::size_t> batch_of;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    for (const auto& [word, count] : batches[i].counts) batch_of.emplace(word, i);
  }
  std::vector<Counts> expected(batches.size());
  std::optional<std::size_t> stretch;
  std::size_t batch = 0;
  bool is_missing = false;
  for (const Line& line : lines) {
    if (stretch != line.stretch) batch = 0, is_missing = false;
    stretch = line.stretch;
    const std::string& name = line.words.front();
    const auto found = batch_of.find(name);
    if (found == batch_of.end()) {
      if (rules.is_complete && !line.is_optional) return fmt::format("line {} is missing", name);
      is_missing = true;
      continue;
    }
    if (is_missing) return fmt::format("a line before {} is missing", name);
    if (found->second < batch) return fmt::format("line {} comes before its turn", name);
    batch = found->second;
    add(expected[batch], line.words);
  }
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (expected[i] == batches[i].counts) continue;
    return fmt::format("batch {} counts other words than its lines hold", batches[i].end);
  }
  return {};
}

}  // namespace

std::optional<std::string> audit(std::string_view output, const std::vector<Stretch>& stretches,
                                 const Rules& rules) {
  std::vector<Shown> batches;
  if (rules.is_torn) output = output.substr(0, output.rfind('\n') + 1);
  if (Complaint complaint = read_output(output, batches)) return complaint;
  if (rules.is_torn && !batches.empty()) batches.pop_back();
  if (Complaint complaint = judge_labels(batches, rules)) return complaint;
  const std::vector<Line> lines = lines_in(stretches, rules);
  return are_named(lines) ? judge_lines(batches, lines, rules)
                          : judge_totals(batches, lines, rules);
}

}  // namespace wordstream::simulation
