#include "keys/key_counter.h"

#include <random>
#include <string>
#include <vector>

#include "catch.h"
#include "unit/keys/counted.h"

using namespace wordstream;

namespace {

using Keys = std::map<std::string, std::uint64_t>;

KeyChoice split_by(KeySplit split) { return of_selector(WholeLine(), split); }

}  // namespace

TEST_CASE("a line is what stands before LF, CR or CRLF, however they follow each other", "[keys]") {
  const KeyChoice choice = split_by(KeySplit::Line);
  CHECK(counted_keys(choice, "a\nb\rc\r\nd\r\r\n\n").keys ==
        Keys{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"", 2}});
  CHECK(counted_keys(choice, "a\rb\r").keys == Keys{{"a", 1}, {"b", 1}});
  CHECK(counted_keys(choice, "\r\n\r").keys == Keys{{"", 2}});
  CHECK(counted_keys(choice, "").keys.empty());
  CHECK(counted_keys(choice, "a b \n").keys == Keys{{"a b ", 1}});
  CHECK(counted_keys(choice, "a\nb\r\n").lines.line_count == 2);
}

TEST_CASE("lines that are left out are counted apart from those that give nothing", "[keys]") {
  KeyChoice choice = of_selector(FieldChoice{{2}});
  choice.grep = "o";
  choice.skip = "^#";
  const Counted counted = counted_keys(choice, "one x\n# so y\ntwo\nthree z\n");
  CHECK(counted.keys == Keys{{"x", 1}});
  CHECK(counted.lines.line_count == 4);
  CHECK(counted.lines.left_out_count == 2);
  CHECK(counted.lines.keyless_count == 1);
}

