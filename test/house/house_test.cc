// The rules of the house, held against this very source tree, and against what is planted.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.h"
#include "house/bans.h"

namespace wordstream::house {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlaces =
    "README.md CMakeLists.txt CMakePresets.json .clang-tidy .gitignore .ci app docs lib scripts "
    "test";

struct File {
  std::string path;  ///< from the top of the source tree, as in lib/base/result.h
  std::string text;
};

bool is_header(std::string_view path) { return path.ends_with(".h"); }
bool is_cpp(std::string_view path) { return is_header(path) || path.ends_with(".cc"); }
bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string> split(std::string_view text, char separator) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> pieces;
  for (std::string piece; std::getline(in, piece, separator);) pieces.push_back(piece);
  return pieces;
}

bool is_in(std::string_view path, std::string_view places) {
  const std::vector<std::string> all = split(places, ' ');
  return std::any_of(all.begin(), all.end(), [&](auto& place) { return path.starts_with(place); });
}

/// A line without its comment and what stands in quotes; a raw string is taken for a plain one.
std::string code_of(const std::string& line) {
  static const std::regex no_code(R"re("([^"\\]|\\.)*"|'([^'\\]|\\[^']+|\\')'|//.*)re");
  return std::regex_replace(line, no_code, "");
}

/// Whether `words` stand in `line` as whole ones: "exit(" is not in "on_exit(", and "::read(" is
/// neither in "File::read(" nor in "Of<File>::read(".
bool has_words(std::string_view line, std::string_view words) {
  for (std::size_t at = line.find(words); at != line.npos; at = line.find(words, at + 1)) {
    const char before = at > 0 ? line[at - 1] : ' ';
    const char after = at + words.size() < line.size() ? line[at + words.size()] : ' ';
    const bool begins = !is_word_char(before) && (words.front() != ':' || before != '>');
    if (begins && (!is_word_char(words.back()) || !is_word_char(after))) return true;
  }
  return false;
}

/// What one file breaks, in lines as compilers print them: "path:line: message".
std::string check_file(const File& file) {
  std::vector<std::string> lines = split(file.text, '\n');
  std::string report;
  const auto add = [&](std::size_t line, std::string_view message) {
    report += file.path + ":" + std::to_string(line) + ": " + std::string(message) + "\n";
  };
  const auto judge = [&](auto is_wrong, std::string_view message) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (is_wrong(lines[i])) add(i + 1, message);
    }
  };
  const auto judge_pattern = [&](const std::regex& pattern, std::string_view message) {
    judge([&](auto& line) { return std::regex_search(line, pattern); }, message);
  };

  judge_pattern(kMachinePath, "names a directory of one machine");
  if (!is_cpp(file.path)) return report;
  const std::size_t lines_max = is_header(file.path) ? kHeaderLinesMax : kSourceLinesMax;
  if (lines.size() > lines_max) {
    add(lines_max + 1, "not one of at most " + std::to_string(lines_max) + " lines");
  }
  if (is_header(file.path) && std::count(lines.begin(), lines.end(), "#pragma once") == 0) {
    add(1, "#pragma once is missing");
  }
  for (const Pattern& pattern : kPatterns) {
    if (!is_in(file.path, pattern.in) || is_in(file.path, pattern.except)) continue;
    judge_pattern(pattern.line, pattern.instead);
  }
  std::transform(lines.begin(), lines.end(), lines.begin(), code_of);
  for (const Ban& ban : kBans) {
    if (!is_in(file.path, ban.in) || is_in(file.path, ban.except)) continue;
    for (const std::string& words : split(ban.words, ' ')) {
      judge([&](auto& line) { return has_words(line, words); },
            words + ": " + std::string(ban.instead));
    }
  }
  return report;
}

/// The sources that no CMakeLists.txt builds, and the headers that nobody includes.
std::string check_uses(const std::vector<File>& files) {
  static const std::regex name(R"re(#include "([^"]+)"|([\w./-]+\.cc)\b)re");
  std::set<std::string> used;
  for (const File& file : files) {
    const bool builds = file.path.ends_with("CMakeLists.txt");
    const std::string folder = file.path.substr(0, file.path.rfind('/') + 1);
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), name), end; it != end; ++it) {
      used.insert("/" + (builds ? folder + it->str() : it->str(1)));
    }
  }
  std::string report;
  for (const File& file : files) {
    const auto is_meant = [&](const std::string& use) { return ("/" + file.path).ends_with(use); };
    if (is_cpp(file.path) && std::none_of(used.begin(), used.end(), is_meant)) {
      report += file.path + ":1: is neither built nor included\n";
    }
  }
  return report;
}

std::vector<File> files_of_this_tree() {
  const fs::path top = WORDSTREAM_SOURCE_DIR;
  std::vector<File> files;
  const auto load = [&](const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    if (fs::is_regular_file(path)) files.push_back({path.lexically_relative(top), text.str()});
  };
  for (const std::string& place : split(kPlaces, ' ')) {
    load(top / place);
    if (!fs::is_directory(top / place)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top / place)) load(entry.path());
  }
  return files;
}

