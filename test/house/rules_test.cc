// The rules themselves are tested: each catches what is planted, and lets pass what only looks so.
#include "house/rules.h"

#include "catch.h"

namespace wordstream::house {
namespace {

const std::string kAnySource = "lib/sink/planted.cc";

/// What the rules say of one file, without its path: "line: message" each.
std::string verdict(const std::string& path, const std::string& text) {
  std::string lines;
  for (const Violation& violation : check_source({path, text})) {
    lines += std::to_string(violation.line) + ": " + violation.message + "\n";
  }
  return lines;
}

bool is_caught(const std::string& path, const std::string& text) {
  return !verdict(path, text).empty();
}

std::string lines_of(int count) {
  std::string text = "#pragma once\n";
  for (int i = 1; i < count; ++i) text += "\n";
  return text;
}

TEST_CASE("an include of a room above is caught, with its line", "[house]") {
  CHECK(verdict("lib/words/planted.cc", "// A word.\n#include \"engine/config.h\"\n") ==
        "2: words/ must not include engine/, which is above it\n");
}

TEST_CASE("an include of a room beside is caught", "[house]") {
  CHECK(verdict("lib/sink/planted.cc", "#include \"delivery/promise.h\"\n") ==
        "1: sink/ must not include delivery/, which is beside it\n");
}

TEST_CASE("an include of a room below, or of the own room, passes", "[house]") {
  CHECK(verdict("lib/engine/planted.cc", "#include \"delivery/committer.h\"\n") == "");
  CHECK(verdict("lib/sink/planted.cc", "#include \"format/format.h\"\n") == "");
}

TEST_CASE("a room that the house does not have is caught", "[house]") {
  CHECK(verdict("lib/util/planted.cc", "") == "1: lib/util is no room of the house (kFloors)\n");
  CHECK(is_caught("lib/sink/planted.cc", "#include \"util/strings.h\"\n"));
  CHECK(is_caught("lib/sink/planted.cc", "#include \"format.h\"\n"));
  CHECK(is_caught("lib/sink/planted.cc", "#include \"../app/flags.h\"\n"));
}

TEST_CASE("an include that is commented out is none", "[house]") {
  CHECK(verdict("lib/base/planted.cc", "/* \n#include \"engine/config.h\"\n*/\n") == "");
}

TEST_CASE("CLI11 and spdlog are caught outside app", "[house]") {
  const auto planted =
      GENERATE(as<std::string>{}, "#include <CLI/CLI.hpp>\n", "#include <spdlog/spdlog.h>\n",
               "CLI::App app;\n", "void log() { spdlog::info(1); }\n");
  CHECK(is_caught(kAnySource, planted));
  CHECK(is_caught("test/unit/planted.cc", planted));
  CHECK(verdict("app/planted.cc", planted) == "");
}

TEST_CASE("a clock, a sleep or a system call is caught outside its door", "[house]") {
  const auto planted = GENERATE(
      as<std::string>{}, "auto now = std::chrono::steady_clock::now();\n",
      "auto now = std::chrono::system_clock::now();\n", "clock_gettime(0, &time);\n",
      "auto now = time(nullptr);\n", "auto now = std::time(&count);\n", "#include <ctime>\n",
      "std::this_thread::sleep_for(1s);\n", "usleep(1);\n", "sleep(1);\n",
      "int n = ::read(fd, data, size);\n", "return ::write(fd, data, size);\n",
      "if (::open(path, 0) < 0) return;\n", "if (::poll(set, 1, -1) < 0) return;\n",
      "epoll_wait(fd, events, 8, -1);\n", "auto* file = fopen(path, mode);\n",
      "#include <fstream>\n", "#include <filesystem>\n", "#include <fcntl.h>\n",
      "#include <sys/socket.h>\n", "#include <netdb.h>\n", "#include <poll.h>\n",
      "int fd = ::socket(1, 2, 3);\n", "n = ::recv(fd, data, size, 0);\n", "#include <random>\n",
      "std::random_device device;\n", "std::thread thread;\n", "#include <thread>\n",
      "condition.wait_until(lock, until);\n", "std::system(command);\n");
  CAPTURE(planted);
  CHECK(is_caught("lib/source/planted.cc", planted));
  CHECK(is_caught("app/planted.cc", planted));
}

TEST_CASE("the doors may name what they are the doors to", "[house]") {
  CHECK(verdict("lib/env/planted.cc",
                "#include <fcntl.h>\n#include <ctime>\nint n = ::read(fd, data, size);\n"
                "clock_gettime(0, &time);\n") == "");
}

TEST_CASE("our own methods may be called open, read and poll", "[house]") {
  CHECK(verdict("lib/source/planted.cc",
                "Status FileSource::open() { return files_.open(path_); }\n"
                "Result<Read> Stream::read(std::span<char> into);\n"
                "auto polled = source->poll(now);\nauto time = std::max<int>::write(1);\n") == "");
}

TEST_CASE("only the engine looks at a clock, even at one that it was given", "[house]") {
  CHECK(is_caught("lib/source/planted.h", "#pragma once\nexplicit Source(Clock& clock);\n"));
  CHECK(verdict("lib/engine/planted.h", "#pragma once\nexplicit Loop(Clock& clock);\n") == "");
  CHECK(verdict("lib/window/planted.h", "#pragma once\nclass BatchClock {};\n") == "");
}

TEST_CASE("the program owns signals and the environment, and the library does not", "[house]") {
  const auto planted =
      GENERATE(as<std::string>{}, "#include <csignal>\n", "#include <unistd.h>\n",
               "#include <sys/resource.h>\n", "sigaction(SIGINT, &action, nullptr);\n",
               "const char* home = std::getenv(name);\n", "bool on = isatty(1);\n");
  CAPTURE(planted);
  CHECK(is_caught("lib/engine/planted.cc", planted));
  CHECK(verdict("app/planted.cc", planted) == "");
}

TEST_CASE("a library that a place has no use for is caught", "[house]") {
  CHECK(is_caught("lib/engine/planted.cc", "#include <unicode/uchar.h>\n"));
  CHECK(is_caught("lib/base/planted.cc", "#include <boost/asio.hpp>\n"));
  CHECK(verdict("lib/env/planted.cc", "#include <sys/epoll.h>\n") == "");
  CHECK(verdict("lib/text/planted.cc", "#include <unicode/uchar.h>\n#include <vector>\n") == "");
}

TEST_CASE("a part of ICU that needs its data is caught", "[house]") {
  CHECK(is_caught("lib/text/planted.cc", "#include <unicode/coll.h>\n"));
  CHECK(is_caught("lib/text/planted.cc", "u_charName(code, kind, name, size, &error);\n"));
  CHECK(verdict("lib/text/planted.cc", "#include <unicode/uchar.h>\nu_charType(code);\n") == "");
  CHECK(verdict("lib/text/icu_data.cc", "#include <unicode/udata.h>\n") == "");
}

TEST_CASE("exceptions, exits and the standard streams are caught in lib", "[house]") {
  const auto planted = GENERATE(
      as<std::string>{}, "throw 1;\n", "try {\n", "} catch (...) {\n", "std::exit(1);\n",
      "std::abort();\n", "std::cout << 1;\n", "std::cerr << 1;\n", "std::printf(format);\n",
      "std::fprintf(stderr, format);\n", "fmt::print(format);\n", "#include <iostream>\n");
  CAPTURE(planted);
  CHECK(is_caught(kAnySource, planted));
}

TEST_CASE("WS_CHECK alone may abort with a word on stderr", "[house]") {
  const std::string last_words = "std::fprintf(stderr, format);\nstd::abort();\n";
  CHECK(verdict("lib/base/check.cc", last_words) == "");
  CHECK(is_caught("lib/base/units.cc", last_words));
}

TEST_CASE("threads and locks are the engine's", "[house]") {
  const auto planted = GENERATE(as<std::string>{}, "std::thread reader;\n", "#include <mutex>\n",
                                "std::atomic<int> count;\n");
  CHECK(is_caught("lib/words/planted.cc", planted));
  CHECK(verdict("lib/engine/planted.cc", planted) == "");
}

TEST_CASE("a test that sleeps is caught", "[house]") {
  CHECK(is_caught("test/cli/planted.cc", "std::this_thread::sleep_for(1s);\n"));
  CHECK(is_caught("test/cli/planted.cc",
                  "run(\"sh -c 'sl"
                  "eep 1; exit'\");\n"));
}

TEST_CASE("a real clock is caught in the tests of pure code", "[house]") {
  const std::string planted = "auto now = std::chrono::steady_clock::now();\n";
  CHECK(is_caught("test/unit/planted.cc", planted));
  CHECK(verdict("test/cli/planted.cc", planted) == "");
}

TEST_CASE("what stands in comments and literals is no code", "[house]") {
  CHECK(verdict(kAnySource,
                "// throw is banned, and so is std::cout.\n"
                "/* usleep(1);\n   abort(); */\n"
                "const char* a = \"throw \\\" catch\";\n"
                "const char* b = R\"x(abort(); \" )\" )x\";\n"
                "const char c = '\"'; const char d = '\\'';\n") == "");
  CHECK(is_caught(kAnySource, "const char c = '\"'; throw 1;\n"));
  CHECK(is_caught(kAnySource, "const int million = 1'000'000; throw 1;\n"));
  CHECK(is_caught(kAnySource, "/* harmless */ throw 1;\n"));
}

TEST_CASE("a file beyond its budget of lines is caught, unless there is a reason", "[house]") {
  const std::vector<File> tree{{"lib/base/a.h", lines_of(150)},
                               {"lib/base/b.h", lines_of(151)},
                               {"test/unit/a.cc", lines_of(400)},
                               {"test/unit/b.cc", lines_of(401)},
                               {"test/data/a.json", lines_of(500)}};
  CHECK(
      report(check_lengths(tree, {{"lib/base/b.h", "because"}})) ==
      "test/unit/b.cc:401: longer than 400 lines: split it, or say why not (length_exceptions)\n");
}

TEST_CASE("an exception for a long file that has become short is caught", "[house]") {
  CHECK(report(check_lengths({{"app/a.cc", "\n"}}, {{"app/a.cc", "because"}})) ==
        "app/a.cc:1: needs no exception any more (length_exceptions)\n");
}

TEST_CASE("a test whose name CMake would take for two is caught", "[house]") {
  CHECK(is_caught("test/cli/planted.cc", "TEST_CASE(\"one; two\", \"[cli]\") {\n"));
  CHECK_FALSE(is_caught("test/cli/planted.cc", "TEST_CASE(\"one, two\", \"[cli]\") {\n"));
}

TEST_CASE("a test that is named like an option is caught", "[house]") {
  CHECK(is_caught("test/cli/planted.cc", "TEST_CASE(\"--help helps\", \"[cli]\") {\n"));
  CHECK(verdict("test/cli/planted.cc", "TEST_CASE(\"the flag --help helps\") {\n") == "");
}

TEST_CASE("a line is at most 100 columns wide, however many bytes that takes", "[house]") {
  std::string umlauts = "// ";
  for (int i = 0; i < 97; ++i) umlauts += "\xc3\xa4";
  CHECK(verdict(kAnySource, umlauts + "\n") == "");
  CHECK(verdict(kAnySource, umlauts + "x\n") == "1: longer than 100 columns\n");
}

TEST_CASE("what was left for later is caught, in comments too", "[house]") {
  const auto planted =
      GENERATE(as<std::string>{}, "// TODO: later\n", "// FIXME\n", "int a;  // XXX\n");
  CHECK(verdict(kAnySource, planted) == "1: do it, or open an issue\n");
  CHECK(verdict(kAnySource, "// mktemp XXXXXX\nconst char* zone = \"XXX-5\";\n") == "");
}

TEST_CASE("a header without #pragma once is caught", "[house]") {
  CHECK(verdict("lib/sink/planted.h", "// #pragma once\n") == "1: #pragma once is missing\n");
}

TEST_CASE("a source that nothing builds is caught", "[house]") {
  const std::vector<File> tree{{"lib/CMakeLists.txt", "add_library(x\n  base/a.cc)\n"},
                               {"lib/base/a.cc", ""},
                               {"lib/base/b.cc", ""}};
  CHECK(report(check_tree(tree)) == "lib/base/b.cc:1: no CMakeLists.txt builds it\n");
}

TEST_CASE("a header that nobody else includes is caught", "[house]") {
  const std::vector<File> tree{{"app/CMakeLists.txt", "main.cc"},
                               {"app/main.cc", "#include \"base/a.h\"\n#include \"flags.h\"\n"},
                               {"app/flags.h", "#include \"base/c.h\""},
                               {"lib/base/a.h", ""},
                               {"lib/base/b.h", "#include \"base/b.h\"\n"},
                               {"lib/base/c.h", ""}};
  CHECK(report(check_tree(tree)) == "lib/base/b.h:1: nobody includes it\n");
}

TEST_CASE("a directory of one machine is caught in any text", "[house]") {
  const auto planted = GENERATE(as<std::string>{},
                                "cd /wo"
                                "rk/main\n",
                                "see `../sha"
                                "red/x.md`\n",
                                "HOME=/ro"
                                "ot\n",
                                "(/ro"
                                "ot/.cache)\n");
  CAPTURE(planted);
  CHECK(report(check_machine_paths({"docs/a.md", planted})) ==
        "docs/a.md:1: names a directory of one machine\n");
  CHECK(check_machine_paths({"docs/a.md",
                             "lib/wo"
                             "rk, /workers and build/ro"
                             "ot\n"})
            .empty());
}

}  // namespace
}  // namespace wordstream::house