TEST_CASE("what is selected is parted, folded and limited like any text", "[keys]") {
  KeyChoice choice = of_selector(FieldChoice{{2}, ";"}, KeySplit::Space);
  CHECK(counted_keys(choice, "x;The end;y\nx;the\n").keys ==
        Keys{{"The", 1}, {"end", 1}, {"the", 1}});
  choice.lower = true;
  CHECK(counted_keys(choice, "x;The end;y\nx;the\n").keys == Keys{{"the", 2}, {"end", 1}});
  choice.stop_words = {"the"};
  CHECK(counted_keys(choice, "x;The end;y\nx;the\n").keys == Keys{{"end", 1}});
  choice.characters_min = 4;
  CHECK(
      counted_keys(choice, "x;\xc3\x84\xc3\x84\xc3\x84 \xc3\x84\xc3\x84\xc3\x84\xc3\x84\n").keys ==
      Keys{{"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 1}});
}

TEST_CASE("stop words and a least length are for words of whole lines, too", "[keys]") {
  KeyChoice choice = split_by(KeySplit::Space);
  choice.stop_words = {"a", "longer than a word that stands in a cell"};
  CHECK(counted_keys(choice, "a b  c \na\n").keys == Keys{{"b", 1}, {"", 1}, {"c", 1}});
  choice.characters_min = 1;
  CHECK(counted_keys(choice, "a b  c \na\n").keys == Keys{{"b", 1}, {"c", 1}});
  // A byte that is not UTF-8 is a character.
  choice.characters_min = 2;
  CHECK(counted_keys(choice, "\xff \xff\xfe x\n").keys == Keys{{"\xff\xfe", 1}});
}

TEST_CASE("a file of stop words has one a line", "[keys]") {
  CHECK(parse_stop_words("\xEF\xBB\xBFThe\r\n\n  \n of \nend", false) ==
        WordSet{"The", " of ", "end"});
  CHECK(parse_stop_words("The\nTHE\n", true) == WordSet{"the"});
  CHECK(parse_stop_words("", false).empty());
}

TEST_CASE("what a job counts is in its fingerprint, and nothing new where nothing new is",
          "[keys]") {
  KeyChoice choice;
  CHECK(key_fingerprint(choice) == " split=space");
  choice.lower = true;
  CHECK(key_fingerprint(choice) == " split=space lower");
  const std::vector<KeyChoice> all = [] {
    std::vector<KeyChoice> choices(1);
    for (const SelectorChoice& selector : std::vector<SelectorChoice>{
             FieldChoice{{1}}, FieldChoice{{1, -2}}, FieldChoice{{1}, ","}, MatchChoice{"a"},
             MatchChoice{"a", true}, JsonChoice{"/a"}, JsonChoice{""}}) {
      choices.push_back(of_selector(selector));
    }
    choices.push_back(split_by(KeySplit::Letters));
    choices.push_back(split_by(KeySplit::Line));
    for (int i = 0; i < 4; ++i) {
      KeyChoice more;
      if (i == 0) more.grep = "a";
      if (i == 1) more.skip = "a";
      if (i == 2) more.stop_words_digest = "00";
      if (i == 3) more.characters_min = 1;
      choices.push_back(more);
    }
    return choices;
  }();
  for (const KeyChoice& one : all) {
    for (const KeyChoice& other : all) {
      CHECK((&one == &other) == (key_fingerprint(one) == key_fingerprint(other)));
    }
  }
  // Nobody can write one that looks like two.
  KeyChoice one, two;
  one.grep = "a skip=b";
  two.grep = "a";
  two.skip = "b";
  CHECK(key_fingerprint(one) != key_fingerprint(two));
}

TEST_CASE("an expression that is none says why", "[keys]") {
  KeyChoice choice = of_selector(MatchChoice{"("});
  CHECK(check_keys(choice).error().message.find("--match: '('") == 0);
  choice = of_selector(MatchChoice{"", true});
  CHECK(check_keys(choice).error().message == "--match-all: it is empty");
  choice = KeyChoice();
  choice.skip = "[";
  CHECK(check_keys(choice).error().message.find("--skip: '['") == 0);
}

TEST_CASE("which lines were cut is known by where they end", "[keys]") {
  const std::vector<std::size_t> ends{8, 14};
  const KeyChoice last = of_selector(FieldChoice{{-1}});
  CHECK(counted_keys(last, "a b\na c\na d\r\ne\n", {ends, 0}).keys ==
        Keys{{"b", 1}, {"d", 1}, {"e", 1}});
  // Of a part of the whole.
  CHECK(counted_keys(last, "a b\na c\n", {ends, 4}).keys == Keys{{"c", 1}});
  CHECK(counted_keys(last, "a b\na c\n", {ends, 100}).keys == Keys{{"b", 1}, {"c", 1}});
}

TEST_CASE("lines are counted alike wherever the text is cut", "[keys]") {
  std::mt19937_64 random(7);
  const std::string alphabet = "ab ,\t\n\r\xc3\xa9\xff";
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::uint64_t left = random() % 200; left > 0; --left) {
      text += alphabet[random() % alphabet.size()];
    }
    text += '\n';
    KeyChoice choice = of_selector(FieldChoice{{random() % 2 == 0 ? 2 : -1}, ","});
    choice.split = random() % 2 == 0 ? KeySplit::Line : KeySplit::Letters;
    const Counted whole = counted_keys(choice, text);
    Keys parts;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t length = line_length(rest);
      const std::size_t size = length + line_end_length(rest.substr(length));
      for (const auto& [key, count] :
           counted_keys(choice, std::string(rest.substr(0, size))).keys) {
        parts[key] += count;
      }
      rest.remove_prefix(size);
    }
    CHECK(whole.keys == parts);
  }
}

TEST_CASE("who asks is told in how much --split finds nothing", "[keys]") {
  struct Row {
    KeySplit split;
    std::uint64_t wordless_count;
  };
  // An empty line is one empty word of some.
  const Row rows[] = {{KeySplit::Space, 1},
                      {KeySplit::Python, 0},
                      {KeySplit::Whitespace, 3},
                      {KeySplit::Letters, 4},
                      {KeySplit::Line, 0}};
  for (const auto& [split, wordless_count] : rows) {
    KeyChoice choice;
    choice.split = split;
    CHECK(counted_keys(choice, "a b\n\n  \n\t\n-- '\n").lines.wordless_count == 0);
    choice.counts_wordless = true;
    CHECK(counted_keys(choice, "a b\n\n  \n\t\n-- '\n").lines.wordless_count == wordless_count);
  }
  KeyChoice choice = of_selector(FieldChoice{{2}}, KeySplit::Letters);
  choice.counts_wordless = true;
  const LineTotals lines = counted_keys(choice, "a -\na b\na\n").lines;
  CHECK(lines.wordless_count == 1);
  CHECK(lines.keyless_count == 1);
}

TEST_CASE("an expression must fit into what a thread has for it", "[keys]") {
  KeyChoice choice;
  choice.grep = "\\pL{100}";
  REQUIRE(check_keys(choice));
  choice.expression_bytes = 1000;
  CHECK(check_keys(choice).error().message ==
        "--grep: '\\pL{100}' takes more memory, compiled, than a thread has for it, 1.0 KB: repeat "
        "less in it, or give more --max-memory or fewer --threads");
}
