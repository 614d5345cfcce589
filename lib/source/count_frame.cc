#include "source/count_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/take_until.h"
#include "base/whole_number.h"
#include "source/relp_frame.h"
#include "text/tsv_text.h"

namespace wordstream {
namespace {

/// One that the journal can hold.
std::optional<std::uint64_t> number_of(std::string_view text) {
  const std::optional<std::uint64_t> number = whole_number(text);
  return number && *number <= INT64_MAX ? number : std::nullopt;
}

/// Of the batch itself.
Status parse_head(std::string_view row, CountRows& rows) {
  constexpr std::size_t kColumnsMax = 6;
  std::array<std::uint64_t, kColumnsMax> numbers{};
  std::size_t count = 0;
  const bool is_short = std::ranges::count(row, '\t') < static_cast<std::ptrdiff_t>(kColumnsMax);
  bool is_good = is_short && !row.empty();
  while (is_good && !row.empty()) {
    const bool has_more = row.find('\t') != row.npos;
    const std::optional<std::uint64_t> number = number_of(take_until(row, '\t'));
    is_good = number.has_value() && !(has_more && row.empty());
    if (is_good) numbers[count++] = *number;
  }
  const auto [start, end, lines, left_out, keyless, cut] = numbers;
  const bool is_whole = count == 2 || count == 3 || count == kColumnsMax;
  if (!is_good || !is_whole || start > end || left_out > lines || keyless > lines - left_out) {
    return fail(ErrorCode::BadData,
                "counts begin with START, END and, if it is known, LINES, LEFT_OUT, KEYLESS, CUT");
  }
  rows.start_ms = static_cast<std::int64_t>(start);
  rows.end_ms = static_cast<std::int64_t>(end);
  rows.counted.line_count = lines;
  rows.counted.left_out_count = left_out;
  rows.counted.keyless_count = keyless;
  rows.cut_line_count = cut;
  return {};
}

}  // namespace

std::optional<CountKey> count_key_of(std::string_view data) {
  for (std::size_t at = data.find('#'); at <= kRelpProducerBytesMax; at = data.find('#', at + 1)) {
    const std::size_t end = data.find_first_not_of("0123456789", at + 1);
    if (end == data.npos || end == at + 1 || data[end] != ' ') continue;
    const std::optional<std::uint64_t> batch = number_of(data.substr(at + 1, end - at - 1));
    if (!batch || *batch > kCountBatchMax || at == 0) return std::nullopt;
    return CountKey{data.substr(0, at), *batch, data.substr(end + 1)};
  }
  return std::nullopt;
}

void append_count_row(std::string& rows, const WordCount& row) {
  append_tsv(rows, row.word, [&rows](std::string_view stretch) { rows.append(stretch); });
  rows.append(1, '\t').append(fmt::format_int(row.count).c_str()).append(1, '\n');
}

Result<CountRows> parse_count_rows(std::string_view text) {
  CountRows rows;
  const std::size_t byte_count = text.size();
  if (Status parsed = parse_head(take_until(text, '\n'), rows); !parsed) return fail(parsed);
  WordCounts::Builder words;
  std::uint64_t row_count = 0;
  std::uint64_t total = 0;
  std::string room;
  for (; !text.empty(); ++row_count) {
    std::string_view count_text = take_until(text, '\n');
    const bool has_tab = count_text.find('\t') != count_text.npos;
    const std::optional<std::string_view> word = parse_tsv(take_until(count_text, '\t'), room);
    const std::uint64_t count = number_of(count_text).value_or(0);
    if (!has_tab || !word || count == 0) {
      return fail(ErrorCode::BadData,
                  fmt::format("row {} of its counts is no WORD, a tab and a COUNT", row_count + 1));
    }
    if (count > kCountTotalMax - total) {
      return fail(ErrorCode::BadData,
                  fmt::format("its counts come to more than {}", kCountTotalMax));
    }
    total += count;
    words.add(*word, count);
  }
  rows.counted.words = std::move(words).build();
  // Who does not say how many lines there were had some.
  if (rows.counted.line_count == 0) rows.counted.line_count = row_count;
  if (rows.counted.line_count != 0) rows.counted.byte_count = byte_count;
  return rows;
}

}  // namespace wordstream
