#include "format/rows_format.h"

#include <map>
#include <sstream>
#include <vector>

#include "catch.h"
#include "random_words.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Fields = std::vector<std::string>;

constexpr FormatOptions kTsv{FormatKind::Tsv, kAllRows};
constexpr FormatOptions kCsv{FormatKind::Csv, kAllRows};
const std::string kHeader = "start_ms,end_ms,word,count\n";

/// Records of RFC 4180 with LF ends.
std::vector<Fields> read_csv(std::string_view text) {
  std::vector<Fields> records{{""}};
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted && text.substr(at, 2) == "\"\"") {
      records.back().back().push_back(text[at++]);
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && c == ',') {
      records.back().emplace_back();
    } else if (!is_quoted && c == '\n') {
      records.push_back({""});
    } else {
      records.back().back().push_back(c);
    }
  }
  REQUIRE(records.back() == Fields{""});
  records.pop_back();
  return records;
}

std::string read_tsv_word(std::string_view field) {
  std::string word;
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (field[at] != '\\') {
      word.push_back(field[at]);
      continue;
    }
    const std::size_t letter = std::string_view("tnr\\").find(field.at(++at));
    REQUIRE(letter != std::string_view::npos);
    word.push_back("\t\n\r\\"[letter]);
  }
  return word;
}

std::vector<Fields> read_tsv(const std::string& text) {
  std::vector<Fields> records;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    records.emplace_back();
    for (std::string field; std::getline(fields, field, '\t');)
      records.back().push_back(read_tsv_word(field));
  }
  return records;
}

/// Fails where a record is not one of emission_of(), or a word comes twice.
Counts counts_in(const std::vector<Fields>& records) {
  Counts counts;
  for (const Fields& fields : records) {
    REQUIRE(fields.size() == 4);
    REQUIRE(fields[0] == "1000");
    REQUIRE(fields[1] == "2000");
    REQUIRE(counts.emplace(fields[2], std::stoull(fields[3])).second);
  }
  return counts;
}

}  // namespace

TEST_CASE("tsv has four columns and no header", "[rows_format]") {
  CHECK(formatted(kTsv, emission_of({{"hello", 2}, {"", 1}})) ==
        "1000\t2000\thello\t2\n1000\t2000\t\t1\n");
}

TEST_CASE("tsv escapes tab, LF, CR and backslash, and nothing else", "[rows_format]") {
  CHECK(formatted(kTsv, emission_of({{"a\tb\nc\rd\\e", 1}})) ==
        "1000\t2000\ta\\tb\\nc\\rd\\\\e\t1\n");
  CHECK(formatted(kTsv, emission_of({{"\x1b\xff\"',\u202e", 1}})) ==
        "1000\t2000\t\x1b\xff\"',\u202e\t1\n");
}

TEST_CASE("csv has a header before its first row, once", "[rows_format]") {
  CsvFormat format(kCsv);
  std::string out;
  format.append(emission_of({}), out);
  CHECK(out.empty());
  format.append(emission_of({{"a", 1}}), out);
  format.append(emission_of({{"b", 2}}), out);
  CHECK(out == kHeader + "1000,2000,a,1\n1000,2000,b,2\n");
}

TEST_CASE("csv quotes what would not be read back otherwise", "[rows_format]") {
  const auto row = [](const std::string& word) {
    return formatted(kCsv, emission_of({{word, 1}})).substr(kHeader.size());
  };
  CHECK(row("a,b") == "1000,2000,\"a,b\",1\n");
  CHECK(row("\"") == "1000,2000,\"\"\"\",1\n");
  CHECK(row("a\nb") == "1000,2000,\"a\nb\",1\n");
  CHECK(row("a\r") == "1000,2000,\"a\r\",1\n");
  CHECK(row("") == "1000,2000,,1\n");
  CHECK(row("it's\t\xff") == "1000,2000,it's\t\xff,1\n");
}

TEST_CASE("any words come back from tsv and csv, byte for byte", "[rows_format]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Counts counts = random_counts(seed, 300);
    const Emission emission = emission_of(counts);
    REQUIRE(counts_in(read_tsv(formatted(kTsv, emission))) == counts);
    std::vector<Fields> records = read_csv(formatted(kCsv, emission));
    REQUIRE(records.at(0) == Fields{"start_ms", "end_ms", "word", "count"});
    records.erase(records.begin());
    REQUIRE(counts_in(records) == counts);
  }
}

TEST_CASE("rows for programs are the top ones, by count and then by bytes", "[rows_format]") {
  const Emission emission = emission_of({{"a", 1}, {"\xff", 2}, {"\xfe", 2}, {"b", 9}});
  CHECK(formatted({FormatKind::Tsv, 3}, emission) ==
        "1000\t2000\tb\t9\n1000\t2000\t\xfe\t2\n1000\t2000\t\xff\t2\n");
  CHECK(formatted({FormatKind::Csv, 1}, emission) == kHeader + "1000,2000,b,9\n");
}

TEST_CASE("an empty batch writes no rows", "[rows_format]") {
  CHECK(formatted(kTsv, emission_of({})).empty());
  CHECK(formatted(kCsv, emission_of({})).empty());
}

TEST_CASE("rows on a terminal show what it would obey", "[rows_format]") {
  const Emission emission = emission_of({{"\x1b\t\\\u202e\u009b\x9b\xff\n", 1}});
  CHECK(formatted({FormatKind::Tsv, kAllRows, true}, emission) ==
        "1000\t2000\t\\x1b\\t\\\\\\u202e\\x9b\\x9b\xff\\n\t1\n");
  CHECK(formatted({FormatKind::Csv, kAllRows, true}, emission) ==
        kHeader + "1000,2000,\\x1b\\x09\\\\u202e\\x9b\\x9b\xff\\x0a,1\n");
  CHECK(formatted({FormatKind::Csv, kAllRows, true}, emission_of({{"a,\"\x7f", 1}})) ==
        kHeader + "1000,2000,\"a,\"\"\\x7f\",1\n");
}

TEST_CASE("rows for programs are those that have changed, people see all", "[rows_format]") {
  Emission emission = emission_of({{"all", 1}, {"changed", 2}});
  emission.changed = emission_of({{"changed", 2}}).changed;
  for (const FormatKind kind : {FormatKind::Tsv, FormatKind::Csv, FormatKind::Json}) {
    const std::string text = formatted({kind, kAllRows}, emission);
    CHECK(text.find("changed") != std::string::npos);
    CHECK(text.find("all") == std::string::npos);
    CHECK_FALSE(shows_all(kind));
  }
  for (const FormatKind kind : {FormatKind::Print, FormatKind::Python}) {
    CHECK(formatted({kind, kAllRows}, emission).find("all") != std::string::npos);
    CHECK(shows_all(kind));
  }
}
