// Keys beside what people count them with today: awk, cut, grep, sed, jq, and Python's own library,
// on logs, tables and texts that are made by seed and are longer than the blocks in which they are
// read.
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Random = std::mt19937_64;
using Arguments = std::vector<std::string>;

template <std::size_t N>
std::string_view one_of(Random& random, const std::array<std::string_view, N>& choices) {
  return choices[random() % N];
}

constexpr int kLineCount = 12'000;  // of each file: more than a block

template <class Line>
std::string lines(Line&& line) {
  Random random(22);
  std::string text;
  for (int i = 0; i < kLineCount; ++i) text += line(random) + "\n";
  return text;
}

std::string access_line(Random& random) {
  constexpr std::array<std::string_view, 4> kPaths{"/", "/a?x=1", "/img/logo.png", "/login"};
  constexpr std::array<std::string_view, 4> kStates{"200", "304", "404", "500"};
  constexpr std::array<std::string_view, 4> kAgents{"Mozilla/5.0 (X11; Linux)", "curl/7.88.1",
                                                    "Googlebot/2.1", "-"};
  if (random() % 50 == 0) return std::string(random() % 3, ' ');
  return fmt::format(
      "10.0.{}.{} - - [30/Nov/2026:10:00:{:02} +0000] \"{} {} HTTP/1.1\" {} {} "
      "\"-\" \"{}\"",
      random() % 4, random() % 40, random() % 60, random() % 3 == 0 ? "POST" : "GET",
      one_of(random, kPaths), one_of(random, kStates), random() % 5000, one_of(random, kAgents));
}

std::string syslog_line(Random& random) {
  constexpr std::array<std::string_view, 4> kUsers{"root", "admin", "anna", "x-y.z"};
  const std::string begin = fmt::format("Nov 30 10:00:{:02} host ", random() % 60);
  if (random() % 3 == 0) return begin + "CRON[77]: (root) CMD (true)";
  return begin + fmt::format("sshd[{}]: Failed password for {}{} from 192.168.0.{} port 22 ssh2",
                             random() % 3000, random() % 2 == 0 ? "invalid user " : "",
                             one_of(random, kUsers), random() % 256);
}

std::string table_line(Random& random) {
  std::string line;
  const char delimiter = random() % 2 == 0 ? ',' : '\t';
  for (std::uint64_t left = random() % 6; left > 0; --left) {
    line += std::string(random() % 3, static_cast<char>('a' + random() % 3));
    line += random() % 5 == 0 ? ' ' : delimiter;
  }
  return line;
}

std::string json_line(Random& random) {
  constexpr std::array<std::string_view, 9> kValues{
      "7",     "\"7\"",         "null", "true", "-1.50e3", "\"\\u00e9 \\\"x\\\" \\ud83d\\ude00\"",
      "[1,2]", "{\"b\":\"c\"}", "\"\""};
  constexpr std::array<std::string_view, 4> kLevels{"debug", "error", "fatal", "trace"};
  return fmt::format(R"({{"level":"{}","user":{{"id":{},"a/b":{}}},"list":[{},{}]}})",
                     one_of(random, kLevels), one_of(random, kValues), random() % 9,
                     one_of(random, kValues), random() % 9);
}

/// The same, of which many are broken somewhere. No name or value has an n, which behind a
/// backslash would end a line in what is compared.
std::string broken_json_line(Random& random) {
  std::string line = json_line(random);
  for (std::uint64_t left = random() % 3; left > 0; --left) {
    constexpr std::string_view kBytes("{}[]\",:0 e\\\x01\xff\xc3\xa9.-t", 18);
    const std::size_t at = random() % line.size();
    const std::string byte(1, kBytes[random() % kBytes.size()]);
    random() % 2 == 0 ? line.insert(at, byte) : line.erase(at, 1 + random() % 3);
    if (line.empty()) line = " ";
  }
  return line;
}

