// The C interface, held against the plainest way to count.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "kernel/wordstream_kernel.h"
#include "plain_split.h"
#include "seeds.h"
#include "sim/prng.h"
#include "source/count_frame.h"

using namespace wordstream;

namespace {

using Words = std::map<std::string, std::uint64_t>;

struct Option {
  const char* name;
  std::string value = {};
};

using Options = std::vector<Option>;

std::string taken(wordstream_text text) {
  std::string bytes(text.bytes, text.size);
  wordstream_text_free(text);
  return bytes;
}

/// A counter that goes with its owner.
class Counter {
 public:
  explicit Counter(const Options& options) {
    std::vector<wordstream_option> plain;
    for (const auto& [name, value] : options) plain.push_back({name, value.data(), value.size()});
    wordstream_text text{};
    counter_ = wordstream_counter_new(plain.data(), plain.size(), &text);
    if (counter_ == nullptr) why = taken(text);
  }
  ~Counter() { wordstream_counter_free(counter_); }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  wordstream_counter* get() { return counter_; }
  void take(std::string_view bytes) {
    wordstream_counter_take(counter_, bytes.data(), bytes.size());
  }
  void take_text(std::string_view bytes) {
    take(bytes);
    wordstream_counter_end_text(counter_);
  }
  std::vector<std::string> pack(std::size_t part_count) {
    std::vector<wordstream_text> texts(part_count);
    wordstream_counter_pack(counter_, part_count, texts.data());
    std::vector<std::string> parts;
    for (const wordstream_text& text : texts) parts.push_back(taken(text));
    return parts;
  }
  /// By way of the rows, as they come to a receiver.
  Words words() {
    const Result<CountRows> rows =
        parse_count_rows("1\t2\n" + taken(wordstream_counter_rows(counter_)));
    REQUIRE(rows);
    Words words;
    rows->counted.words.for_each(
        [&](const WordCount& row) { words[std::string(row.word)] += row.count; });
    return words;
  }

  std::string why;

 private:
  wordstream_counter* counter_;
};

/// Text that nobody should write: every kind of end and gap, half characters, NUL.
std::string ugly_text(sim::Prng& prng) {
  static const std::vector<std::string> pieces{"a",
                                               "b",
                                               "word",
                                               " ",
                                               "  ",
                                               "\t",
                                               "\v",
                                               "\n",
                                               "\r",
                                               "\r\n",
                                               "\\",
                                               "\xff",
                                               "É",
                                               "\xc3",
                                               "Ǆ",
                                               std::string(1, '\0'),
                                               "longer-than-a-cell-has-room-for"};
  std::string text;
  for (auto left = prng.below(60); left > 0; --left) text += pieces[prng.below(pieces.size())];
  return text;
}

Words plain_words_of(const std::string& text, SplitMode mode) {
  Words words;
  std::string lines = text;
  if (!lines.empty() && lines.back() != '\n' && lines.back() != '\r') lines += '\n';
  for_each_line(lines, [&](std::string_view line) {
    for (const std::string_view word : plain_words(line, mode)) ++words[std::string(word)];
  });
  return words;
}

}  // namespace

TEST_CASE("the kernel counts bad text as the plain way does, whatever its pieces", "[kernel]") {
  const std::pair<const char*, SplitMode> modes[] = {{"space", SplitMode::Space},
                                                     {"python", SplitMode::Python},
                                                     {"whitespace", SplitMode::Whitespace}};
  sim::Prng prng(1);
  for (std::uint64_t left = seed_count(3000); left > 0; --left) {
    const auto& [name, mode] = modes[prng.below(3)];
    Counter counter(Options{{"split", name}});
    Words expected;
    for (auto texts = prng.between(1, 4); texts > 0; --texts) {
      const std::string text = ugly_text(prng);
      for (const auto& [word, count] : plain_words_of(text, mode)) expected[word] += count;
      std::string_view rest = text;
      while (!rest.empty()) {
        const std::size_t size = prng.between(1, rest.size());
        counter.take(rest.substr(0, size));
        rest.remove_prefix(size);
      }
      wordstream_counter_end_text(counter.get());
    }
    REQUIRE(counter.words() == expected);
  }
}

