#include "format/rows_format.h"

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base64_reader.h"
#include "catch.h"
#include "random_words.h"
#include "text/utf8.h"
#include "unit/sink/emission_of.h"

using namespace wordstream;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr FormatOptions kJson{FormatKind::Json, kAllRows};
constexpr FormatOptions kJsonOnTerminal{FormatKind::Json, kAllRows, true};

/// The word of a batch with this one word, as it stands in the line.
std::string shown(const std::string& word, const FormatOptions& options = kJson) {
  const std::string line = formatted(options, emission_of({{word, 1}}));
  const std::string before = R"({"batch":7,"start_ms":1000,"end_ms":2000,"word":)";
  const std::string behind = ",\"count\":1}\n";
  REQUIRE(line.substr(0, before.size()) == before);
  REQUIRE(line.substr(line.size() - behind.size()) == behind);
  return line.substr(before.size(), line.size() - before.size() - behind.size());
}

/// The words as they were counted; fails where a line is not as it should be.
Counts counts_in(const std::string& text) {
  Counts counts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json row = nlohmann::json::parse(line);
    std::string word = row.at("word").get<std::string>();
    if (row.contains("bytes")) {
      const std::string bytes = read_base64(row.at("bytes").get<std::string>());
      REQUIRE_FALSE(is_valid_utf8(bytes));
      REQUIRE(word == replace_invalid(bytes));
      word = bytes;
    }
    REQUIRE(counts.emplace(word, row.at("count").get<std::uint64_t>()).second);
  }
  return counts;
}

}  // namespace

TEST_CASE("json is an object a row", "[json_format]") {
  CHECK(formatted(kJson, emission_of({{"a", 2}, {"", 1}})) ==
        R"({"batch":7,"start_ms":1000,"end_ms":2000,"word":"a","count":2})"
        "\n"
        R"({"batch":7,"start_ms":1000,"end_ms":2000,"word":"","count":1})"
        "\n");
  CHECK(formatted(kJson, emission_of({})).empty());
}

TEST_CASE("a partial batch says so in every row", "[json_format]") {
  Emission emission = emission_of({{"a", 2}});
  emission.interval.is_partial = true;
  CHECK(formatted(kJson, emission) ==
        R"({"batch":7,"start_ms":1000,"end_ms":2000,"word":"a","count":2,"partial":true})"
        "\n");
}

TEST_CASE("json escapes what it must", "[json_format]") {
  CHECK(shown("\"\\/") == R"("\"\\/")");
  CHECK(shown("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(shown(std::string("\0\x1b\x1f", 3)) == R"("\u0000\u001b\u001f")");
  CHECK(shown("\x7f\u009b\u202e\u20ac\U0001F600") == "\"\x7f\u009b\u202e\u20ac\U0001F600\"");
}

TEST_CASE("json on a terminal escapes what it would obey, too", "[json_format]") {
  CHECK(shown("\x1b\t\x7f\u009b\u202e\u061c\u00e9", kJsonOnTerminal) ==
        "\"\\u001b\\t\\u007f\\u009b\\u202e\\u061c\u00e9\"");
  CHECK(shown("\x9b", kJsonOnTerminal) == R"("�","bytes":"mw==")");
}

TEST_CASE("a word that is no UTF-8 comes with its bytes", "[json_format]") {
  CHECK(shown("\xff") == R"("�","bytes":"/w==")");
  CHECK(shown("a\xed\xa0\x80\"") == R"("a�\"","bytes":"Ye2ggCI=")");
  CHECK(shown("�") == R"("�")");
}

TEST_CASE("any words come back from json, byte for byte", "[json_format]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Counts counts = random_counts(seed, 300);
    REQUIRE(counts_in(formatted(kJson, emission_of(counts))) == counts);
    REQUIRE(counts_in(formatted(kJsonOnTerminal, emission_of(counts))) == counts);
  }
}

TEST_CASE("json shows the top rows, by count and then by bytes", "[json_format]") {
  const Emission emission = emission_of({{"a", 1}, {"\xff", 2}, {"\xfe", 2}});
  CHECK(counts_in(formatted({FormatKind::Json, 2}, emission)) == Counts{{"\xfe", 2}, {"\xff", 2}});
}
