#include "format/json_format.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "format/row_room.h"
#include "text/base64.h"
#include "text/json_text.h"
#include "text/utf8.h"
#include "words/order.h"

namespace wordstream {

void JsonFormat::append_word(std::string_view word, std::string& out) const {
  if (is_valid_utf8(word)) {
    append_json(out, word, options_.for_terminal);
    out.push_back('"');
    return;
  }
  append_json(out, replace_invalid(word), options_.for_terminal);
  out.append(R"(","bytes":")");
  append_base64(out, word);
  out.push_back('"');
}

void JsonFormat::append(const Emission& emission, std::string& out) {
  const std::string begin =
      fmt::format(R"({{"batch":{},"start_ms":{},"end_ms":{},"word":")", emission.batch,
                  emission.interval.start.time_since_epoch().count(),
                  emission.interval.end.time_since_epoch().count());
  const std::string_view end = emission.interval.is_partial ? ",\"partial\":true}\n" : "}\n";
  constexpr std::string_view kCount = R"(,"count":)";
  const std::vector<WordCount> rows = rows_by_count(*emission.changed, options_.top);
  reserve_rows(out, rows, begin.size() + 1 + kCount.size() + end.size());
  for (const WordCount& row : rows) {
    out.append(begin);
    append_word(row.word, out);
    out.append(kCount);
    const fmt::format_int count(row.count);
    out.append(count.data(), count.size()).append(end);
  }
}

}  // namespace wordstream