TEST_CASE("a text ends its line, and its last CR meets no LF of the next", "[kernel]") {
  Counter counter(Options{{"split", "line"}});
  counter.take_text("a\r");
  counter.take_text("\nb");
  counter.take_text("");
  counter.take_text("c");
  CHECK(counter.words() == Words{{"a", 1}, {"", 1}, {"b", 1}, {"c", 1}});
  CHECK(wordstream_counter_lines(counter.get()).all == 4);
}

TEST_CASE("what several counters have packed is added up, part by part", "[kernel]") {
  Counter one(Options{{"split", "space"}});
  Counter other(Options{{"split", "space"}});
  one.take_text("to be or not to be");
  other.take_text("not to be\n\n");
  std::vector<std::string> parts = one.pack(3);
  const std::vector<std::string> more = other.pack(3);
  Words sum;
  std::uint64_t line_count = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    Counter added(Options{});
    CHECK(wordstream_counter_add(added.get(), parts[i].data(), parts[i].size()) == 1);
    CHECK(wordstream_counter_add(added.get(), more[i].data(), more[i].size()) == 1);
    for (const auto& [word, count] : added.words()) {
      CHECK(sum.count(word) == 0);  // each word is in one part
      sum[word] = count;
    }
    line_count += wordstream_counter_lines(added.get()).all;
  }
  CHECK(sum == Words{{"to", 3}, {"be", 3}, {"or", 1}, {"not", 2}, {"", 1}});
  CHECK(line_count == 3);
}

TEST_CASE("what nobody has packed is not added", "[kernel]") {
  Counter counter(Options{});
  for (const std::string& bytes : {std::string(), std::string("\2\0\0\0\0", 5),
                                   std::string("\1\0\0\0", 4), std::string("\1\0\0\0\0\5abc", 9)}) {
    CHECK(wordstream_counter_add(counter.get(), bytes.data(), bytes.size()) == 0);
  }
  CHECK(counter.words().empty());
}

TEST_CASE("lines are counted as the program tells them", "[kernel]") {
  Counter counter(Options{{"field", "2"}, {"delimiter", ";"}, {"skip", "^#"}, {"max-line", "8"}});
  counter.take_text("a;1\n#;2\nb\nc;4567890123\n");
  CHECK(counter.words() == Words{{"1", 1}, {"456789", 1}});
  const wordstream_lines lines = wordstream_counter_lines(counter.get());
  CHECK(lines.all == 4);
  CHECK(lines.left_out == 1);
  CHECK(lines.keyless == 1);
  CHECK(lines.cut == 1);
}

TEST_CASE("every flag that says what is counted is an option", "[kernel]") {
  const auto count = [](const Options& options, std::string_view text) {
    Counter counter(options);
    INFO(counter.why);
    REQUIRE(counter.get() != nullptr);
    counter.take_text(text);
    return counter.words();
  };
  CHECK(count({{"lower"}}, "É é A") == Words{{"é", 2}, {"a", 1}});
  CHECK(count({{"split", "letters"}}, "don't, stop 日本!") ==
        Words{{"don't", 1}, {"stop", 1}, {"日本", 1}});
  CHECK(count({{"match", "b(.)"}}, "abc bd") == Words{{"c", 1}});
  CHECK(count({{"match-all", "b(.)"}}, "abc bd") == Words{{"c", 1}, {"d", 1}});
  CHECK(count({{"json", "/a"}}, "{\"a\": \"x y\"}") == Words{{"x y", 1}});
  CHECK(count({{"json", "/a"}, {"split", "space"}}, "{\"a\": \"x y\"}") ==
        Words{{"x", 1}, {"y", 1}});
  CHECK(count({{"grep", "x"}, {"min-length", "2"}}, "x ab\nab") == Words{{"ab", 1}});
  CHECK(count({{"stop-words", "The\n"}, {"lower"}}, "the end The") == Words{{"end", 1}});
}

TEST_CASE("an option that is none is told", "[kernel]") {
  CHECK(Counter(Options{{"splat", "x"}}).why == "splat is no option of what is counted");
  CHECK(Counter(Options{{"split", "x"}}).why == "split: 'x' is no way to part");
  CHECK(Counter(Options{{"match", "("}}).why.find("no regular expression") != std::string::npos);
  CHECK(Counter(Options{{"delimiter", ";"}}).why == "delimiter: there are no fields that it parts");
  CHECK(Counter(Options{{"max-line", "0"}}).why == "max-line: it is no number of bytes");
}
