// What is a word, what is a line, what is a byte: through the real binary, from stdin.
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"
#include "cli/visible.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// Words and their counts as tsv writes them.
Counts count(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.end(), {"--batch", "24h", "--format", "tsv"});
  const Finished run = finish(arguments, input);
  INFO(visible_lines(run.err));
  CHECK(run.exit == exited(0));
  return sum_tsv(run.out);
}

Counts count(const std::string& input) { return count({}, input); }

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("by default a line is split at single spaces, trailing empty words dropped", "[words]") {
  CHECK(count("hello world\n") == Counts{{"hello", 1}, {"world", 1}});
  CHECK(count("a  b\n") == Counts{{"", 1}, {"a", 1}, {"b", 1}});
  CHECK(count("  a b  \n") == Counts{{"", 2}, {"a", 1}, {"b", 1}});
  CHECK(count("a \n") == Counts{{"a", 1}});
  CHECK(count("\n") == Counts{{"", 1}});
  CHECK(count(" \n   \n").empty());
  CHECK(count("a\tb\n") == Counts{{"a\\tb", 1}});
  CHECK(count({"--split", "space"}, " a\n") == Counts{{"", 1}, {"a", 1}});
}

TEST_CASE("the python split keeps trailing empty words", "[words]") {
  CHECK(count({"--split", "python"}, "a \n") == Counts{{"", 1}, {"a", 1}});
  CHECK(count({"--split", "python"}, "  \n") == Counts{{"", 3}});
  CHECK(count({"--split", "python"}, "\n") == Counts{{"", 1}});
  CHECK(count({"--split", "python"}, "  a b  \n") == Counts{{"", 4}, {"a", 1}, {"b", 1}});
}

TEST_CASE("the whitespace split takes runs and never yields an empty word", "[words]") {
  CHECK(count({"--split", "whitespace"}, "  a \t\v\f b\n\n \n") == Counts{{"a", 1}, {"b", 1}});
  CHECK(count({"--split", "whitespace"},
              "a\xc2\xa0"
              "b\n") == Counts{{"a\xc2\xa0"
                                "b",
                                1}});
}

TEST_CASE("the flag --threads changes no count", "[words]") {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "word" + std::to_string(i % 1000) + " and\n";
  const Counts expected = count({"--threads", "1"}, text);
  CHECK(expected.at("and") == 300'000);
  CHECK(expected.at("word7") == 300);
  for (const std::string threads : {"2", "5", "256", "auto"}) {
    INFO(threads);
    CHECK(count({"--threads", threads}, text) == expected);
  }
}

TEST_CASE("lower folds case, beyond ASCII too", "[words]") {
  CHECK(count({"--lower"}, "Hello HELLO hello\n") == Counts{{"hello", 3}});
  CHECK(count({"--lower"}, "ÄPFEL Äpfel äpfel ΣΑΣ\n") == Counts{{"äpfel", 3}, {"σασ", 1}});
  CHECK(count("Hello hello\n") == Counts{{"Hello", 1}, {"hello", 1}});
}

TEST_CASE("lines end at LF, CR or CRLF", "[words]") {
  CHECK(count("a\nb\rc\r\nd\n") == Counts{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}});
  CHECK(count("\r\n") == Counts{{"", 1}});
  CHECK(count("\n\r") == Counts{{"", 2}});
  CHECK(count("\r\r\n\n") == Counts{{"", 3}});
}

TEST_CASE("a CR and an LF that arrive apart are one line end", "[words]") {
  Program program = start({"--batch", "24h", "--format", "tsv"}, {.input = Input::NarrowPipe});
  program.write_stdin("a\r");
  program.wait_stdin_taken();
  program.write_stdin("\nb");
  program.wait_stdin_taken();
  program.write_stdin("b\r\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()) == Counts{{"a", 1}, {"bb", 1}});
}

TEST_CASE("a last line without an end counts", "[words]") {
  CHECK(count("a\nb") == Counts{{"a", 1}, {"b", 1}});
  CHECK(count("a") == Counts{{"a", 1}});
  CHECK(count("").empty());
}

TEST_CASE("what separates lines elsewhere is a part of words here", "[words]") {
  CHECK(count("a\vb\fc\n") == Counts{{"a\vb\fc", 1}});
  CHECK(count("a\xc2\x85"
              "b\xe2\x80\xa8"
              "c\n") == Counts{{"a\xc2\x85"
                                "b\xe2\x80\xa8"
                                "c",
                                1}});
  // A byte order mark is one at the start alone.
  CHECK(count("\n\xef\xbb\xbf"
              "a\n") == Counts{{"", 1},
                               {"\xef\xbb\xbf"
                                "a",
                                1}});
}

TEST_CASE("bytes are counted as they are: NUL, and what is no UTF-8", "[words]") {
  using namespace std::string_literals;
  CHECK(count("a\0b a\0b\n"s) == Counts{{"a\0b"s, 2}});
  CHECK(count("\xff \xfe \xff\n") == Counts{{"\xfe", 1}, {"\xff", 2}});
  CHECK(count("\xed\xa0\x80 \xc3\n") == Counts{{"\xc3", 1}, {"\xed\xa0\x80", 1}});
}

TEST_CASE("a line over the limit is cut there, and warned about", "[words]") {
  const Finished run = finish({"-b", "24h", "-f", "tsv", "--max-line", "8B"},
                              "aaaa bbbbbbbb c\nshort\n12345678\n123456789\n");
  INFO(run.err);
  CHECK(run.exit == exited(0));
  CHECK(sum_tsv(run.out) == Counts{{"12345678", 2}, {"aaaa", 1}, {"bbb", 1}, {"short", 1}});
  CHECK(run.err.find("wordstream: warning: ") != std::string::npos);
  CHECK(run.err.find("--max-line") != std::string::npos);
}

TEST_CASE("a line at the limit of 1 MiB is whole, a longer one is cut", "[words]") {
  const std::string longest(1 << 20, 'x');
  CHECK(count(longest + "\n") == Counts{{longest, 1}});
  CHECK(count(longest + "yyy zzz\nafter\n") == Counts{{longest, 1}, {"after", 1}});
  CHECK(count({"--max-line", "3MiB"}, longest + "y z\n") == Counts{{longest + "y", 1}, {"z", 1}});
}

TEST_CASE("counts go beyond what one read brings", "[words]") {
  CHECK(count(repeat("the quick the\n", 200'000)) == Counts{{"quick", 200'000}, {"the", 400'000}});
}
