#include "format/rows_format.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "format/row_room.h"
#include "text/visible.h"
#include "words/order.h"

namespace wordstream {
namespace {

constexpr std::string_view kCsvHeader = "start_ms,end_ms,word,count\n";
constexpr ByteSet kTsvEscaped("\t\n\r\\");
constexpr ByteSet kCsvQuoted(",\"\r\n");

/// Writes all rows of `emission`; `append_word(word)` writes the third column.
template <class AppendWord>
void append_rows(std::string& out, const Emission& emission, std::size_t top, char separator,
                 AppendWord&& append_word) {
  const std::string interval =
      fmt::format("{}{}{}{}", emission.interval.start.time_since_epoch().count(), separator,
                  emission.interval.end.time_since_epoch().count(), separator);
  const std::vector<WordCount> rows = rows_by_count(*emission.changed, top);
  reserve_rows(out, rows, interval.size() + 2);
  for (const WordCount& row : rows) {
    out.append(interval);
    append_word(row.word);
    out.push_back(separator);
    const fmt::format_int count(row.count);
    out.append(count.data(), count.size());
    out.push_back('\n');
  }
}

std::string_view tsv_escape(char c) {
  switch (c) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      return "\\\\";
  }
}

void append_tsv(std::string& out, std::string_view word, bool for_terminal) {
  while (true) {
    // All four are ASCII, so that the stretches between them hold whole characters.
    const std::string_view stretch = word.substr(0, kTsvEscaped.length_before(word));
    if (for_terminal) {
      append_visible(out, stretch);
    } else {
      out.append(stretch);
    }
    word.remove_prefix(stretch.size());
    if (word.empty()) return;
    out.append(tsv_escape(word.front()));
    word.remove_prefix(1);
  }
}

void append_csv(std::string& out, std::string_view word) {
  if (kCsvQuoted.length_before(word) == word.size()) {
    out.append(word);
    return;
  }
  out.push_back('"');
  for (const char c : word) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

void TsvFormat::append(const Emission& emission, std::string& out) {
  append_rows(out, emission, options_.top, '\t',
              [&](std::string_view word) { append_tsv(out, word, options_.for_terminal); });
}

void CsvFormat::append(const Emission& emission, std::string& out) {
  if (emission.changed->empty()) return;
  if (std::exchange(must_begin_, false)) out.append(kCsvHeader);
  std::string visible;
  append_rows(out, emission, options_.top, ',', [&](std::string_view word) {
    if (!options_.for_terminal) return append_csv(out, word);
    visible.clear();
    append_visible(visible, word);
    append_csv(out, visible);
  });
}

}  // namespace wordstream
