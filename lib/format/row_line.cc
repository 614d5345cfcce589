#include "format/row_line.h"

#include <fmt/format.h>

#include "base/check.h"
#include "text/base64.h"
#include "text/json_text.h"
#include "text/tsv_text.h"
#include "text/utf8.h"
#include "text/visible.h"

namespace wordstream {
RowLine::RowLine(FormatKind kind, std::uint64_t batch, const Interval& interval, bool for_terminal)
    : kind_(kind), for_terminal_(for_terminal) {
  WS_CHECK(kind == FormatKind::Tsv || kind == FormatKind::Json, "writing a row as a line");
  const auto start_ms = interval.start.time_since_epoch().count();
  const auto end_ms = interval.end.time_since_epoch().count();
  if (kind == FormatKind::Tsv) {
    begin_ = fmt::format("{}\t{}\t", start_ms, end_ms);
    between_ = "\t";
    return;
  }
  begin_ =
      fmt::format(R"({{"batch":{},"start_ms":{},"end_ms":{},"word":")", batch, start_ms, end_ms);
  between_ = R"(,"count":)";
  end_ = interval.is_partial ? R"(,"partial":true})" : "}";
}

/// Behind a quotation mark, and with its own.
void RowLine::append_json_word(std::string_view word, std::string& out) const {
  if (is_valid_utf8(word)) {
    append_json(out, word, for_terminal_);
    out.push_back('"');
    return;
  }
  append_json(out, replace_invalid(word), for_terminal_);
  out.append(R"(","bytes":")");
  append_base64(out, word);
  out.push_back('"');
}

void RowLine::append(const WordCount& row, std::string& out, bool is_cut) const {
  out.append(begin_);
  if (kind_ == FormatKind::Json) {
    append_json_word(row.word, out);
    if (is_cut) out.append(R"(,"truncated":true)");
  } else {
    // All that is escaped is ASCII, so that the stretches between hold whole characters.
    append_tsv(out, row.word, [&](std::string_view stretch) {
      for_terminal_ ? append_visible(out, stretch) : void(out.append(stretch));
    });
  }
  const fmt::format_int count(row.count);
  out.append(between_).append(count.data(), count.size()).append(end_);
}

}  // namespace wordstream
