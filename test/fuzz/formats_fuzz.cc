// Words of any bytes come back from what tsv, csv and json write of them, by readers that know
// nothing of the writers: json by another parser, tsv and csv by the rule, byte by byte; those rows
// alone that were asked for, in their order; and nothing that a terminal would obey, where one
// reads.
//   input: how many rows, which batch, its start and its end (1 and 3 times 8 bytes), whether it is
//   partial (1 byte); then words, each behind its length, with their counts behind them
#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base64_reader.h"
#include "format/format.h"
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// What one row says.
struct Row {
  std::string word;
  std::uint64_t count;
  std::int64_t start_ms;
  std::int64_t end_ms;

  friend bool operator==(const Row&, const Row&) = default;
};

std::string formatted(FormatKind kind, std::size_t top, bool for_terminal,
                      const Emission& emission) {
  std::string out;
  make_format({kind, top, for_terminal})->append(emission, out);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  WS_CHECK(text.empty() || text.back() == '\n', "ending the last line");
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text) {
    if (c != '\n') {
      line += c;
    } else {
      lines.push_back(std::exchange(line, ""));
    }
  }
  return lines;
}

/// Whether another library finds nothing in it to leave out or to replace.
bool is_text(const std::string& word) {
  using Handler = nlohmann::json::error_handler_t;
  const nlohmann::json value = word;
  return value.dump(-1, ' ', false, Handler::ignore) ==
         value.dump(-1, ' ', false, Handler::replace);
}

std::vector<Row> read_json(const std::string& text, const Emission& emission) {
  std::vector<Row> rows;
  for (const std::string& line : lines_of(text)) {
    const nlohmann::json row = nlohmann::json::parse(line, nullptr, false);
    WS_CHECK(row.is_object(), "writing JSON");
    std::string word = row.at("word").get<std::string>();
    std::size_t size = 5;
    if (row.contains("bytes")) {
      ++size;
      word = read_base64(row.at("bytes").get<std::string>());
      WS_CHECK(!is_text(word), "giving the bytes of what is no text");
    }
    if (row.contains("partial")) {
      ++size;
      WS_CHECK(row.at("partial") == true, "telling that a batch is partial");
    }
    WS_CHECK(row.contains("partial") == emission.interval.is_partial, "telling what is partial");
    WS_CHECK(row.at("batch") == emission.batch && row.size() == size, "writing what belongs there");
    rows.push_back({word, row.at("count").get<std::uint64_t>(),
                    row.at("start_ms").get<std::int64_t>(), row.at("end_ms").get<std::int64_t>()});
  }
  return rows;
}

/// Of four columns, three of which are numbers.
Row row_of(const std::vector<std::string>& columns) {
  WS_CHECK(columns.size() == 4, "writing four columns");
  return {columns[2], std::stoull(columns[3]), std::stoll(columns[0]), std::stoll(columns[1])};
}

std::vector<Row> read_tsv(const std::string& text) {
  std::vector<Row> rows;
  for (const std::string& line : lines_of(text)) {
    std::vector<std::string> columns(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
      WS_CHECK(line[i] != '\r', "escaping a CR");
      if (line[i] == '\t') {
        columns.emplace_back();
      } else if (line[i] != '\\') {
        columns.back() += line[i];
      } else {
        WS_CHECK(++i < line.size(), "escaping something");
        WS_CHECK(std::string_view("tnr\\").find(line[i]) != std::string_view::npos, "escaping");
        columns.back() += line[i] == 't'   ? '\t'
                          : line[i] == 'n' ? '\n'
                          : line[i] == 'r' ? '\r'
                                           : '\\';
      }
    }
    rows.push_back(row_of(columns));
  }
  return rows;
}

/// RFC 4180, with lines that end in LF: a quotation mark stands around a field, or doubled in one.
std::vector<Row> read_csv(const std::string& text) {
  std::vector<Row> rows;
  std::vector<std::string> columns(1);
  bool is_header = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      WS_CHECK(columns.back().empty(), "quoting a whole field");
      for (++i;; ++i) {
        WS_CHECK(i < text.size(), "ending what is quoted");
        if (text[i] == '"' && (i + 1 == text.size() || text[i + 1] != '"')) break;
        if (text[i] == '"') ++i;
        columns.back() += text[i];
      }
      WS_CHECK(i + 1 < text.size() && text[i + 1] == ',', "quoting no more than a field");
    } else if (text[i] == ',') {
      columns.emplace_back();
    } else if (text[i] != '\n') {
      WS_CHECK(text[i] != '\r', "quoting a CR");
      columns.back() += text[i];
    } else {
      if (is_header) {
        WS_CHECK((columns == std::vector<std::string>{"start_ms", "end_ms", "word", "count"}),
                 "beginning with a header");
      } else {
        rows.push_back(row_of(columns));
      }
      is_header = false;
      columns.assign(1, "");
    }
  }
  WS_CHECK(columns == std::vector<std::string>(1), "ending the last row");
  return rows;
}

