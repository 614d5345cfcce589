#include "source/count_frame.h"

#include <string>

#include "catch.h"

using namespace wordstream;

namespace {

/// "word*2 other*1", or why not.
std::string words_of(std::string_view rows) {
  const Result<CountRows> parsed = parse_count_rows(rows);
  if (!parsed) return parsed.error().message;
  std::string text;
  parsed->counted.words.for_each([&](const WordCount& row) {
    text += (text.empty() ? "" : " ") + std::string(row.word) + "*" + std::to_string(row.count);
  });
  return text;
}

constexpr std::string_view kNoHead =
    "counts begin with START, END and, if it is known, LINES, LEFT_OUT, KEYLESS, CUT";

}  // namespace

TEST_CASE("a batch has a key in front of it", "[count frame]") {
  const std::optional<CountKey> key = count_key_of("a#b#7x#12 1\t2\n");
  REQUIRE(key);
  CHECK(key->producer == "a#b#7x");
  CHECK(key->batch == 12);
  CHECK(key->rows == "1\t2\n");
  CHECK(count_key_of("q#9223372036854775806 ")->batch == kCountBatchMax);
  CHECK(count_key_of(std::string(4096, 'p') + "#0 "));
}

TEST_CASE("what has no producer or no number has no key", "[count frame]") {
  for (const std::string text : {"", "#1 x", "a#", "a#1", "a# 1", "a@1 x", "a#-1 x", "a#1\tx",
                                 "a#9223372036854775807 x", "a#99999999999999999999 x"}) {
    INFO(text);
    CHECK_FALSE(count_key_of(text));
  }
  CHECK_FALSE(count_key_of(std::string(4097, 'p') + "#0 "));
}

TEST_CASE("rows are words and their counts, as tsv writes them", "[count frame]") {
  CHECK(words_of("1\t2\na\t1\nb\t20\n") == "a*1 b*20");
  CHECK(words_of("1\t2\na\t1\na\t2\n") == "a*1 a*2");  // they are added up where they are counted
  CHECK(words_of("1\t2\n\t3\n") == "*3");
  CHECK(words_of("1\t2\n\\t\\n\\r\\\\n\t1\n") == "\t\n\r\\n*1");
  CHECK(words_of(std::string("1\t2\n\0\xff\t1", 8)) == std::string("\0\xff*1", 4));
  CHECK(words_of("1\t2\n").empty());
  CHECK(words_of("2\t2").empty());
}

TEST_CASE("the first row is the batch's", "[count frame]") {
  const CountRows rows = *parse_count_rows("1000\t2000\t10\t3\t2\t1\na\t5\n");
  CHECK(rows.start_ms == 1000);
  CHECK(rows.end_ms == 2000);
  CHECK(rows.counted.line_count == 10);
  CHECK(rows.counted.left_out_count == 3);
  CHECK(rows.counted.keyless_count == 2);
  CHECK(rows.cut_line_count == 1);
  CHECK(rows.counted.byte_count == 23);
}

TEST_CASE("who does not say how many lines there were had one a row", "[count frame]") {
  CHECK(parse_count_rows("1\t2\na\t5\nb\t1\n")->counted.line_count == 2);
  CHECK(parse_count_rows("1\t2\t0\na\t5\n")->counted.line_count == 1);
  const CountRows empty = *parse_count_rows("1\t2\n");
  CHECK(empty.counted.line_count == 0);
  CHECK(empty.counted.byte_count == 0);
  CHECK(parse_count_rows("1\t2\t7\n")->counted.line_count == 7);
}

TEST_CASE("a first row that is none is refused", "[count frame]") {
  for (const std::string head :
       {"", "1", "1\t", "\t2", "2\t1", "1\t2\t", "1\t2\t3\t4", "a\t2", "-1\t2", "1\t2\t3\t4\t0\t0",
        "1\t2\t3\t1\t3\t0", "1\t2\t3\t0\t0\t0\t0", "1\t99999999999999999999"}) {
    INFO(head);
    CHECK(words_of(head + "\na\t1\n") == kNoHead);
  }
}

TEST_CASE("a row that is none is refused, and named", "[count frame]") {
  for (const std::string row : {"", "a", "a\t", "a\t0", "a\t-1", "a\t1\t", "a\t1\t2", "a\t1 ",
                                "\\\t1", "\\x\t1", "a\\\t1", "a\t9223372036854775808"}) {
    INFO(row);
    CHECK(words_of("1\t2\na\t1\n" + row + "\n") ==
          "row 2 of its counts is no WORD, a tab and a COUNT");
  }
}

TEST_CASE("counts that no database holds are refused", "[count frame]") {
  CHECK(words_of("1\t2\na\t9007199254740992\n") == "a*9007199254740992");
  CHECK(words_of("1\t2\na\t9007199254740992\nb\t1\n") ==
        "its counts come to more than 9007199254740992");
}