/// Words of eight scripts, and what stands between them.
std::string text_line(Random& random) {
  constexpr std::array<std::string_view, 24> kPieces{
      "Straße",  "don't",  "l\u2019été", "ΑΘΗΝΑ", "слово", "हिन्दी",   "עִבְרִית",   "كتاب",
      "日本語",  "ไทย",    "e\u0301a",   "x_y",   "co-op", "\u2011a", "--",      "'",
      "a\u00ad", "\u200d", "١٢٣",        "½",     "v2.0",  "\u0301",  "naïve’s", "𝒳𐐷"};
  constexpr std::array<std::string_view, 6> kGaps{" ", ", ", "—", "", "\xff", "\t"};
  std::string line;
  for (std::uint64_t left = random() % 9; left > 0; --left) {
    line += one_of(random, kPieces);
    line += one_of(random, kGaps);
  }
  return line;
}

/// Any bytes: all ends of lines, NUL, what is no UTF-8, and lines that are too long.
std::string any_bytes() {
  Random random(23);
  constexpr std::string_view kBytes("ab Z9\t\v\r\n\r\n\0\xff\xc3\xa9\xe2\x80", 17);
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += kBytes[random() % (random() % 40 == 0 ? 17 : 8)];
  return text + "\n";
}

Counts count(const Arguments& arguments, const std::string& file) {
  Arguments all{file, "--batch", "24h", "--format", "tsv"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished finished = finish(all, "");
  INFO(finished.err);
  CHECK(finished.exit == exited(0));
  return sum_tsv(finished.out);
}

std::string as_tsv(const std::string& key) {
  std::string text;
  for (const char c : key) {
    const std::size_t special = std::string_view("\t\r\\").find(c);
    text +=
        special == std::string_view::npos ? std::string(1, c) : std::string("\\") + "tr\\"[special];
  }
  return text;
}

/// Of what `command` prints of the file: a key a line.
Counts counted_by(const std::string& command, const std::string& file) {
  Program shell({"sh", "-c", fmt::format("export LC_ALL=C.UTF-8; cat {} | {}", file, command)});
  shell.expect_exit(exited(0));
  Counts counts;
  const std::string text = shell.stdout_text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    ++counts[as_tsv(text.substr(at, end - at))];
    at = end + 1;
  }
  return counts;
}

struct Beside {
  Arguments arguments;
  std::string command;
};

void compare(const std::string& text, const std::vector<Beside>& rows) {
  const Folder folder;
  const std::string file = folder.write("lines", text);
  for (const auto& [arguments, command] : rows) {
    INFO(fmt::format("{} | {}", fmt::join(arguments, " "), command));
    const Counts expected = counted_by(command, file);
    CHECK_FALSE(expected.empty());
    CHECK(count(arguments, file) == expected);
    Arguments with_threads = arguments;
    with_threads.insert(with_threads.end(), {"--threads", "3"});
    CHECK(count(with_threads, file) == expected);
  }
}

std::string python(const std::string& arguments) {
  return fmt::format("python3 -B {}/test/e2e/key_oracle.py {}", WORDSTREAM_SOURCE_DIR, arguments);
}

}  // namespace

TEST_CASE("fields are awk's and cut's", "[key oracles]") {
  compare(lines(access_line),
          {{{"--field", "1"}, "awk 'NF { print $1 }'"},
           {{"--field", "9"}, "awk 'NF >= 9 { print $9 }'"},
           {{"--field=-1"}, "awk 'NF { print $NF }'"},
           {{"--field", "7,1,7"}, "awk 'NF >= 7 { print $7, $1, $7 }'"},
           {{"--field=-2,1"}, "awk 'NF >= 2 { print $(NF - 1), $1 }'"},
           {{"--field", "2", "--delimiter", "\""}, "cut -s -d'\"' -f2"},
           {{"--field", "6", "--delimiter", "\""}, "awk -F'\"' 'NF >= 6 { print $6 }'"},
           {{"--field", "6", "--delimiter", " "}, "awk -F'[ ]' 'NF >= 6 { print $6 }'"},
           {{"--field", "2", "--delimiter", "\"", "--split", "whitespace"},
            "cut -s -d'\"' -f2 | tr ' ' '\\n'"}});
  compare(lines(table_line),
          {{{"--field", "2", "--delimiter", ","}, "awk -F, 'NF >= 2 { print $2 }'"},
           {{"--field", "1", "--delimiter", "\\t"}, "cut -f1"},
           {{"--field=-1", "--delimiter", ","}, "awk -F, '{ print $NF }'"},
           {{"--field", "1,3", "--delimiter", ","}, "awk -F, 'NF >= 3 { print $1 \",\" $3 }'"}});
}

