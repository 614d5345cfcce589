#include "format/rows_format.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "format/row_line.h"
#include "format/row_room.h"
#include "text/visible.h"
#include "words/order.h"

namespace wordstream {
namespace {

constexpr std::string_view kCsvHeader = "start_ms,end_ms,word,count\n";
constexpr ByteSet kCsvQuoted(",\"\r\n");

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

void LineFormat::append(const Emission& emission, std::string& out) {
  const RowLine line(options_.kind, emission.batch, emission.interval, options_.for_terminal);
  const std::vector<WordCount> rows = rows_by_count(*emission.changed, options_.top);
  reserve_rows(out, rows, line.bytes_each());
  visit_rows(rows, [&](const WordCount& row) {
    line.append(row, out);
    out.push_back('\n');
  });
}

void CsvFormat::append(const Emission& emission, std::string& out) {
  if (emission.changed->empty()) return;
  if (std::exchange(must_begin_, false)) out.append(kCsvHeader);
  const std::string interval =
      fmt::format("{},{},", emission.interval.start.time_since_epoch().count(),
                  emission.interval.end.time_since_epoch().count());
  const std::vector<WordCount> rows = rows_by_count(*emission.changed, options_.top);
  reserve_rows(out, rows, interval.size() + 2);
  std::string visible;
  visit_rows(rows, [&](const WordCount& row) {
    out.append(interval);
    if (options_.for_terminal) {
      visible.clear();
      append_visible(visible, row.word);
    }
    append_csv(out, options_.for_terminal ? visible : row.word);
    out.push_back(',');
    const fmt::format_int count(row.count);
    out.append(count.data(), count.size());
    out.push_back('\n');
  });
}

}  // namespace wordstream
