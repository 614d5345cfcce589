// What of a line is selected.
#include <random>
#include <string>
#include <vector>

#include "catch.h"
#include "keys/selector.h"
#include "unit/keys/counted.h"

using namespace wordstream;

namespace {

using Texts = std::vector<std::string>;

Texts selected(const SelectorChoice& selector, std::string_view line, bool is_cut = false) {
  KeyChoice choice = of_selector(selector);
  REQUIRE(check_keys(choice));
  Selected selected;
  make_selector(choice)->select(line, is_cut, selected);
  Texts texts;
  for (std::size_t i = 0; i < selected.size(); ++i) texts.emplace_back(selected[i]);
  return texts;
}

FieldChoice fields(std::vector<int> numbers, std::string delimiter = "") {
  return {std::move(numbers), std::move(delimiter)};
}

Texts json(const std::string& pointer, std::string_view line) {
  return selected(JsonChoice{pointer}, line);
}

}  // namespace

TEST_CASE("fields between white space are awk's", "[keys]") {
  CHECK(selected(fields({1}), "  a\t\v b\fc ") == Texts{"a"});
  CHECK(selected(fields({3}), "  a\t\v b\fc ") == Texts{"c"});
  CHECK(selected(fields({-1}), "  a\t\v b\fc ") == Texts{"c"});
  CHECK(selected(fields({-3, 2, 2}), "a b c") == Texts{"a b b"});
  CHECK(selected(fields({4}), "a b c").empty());
  CHECK(selected(fields({1, 4}), "a b c").empty());
  CHECK(selected(fields({-4}), "a b c").empty());
  CHECK(selected(fields({1}), " \t").empty());
}

TEST_CASE("fields between delimiters are cut's", "[keys]") {
  CHECK(selected(fields({2}, ","), "a,,c") == Texts{""});
  CHECK(selected(fields({1}, ","), "") == Texts{""});
  CHECK(selected(fields({-1}, ","), "a,b,") == Texts{""});
  CHECK(selected(fields({3, 1}, ","), "a,b,c") == Texts{"c,a"});
  CHECK(selected(fields({2}, " "), "a  b") == Texts{""});
  CHECK(selected(fields({2}, "\xe2\x86\x92"),
                 "a\xe2\x86\x92"
                 "b\xe2\x86"
                 "c") == Texts{"b\xe2\x86"
                               "c"});
  CHECK(selected(fields({2}, "\xff"),
                 "a\xff"
                 "b") == Texts{"b"});
  CHECK(selected(fields({2}, ","), "a").empty());
}

TEST_CASE("of a line that was cut no field is known by its place from the end", "[keys]") {
  CHECK(selected(fields({1}), "a b", true) == Texts{"a"});
  CHECK(selected(fields({-1}), "a b", true).empty());
  CHECK(selected(fields({1, -1}), "a b", true).empty());
  CHECK(selected(JsonChoice{""}, "1", true).empty());
}

TEST_CASE("numbers of fields and delimiters are read, or refused with what is right", "[keys]") {
  CHECK(*parse_field_numbers("1,-2,3") == std::vector<int>{1, -2, 3});
  for (const char* const bad : {"", "0", "1,0", "a", "1,", ",1", "1 ", "1-2", "99999999999"}) {
    INFO(bad);
    CHECK_FALSE(parse_field_numbers(bad));
  }
  CHECK(*parse_delimiter("\\t") == "\t");
  CHECK(*parse_delimiter(" ") == " ");
  CHECK(*parse_delimiter("\xe2\x86\x92") == "\xe2\x86\x92");
  for (const char* const bad : {"", "\n", "\r", "\\n", ", ", "::"}) {
    INFO(bad);
    CHECK_FALSE(parse_delimiter(bad));
  }
}

TEST_CASE("an expression takes its first group, or all that it matches", "[keys]") {
  CHECK(selected(MatchChoice{"[0-9]+"}, "a 12 b 345") == Texts{"12"});
  CHECK(selected(MatchChoice{"b ([0-9]+)"}, "a 12 b 345") == Texts{"345"});
  CHECK(selected(MatchChoice{"[0-9]+", true}, "a 12 b 345") == Texts{"12", "345"});
  CHECK(selected(MatchChoice{"(a)|b", true}, "ab a") == Texts{"a", "a"});
  CHECK(selected(MatchChoice{"x*", true}, "axxb\xc3\xa9x") == Texts{"xx", "x"});
  CHECK(selected(MatchChoice{"(x*)"}, "axx").empty());
  CHECK(selected(MatchChoice{"^a", true}, "aaa") == Texts{"a"});
  CHECK(selected(MatchChoice{"a|ab"}, "ab") == Texts{"a"});
  CHECK(selected(MatchChoice{"a.b"},
                 "a\xff"
                 "b a\xc3\xa9"
                 "b") == Texts{"a\xc3\xa9"
                               "b"});
  CHECK(selected(MatchChoice{"c"}, "ab").empty());
}

