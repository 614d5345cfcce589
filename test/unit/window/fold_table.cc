#include "unit/window/fold_table.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <sstream>
#include <utility>

#include "catch.h"

namespace wordstream {
namespace {

// A multiple of every whole number of seconds up to ten, and of a minute.
constexpr std::int64_t kBeginningMillis = 2'520'000'000;

double seconds(Label label) { return static_cast<double>((label - at(0)).count()) / 1000; }

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string rows_of(const WordCounts& counts) {
  std::map<std::string_view, std::uint64_t> rows;
  counts.for_each([&](const WordCount& row) { rows[row.word] = row.count; });
  std::string text;
  for (const auto& [word, count] : rows) text += fmt::format(" {}={}", word, count);
  return text;
}

std::string text_of(const Emission& emission) {
  const Interval& interval = emission.interval;
  std::string text = fmt::format("{}-{}{}:", seconds(interval.start), seconds(interval.end),
                                 interval.is_partial ? "~" : "");
  text += rows_of(*emission.counts);
  if (emission.changed != emission.counts) text += " /" + rows_of(*emission.changed);
  return text;
}

/// Gives the fold what the left side of a line says.
void feed(Fold& fold, const std::string& line) {
  std::istringstream fields(line);
  std::string start, words;
  double end = 0;
  fields >> start >> end;
  if (start == "end") return fold.finish(at(end));
  std::getline(fields, words);
  fold.take(batch_of(std::stod(start), end, words));
}

}  // namespace

Label at(double seconds) { return Label(Millis(kBeginningMillis + std::llround(seconds * 1000))); }

Batch batch_of(double start, double end, std::string_view words) {
  std::map<std::string, std::uint64_t> counted;
  std::istringstream all{std::string(words)};
  for (std::string word; all >> word;) ++counted[word];
  WordCounts::Builder builder;
  for (const auto& [word, count] : counted) builder.add(word, count);
  Batch batch;
  batch.interval = {at(start), at(end)};
  batch.line_count = counted.empty() ? 0 : 1;
  batch.counts = std::make_shared<const WordCounts>(std::move(builder).build());
  return batch;
}

Batch crowded_batch(double start, double end, int word_count, std::string_view words) {
  std::string all;
  for (int i = 0; i < word_count; ++i) all += fmt::format("{}/{} ", start, i);
  return batch_of(start, end, all.append(words));
}

std::string take_due(Fold& fold) {
  std::string text;
  while (const std::optional<Emission> emission = fold.next()) {
    text += (text.empty() ? "" : "; ") + text_of(*emission);
  }
  return text;
}

void check_table(Fold& fold, std::string_view table) {
  std::string expected, seen;
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos) continue;
    const std::string left = trimmed(line.substr(0, bar));
    feed(fold, left);
    expected += "\n" + left + " | " + trimmed(line.substr(bar + 1));
    seen += "\n" + left + " | " + take_due(fold);
  }
  CHECK(seen == expected);
  CHECK_FALSE(expected.empty());
}

}  // namespace wordstream