/// A line end, a tab and what is no text aside: those may be obeyed by nobody, as C1 in UTF-8.
void check_terminal(const std::string& text, bool has_tabs) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_control =
        (byte < 0x20 && byte != '\n' && (byte != '\t' || !has_tabs)) || byte == 0x7F;
    WS_CHECK(!is_control, "showing what a terminal would obey");
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                       static_cast<unsigned char>(text[i + 1]) <= 0x9F;
    WS_CHECK(!is_c1, "showing what a terminal would obey in UTF-8");
  }
  for (const std::string_view bidi : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066",
                                      "\u2067", "\u2068", "\u2069", "\u200E", "\u200F", "\u061C"}) {
    WS_CHECK(text.find(bidi) == text.npos, "showing what would turn a terminal's text round");
  }
}

void run(std::string_view bytes) {
  FuzzInput input(bytes);
  const unsigned top_byte = input.byte();
  const std::size_t top = top_byte == 0 ? kAllRows : top_byte;
  Emission emission;
  emission.batch = input.number();
  emission.interval.start = Label(Millis(static_cast<std::int64_t>(input.number())));
  emission.interval.end = Label(Millis(static_cast<std::int64_t>(input.number())));
  emission.interval.is_partial = input.below(2) != 0;
  std::map<std::string, std::uint64_t> counts;
  while (!input.is_over()) {
    const std::string word(input.text());
    const unsigned count = input.byte();
    counts[word] = count == 0 ? ~std::uint64_t{0} : count;
  }
  WordCounts::Builder builder;
  std::vector<Row> expected;
  for (const auto& [word, count] : counts) {
    builder.add(word, count);
    expected.push_back({word, count, emission.interval.start.time_since_epoch().count(),
                        emission.interval.end.time_since_epoch().count()});
  }
  emission.changed = std::make_shared<const WordCounts>(std::move(builder).build());
  emission.counts = emission.changed;
  // By words they are sorted.
  std::ranges::stable_sort(expected, std::greater<>(), &Row::count);
  expected.resize(std::min(expected.size(), top));

  WS_CHECK(read_tsv(formatted(FormatKind::Tsv, top, false, emission)) == expected, "writing tsv");
  WS_CHECK(read_csv(formatted(FormatKind::Csv, top, false, emission)) == expected, "writing csv");
  WS_CHECK(read_json(formatted(FormatKind::Json, top, false, emission), emission) == expected,
           "writing json");
  const std::string shown = formatted(FormatKind::Json, top, true, emission);
  WS_CHECK(read_json(shown, emission) == expected, "writing json for a terminal");
  check_terminal(shown, false);
  check_terminal(formatted(FormatKind::Tsv, top, true, emission), true);
  check_terminal(formatted(FormatKind::Csv, top, true, emission), false);
}

/// A word as an input has it.
std::string piece_of(std::string_view word, char count) {
  return static_cast<char>(word.size()) + std::string(word) + count;
}

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const std::string times = "\7\0\0\0\0\0\0\0\xE8\3\0\0\0\0\0\0\xD0\7\0\0\0\0\0\0"s;
  std::string plain;
  for (const std::string_view word : {"to", "be", "", "a,b", "\"", "a\tb\nc\rd\\e", "'"}) {
    plain += piece_of(word, '\2');
  }
  std::string strange;
  for (const std::string& word :
       {"\xFF"s, "\x1B[2J"s, "\0"s, "\xC2\x9B"s, "\xED\xA0\x80"s, "\u202Ex"s, "\xEF\xBF\xBD"s,
        "\U0001F600"s, "\x7F"s, "\xE2\x80"s, "\b\f"s}) {
    strange += piece_of(word, '\1');
  }
  return {"\0"s + times + "\0"s + plain, "\0"s + times + "\1"s + strange,
          "\3"s + times + "\0"s + plain + strange + piece_of("many", '\0'),
          "\0"s + std::string(24, '\xFF') + "\1"s + plain};
}

}  // namespace

const FuzzTarget kFormatsFuzz{&run, &seeds};

}  // namespace wordstream