TEST_CASE("no expression is slow by somebody's line", "[keys]") {
  CHECK(selected(MatchChoice{"(a*)*b"}, std::string(100'000, 'a')).empty());
  CHECK(selected(MatchChoice{"(a|aa)+$", true}, std::string(100'000, 'a')) == Texts{"a"});
}

TEST_CASE("a pointer leads to a value, by characters", "[keys]") {
  const std::string line =
      R"( {"a":{"b":[10, {"c/d":"x\u00e9\ny"}, true]},"m~n":null, "a":5,"":1.50e1} )";
  CHECK(json("/a/b/0", line) == Texts{"10"});
  CHECK(json("/a/b/1/c~1d", line) == Texts{"x\xc3\xa9\ny"});
  CHECK(json("/a/b/2", line) == Texts{"true"});
  CHECK(json("/m~0n", line) == Texts{"null"});
  CHECK(json("/", line) == Texts{"1.50e1"});
  CHECK(json("/a/b", line) == Texts{R"([10, {"c/d":"x\u00e9\ny"}, true])"});
  CHECK(json("/a/b/3", line).empty());
  CHECK(json("/a/b/00", line).empty());
  CHECK(json("/a/b/-", line).empty());
  CHECK(json("/b", line).empty());
  CHECK(json("/a/b/0/x", line).empty());
  CHECK(json("", R"( [1, 2] )") == Texts{"[1, 2]"});
  CHECK(json("", R"("")") == Texts{""});
  CHECK(json("/\xc3\xa9", R"({"\u00e9":1})") == Texts{"1"});
  // Of equal names the first counts, be it of no use.
  CHECK(json("/a/b", R"({"a":1,"a":{"b":2}})").empty());
  CHECK(json("/a", R"({"b":{"a":1},"a":2})") == Texts{"2"});
  CHECK(json("/a/b", R"({"x":{"b":1},"a":{"c":{"b":3},"b":2}})") == Texts{"2"});
}

TEST_CASE("a line is one value of JSON, or gives nothing", "[keys]") {
  for (const char* const bad : {"", " ", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} x", "{a:1}",
                                "{'a':1}", "{\"a\":01}", "{\"a\":1,}", "{\"a\":\"\xff\"}",
                                "{\"a\":\"\\ud80\"}", "{\"a\":NaN}", "[1] [2]", "{\"a\":\"\t\"}"}) {
    INFO(bad);
    CHECK(json("/a", bad).empty());
    CHECK(json("", bad).empty());
  }
  CHECK(json("/a", std::string_view("{\"a\":1}\0", 8)).empty());
  CHECK(json("/a", std::string_view("{\"a\":1}\0x", 9)).empty());
  CHECK(json("", std::string(1024, '[') + std::string(1024, ']')).size() == 1);
  CHECK(json("", std::string(1025, '[') + std::string(1025, ']')).empty());
  CHECK(json("", std::string(1'000'000, '[')).empty());
  CHECK(json("/a", R"({"a":123456789012345678901234567890.5})") ==
        Texts{"123456789012345678901234567890.5"});
}

TEST_CASE("a pointer is read, or refused", "[keys]") {
  CHECK(*parse_json_pointer("") == "");
  CHECK(*parse_json_pointer("/a~01/b") == "/a~01/b");
  for (const char* const bad : {"a", "/a~", "/a~2", "#/a"}) {
    INFO(bad);
    CHECK_FALSE(parse_json_pointer(bad));
  }
}

TEST_CASE("half a pair of surrogates is U+FFFD, in what is selected and beside it", "[keys]") {
  const std::string mark = "\xef\xbf\xbd";
  CHECK(json("/a", R"({"a":"x\ud800y"})") == Texts{"x" + mark + "y"});
  CHECK(json("/a", R"({"a":"\uDC00\uD800"})") == Texts{mark + mark});
  CHECK(json("/a", R"({"a":"\ud83d\ud83d\ude00"})") == Texts{mark + "\xf0\x9f\x98\x80"});
  CHECK(json("/a", R"({"b":"\udfff","a":1})") == Texts{"1"});
  CHECK(json("/a", R"({"a":"\\ud800"})") == Texts{R"(\ud800)"});
  CHECK(json("/b", R"({"b":["\ud800"]})") == Texts{R"(["\ud800"])"});
}

TEST_CASE("where a match may begin makes it no other match", "[keys]") {
  constexpr const char* kExpressions[] = {
      "\"(a|b)", "ab*(c)?",     "\\bab",    "\\B\"a",    "^\"a",      "(?i)ab", "\"[^\"]*\"",  "a$",
      "aab|aac", "(?:^|,)a(b)", "\\b[,a]b", "(\\Ba|b)c", "\xc3\xa9+", "aa",     "\"[^c]*c",    "a*",
      "(a)|(b)", "(?:a|aa)b",   "\\Aa",     "a\\z",      "[ab]c",     "ab|abc", "a(?:bc|b)*?c"};
  std::mt19937_64 random(5);
  constexpr std::string_view kBytes("aaabbc\",\xc3\xa9 A", 13);
  for (const char* const expression : kExpressions) {
    // It may begin with a character that no line has, and so it is looked for everywhere.
    const std::string anywhere = std::string("\\x{10FFFF}?(?:") + expression + ")";
    for (int round = 0; round < 300; ++round) {
      std::string line;
      for (std::uint64_t left = random() % 30; left > 0; --left) {
        line += kBytes[random() % kBytes.size()];
      }
      INFO(expression << " in " << line);
      CHECK(selected(MatchChoice{expression}, line) == selected(MatchChoice{anywhere}, line));
      CHECK(selected(MatchChoice{expression, true}, line) ==
            selected(MatchChoice{anywhere, true}, line));
    }
  }
}

TEST_CASE("a line made of places where a match may begin takes no longer than another", "[keys]") {
  // Tried at each of them it would take hours.
  const std::string line(1'000'000, '"');
  CHECK(selected(MatchChoice{"\"[^x]*x"}, line).empty());
  CHECK(selected(MatchChoice{"\"[^x]*x", true}, line).empty());
}