TEST_CASE("every file of this tree keeps the rules, and is built or included", "[house]") {
  const std::vector<File> files = files_of_this_tree();
  REQUIRE(files.size() > 500);
  std::string report = check_uses(files);
  for (const File& file : files) report += check_file(file);
  CHECK(report == "");
}

// Each line is judged as a file of its own; nothing is expected where all may pass.
TEST_CASE("what is planted is caught, and what only looks so is not", "[house]") {
  const auto [path, lines, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"lib/sink/a.cc", "clock_gettime(0, &t);\nauto t = time(nullptr);\n#include <ctime>", "now"},
      {"lib/env/a.cc", "clock_gettime(0, &t);\n#include <poll.h>\nn = ::read(fd, p, 1);", ""},
      {"lib/source/a.cc", "explicit Source(Clock& clock);", "only tasks read the clock"},
      {"lib/engine/a.cc", "explicit Loop(Clock& clock);\nstd::thread t;\n#include <mutex>", ""},
      {"test/unit/a.cc", "auto now = steady_clock::now();", "the test makes up"},
      {"lib/engine/a.cc", "usleep(1);\nsleep(1);", "Poller"},
      {"test/cli/a.cc", "sleep_for(1s);\nrun(\"sleep" + std::string(" 1\");"), "the thing itself"},
      {"lib/words/a.cc", "std::thread t;\n#include <mutex>\nstd::atomic<int> n;", "engine's"},
      {"app/main.cc", "std::thread t;\n#include <thread>", "engine's"},
      {"app/a.cc", "std::random_device d;\n#include <random>\n::poll(set, 1, -1);", "door"},
      {"app/a.cc", "#include <fstream>\nn = ::read(fd, p, 1);\nif (::open(p, 0) < 0) {", "door"},
      {"lib/sink/a.cc", "int fd = ::socket(1, 2, 3);\nepoll_wait(fd, events, 8, -1);", "door"},
      {"lib/engine/a.cc", "condition.wait_until(lock, end);", "door"},
      {"lib/sink/a.cc", "return ::write(fd, p, 1);", "Output"},
      {"lib/engine/a.cc", "getenv(name);\nsigaction(2, &a, b);\n#include <csignal>", "app/'s"},
      {"app/a.cc", "std::system(command);\nif (fork() == 0) {", "starts no other"},
      {"lib/sink/a.cc", "throw 1;\ntry {\nc = '\"'; throw 1;\nn = 1'000; throw 1;", "Status"},
      {"lib/base/a.cc", "std::abort();\nstd::cout << 1;\n#include <iostream>", "observer"},
      {"lib/sink/a.cc", "fprintf(stderr, p);\nstd::exit(1);\n} catch (...) {", "Status"},
      {"lib/base/check.cc", "std::abort();\nstd::fprintf(stderr, p);", ""},
      {"lib/text/a.cc", "u_charName(c, k, name, size, &error);", "ICU"},
      {"lib/text/a.cc", "u_charType(c);\n#include <unicode/uchar.h>\n#include <vector>", ""},
      {"lib/text/a.cc", "#include <unicode/coll.h>", "have their places"},
      {"lib/sink/a.cc", "#include <unicode/uchar.h>\n#include <unistd.h>", "have their places"},
      {"app/a.cc", "#include <sys/socket.h>", "have their places"},
      {"test/a.cc", "#include <CLI/CLI.hpp>\nspdlog::info(1);", "in app/ alone"},
      {"lib/sink/a.cc", "#include \"a.h\"\n#include \"../engine/a.h\"", "room/file.h"},
      {"lib/sink/a.cc", "Status A::open() { return f_.open(p); }\nR<B>::read(1);\non_exit();", ""},
      {"lib/sink/a.cc", "// throw\nf(\"throw \\\" try\");\n#include <fmt/a.h>", ""},
      {"lib/sink/a.cc", "// TO" + std::string("DO: later"), "do it"},
      {"lib/sink/a.cc", "//" + std::string(98, 'x') + "\xc3\xa4", "100 columns"},
      {"lib/sink/a.cc", "//" + std::string(97, 'x') + "\xc3\xa4", ""},
      {"lib/sink/a.h", "int a;", "#pragma once"},
      {"test/a.cc", "TEST_CASE(\"-a\") {\nTEST_CASE(\"a; b\") {", "without a ;"},
      {"docs/a.md", "cd /wo" + std::string("rk/main\n(/ro") + "ot/.cache)", "one machine"},
      {"docs/a.md", "lib/wo" + std::string("rk, /workers and build/ro") + "ot", ""},
  }));
  for (const std::string& line : split(lines, '\n')) {
    const std::string report = check_file({path, line});
    CAPTURE(path, line, report);
    CHECK(report.find(expected) != std::string::npos);
    CHECK(report.empty() == expected.empty());
  }
}

TEST_CASE("what is too long, and what nothing uses, is caught", "[house]") {
  CHECK(check_file({"lib/a/a.cc", std::string(401, '\n')}) != "");
  CHECK(check_file({"lib/a/a.cc", std::string(400, '\n')}) == "");
  CHECK(check_uses({{"lib/CMakeLists.txt", "a/a.cc"}, {"lib/a/a.cc", ""}, {"lib/a/b.h", ""}}) ==
        "lib/a/b.h:1: is neither built nor included\n");
}

}  // namespace
}  // namespace wordstream::house
