#include "cli/emissions.h"

#include <chrono>
#include <optional>
#include <regex>
#include <string_view>
#include <utility>

#include "catch.h"
#include "cli/visible.h"

namespace wordstream::cli {
namespace {

const std::string kRule(43, '-');
constexpr std::string_view kTimePrefix = "Time: ";

/// Takes the next whole line off `text`, without its end.
std::optional<std::string> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string line(text.substr(0, end));
  text.remove_prefix(end + 1);
  return line;
}

std::int64_t to_number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    FAIL("not a number: '" + visible(text) + "'");
  return std::stoll(text);
}

}  // namespace

std::vector<Printed> read_blocks(const std::string& text) {
  std::vector<Printed> blocks;
  std::string_view rest = text;
  while (true) {
    const auto first = take_line(rest);
    const auto time = take_line(rest);
    const auto second = take_line(rest);
    if (!second) return blocks;
    if (*first != kRule || !time->starts_with(kTimePrefix) || *second != kRule)
      FAIL("no block's head in\n" + visible_lines(text));
    Printed block{time->substr(kTimePrefix.size()), {}};
    auto line = take_line(rest);
    for (; line && !line->empty(); line = take_line(rest)) block.rows.push_back(*line);
    if (!line) return blocks;
    blocks.push_back(std::move(block));
  }
}

std::int64_t print_time_ms(const Printed& block) {
  static const std::regex kTime("([0-9]+) ms");
  std::smatch match;
  if (!std::regex_match(block.time, match, kTime)) FAIL("not a time: '" + block.time + "'");
  return std::stoll(match[1]);
}

std::string block_text(const std::string& time, const std::vector<std::string>& rows) {
  std::string text = kRule + "\nTime: " + time + "\n" + kRule + "\n";
  for (const std::string& row : rows) text += row + "\n";
  return text + "\n";
}

std::vector<Row> read_tsv(const std::string& text) {
  std::vector<Row> rows;
  std::string_view rest = text;
  while (const auto line = take_line(rest)) {
    std::vector<std::string> fields(1);
    for (const char c : *line) {
      if (c == '\t') {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    if (fields.size() != 4) FAIL("no row of four: '" + visible(*line) + "'");
    rows.push_back({to_number(fields[0]), to_number(fields[1]), fields[2],
                    static_cast<std::uint64_t>(to_number(fields[3]))});
  }
  return rows;
}

std::map<std::string, std::uint64_t> sum_tsv(const std::string& text) {
  std::map<std::string, std::uint64_t> sums;
  for (const Row& row : read_tsv(text)) sums[row.word] += row.count;
  return sums;
}

std::map<std::string, std::uint64_t> sum_blocks(const std::string& text) {
  std::map<std::string, std::uint64_t> sums;
  for (const Printed& block : read_blocks(text)) {
    for (const std::string& row : block.rows) {
      const std::size_t comma = row.rfind(',');
      if (comma == std::string::npos || row.front() != '(' || row.back() != ')')
        FAIL("no row of print: '" + visible(row) + "'");
      sums[row.substr(1, comma - 1)] +=
          static_cast<std::uint64_t>(to_number(row.substr(comma + 1, row.size() - comma - 2)));
    }
  }
  return sums;
}

std::int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace wordstream::cli
