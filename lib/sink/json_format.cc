#include "sink/json_format.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/base64.h"
#include "sink/terminal.h"
#include "words/order.h"
#include "words/utf8.h"

namespace wordstream {
namespace {

/// The letter behind the backslash where JSON has one for `code`; 0 where it has none.
constexpr char letter_of(char32_t code) {
  switch (code) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

bool must_escape(char32_t code, bool for_terminal) {
  return code < 0x20 || code == '"' || code == '\\' || (for_terminal && is_control(code));
}

void append_escape(std::string& out, char32_t code) {
  if (const char letter = letter_of(code); letter != 0) {
    out.append({'\\', letter});
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(code));
  }
}

/// `text` as the inside of a JSON string. Requires: it is valid UTF-8.
void append_json(std::string& out, std::string_view text, bool for_terminal) {
  while (!text.empty()) {
    const DecodedChar decoded = decode_char(text);
    if (must_escape(decoded.code, for_terminal)) {
      append_escape(out, decoded.code);
    } else {
      out.append(text.substr(0, decoded.length));
    }
    text.remove_prefix(decoded.length);
  }
}

}  // namespace

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
  for (const WordCount& row : rows_by_count(*emission.changed, options_.top)) {
    out.append(begin);
    append_word(row.word, out);
    out.append(R"(,"count":)");
    const fmt::format_int count(row.count);
    out.append(count.data(), count.size()).append(end);
  }
}

}  // namespace wordstream