TEST_CASE("which lines are looked at, and what matches, is grep's and sed's", "[key oracles]") {
  compare(
      lines(access_line),
      {{{"--grep", "\" 404 ", "--field", "1"}, "grep '\" 404 ' | awk '{ print $1 }'"},
       {{"--skip", "bot|curl", "--field", "1"}, "grep -vE 'bot|curl' | awk 'NF { print $1 }'"},
       {{"--grep", "GET", "--skip", "(?i)MOZILLA", "--split", "line"},
        "grep GET | grep -vi mozilla"},
       {{"--match", "\"(?:GET|POST) ([^ ?]*)"}, "sed -nE 's/^[^\"]*\"(GET|POST) ([^ ?]*).*/\\2/p'"},
       {{"--match-all", "\\b\\d+\\.\\d+\\b"}, "grep -oP '\\b\\d+\\.\\d+\\b'"},
       {{"--match-all", "a|ab|[A-Z]{2,}?"}, "grep -oP 'a|ab|[A-Z]{2,}?'"}});
  compare(lines(syslog_line), {{{"--match", "Failed password for (?:invalid user )?(\\S+) from"},
                                "grep -oP 'Failed password for (invalid user )?\\K\\S+(?= from)'"},
                               {{"--match", "from ([0-9.]+)"}, "grep -oP 'from \\K[0-9.]+'"},
                               {{"--match-all", "[a-z]+"}, "grep -oP '[a-z]+'"}});
}

TEST_CASE("values of JSON are jq's, and Python's where lines are broken", "[key oracles]") {
  compare(lines(json_line), {{{"--json", "/level"}, "jq -r .level"},
                             {{"--json", "/user/a~1b"}, "jq -r '.user.\"a/b\"'"},
                             {{"--json", "/level", "--grep", "\"level\":\"(error|fatal)\""},
                              "jq -r '.level | select(. == \"error\" or . == \"fatal\")'"},
                             {{"--json", "/list/1"}, "jq -r '.list[1]'"}});
  compare(lines(broken_json_line), {{{"--json", "/level"}, python("json /level")},
                                    {{"--json", "/user/id"}, python("json /user/id")},
                                    {{"--json", "/list/0"}, python("json /list/0")}});
}

TEST_CASE("words of letters are those of Python's tables", "[key oracles]") {
  const Folder folder;
  const std::string stop = folder.write("stop.txt", "Don't\n\nслово\nco\n");
  compare(lines(text_line),
          {{{"--split", "letters"}, python("letters")},
           {{"--split", "letters", "--min-length", "3"}, python("--min-length 3 letters")},
           {{"--split", "letters", "--stop-words", stop},
            python("--stop-words " + stop + " letters")}});
}

TEST_CASE("any bytes are parted as Python parts them", "[key oracles]") {
  compare(any_bytes(),
          {{{"--field", "2"}, python("field 2")},
           {{"--field=-1"}, python("field -1")},
           {{"--field=-2", "--max-line", "9B"}, python("--max-line 9 field -2")},
           {{"--field", "1", "--max-line", "9B"}, python("--max-line 9 field 1")},
           {{"--match-all", "[ab]+Z?"}, python("findall '[ab]+Z?'")},
           {{"--match-all", "[ab]+Z?", "--lower"}, python("--lower findall '[ab]+Z?'")},
           {{"--split", "letters"}, python("letters")}});
}
