// What the program says about itself and what docs/cli.md says are one list.
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "catch.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

std::string help(std::vector<std::string> subcommand = {}) {
  subcommand.emplace_back("--help");
  Program program = start(std::move(subcommand));
  program.expect_exit(exited(0));
  return program.stdout_text();
}

std::set<std::string> find_all(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    found.insert((*at)[1]);
  return found;
}

/// "--batch" and the like.
std::set<std::string> long_options(const std::string& text) {
  return find_all(text, std::regex("(?:^|[^a-zA-Z0-9-])(--[a-z][a-z-]*)"));
}

/// "-b, --batch": short options beside their long ones.
std::set<std::string> option_pairs(const std::string& text) {
  const std::regex pattern("(-[a-zA-Z]),[` ]*(--[a-z][a-z-]*)");
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    found.insert((*at)[1].str() + ", " + (*at)[2].str());
  return found;
}

std::string missing_from(const std::set<std::string>& whole, const std::set<std::string>& part) {
  std::string missing;
  for (const std::string& name : part) {
    if (!whole.contains(name)) missing += "  " + name + "\n";
  }
  return missing;
}

}  // namespace

TEST_CASE("the flag --help fits two small screens", "[docs]") {
  const auto of = GENERATE(std::vector<std::string>(), std::vector<std::string>{"send"});
  std::istringstream lines(help(of));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    INFO(line);
    CHECK(line.size() <= 100);
    CHECK((line.empty() || line.back() != ' '));
  }
  CHECK(count <= 96);
  CHECK(count > 20);
}

TEST_CASE("the flag --help names every option of the program", "[docs]") {
  const std::set<std::string> expected{
      "--batch",      "--from",         "--follow",    "--format",     "--help",
      "--host",       "--listen",       "--lower",     "--port",       "--max-batches",
      "--max-line",   "--max-memory",   "--split",     "--top",        "--until-eof",
      "--version",    "--wait",         "--window",    "--slide",      "--total",
      "--idle-after", "--mode",         "--explain",   "--checkpoint", "--commit-interval",
      "--sink",       "--threads",      "--rotated",   "--poll",       "--kafka-config",
      "--relp",       "--field",        "--delimiter", "--match",      "--match-all",
      "--json",       "--grep",         "--skip",      "--stop-words", "--min-length",
      "--config",     "--print-config", "--http",      "--http-host",  "--no-progress",
      "--on",         "--log-format",   "--backup"};
  std::set<std::string> named = long_options(help());
  // -q and -v may have a long form.
  named.erase("--to");  // of send
  named.erase("--quiet");
  named.erase("--verbose");
  CHECK(missing_from(named, expected).empty());
  CHECK(missing_from(expected, named).empty());
}

TEST_CASE("the flag --help of send names every option that it has", "[docs]") {
  CHECK(long_options(help({"send"})) ==
        std::set<std::string>{"--checkpoint", "--config",  "--explain", "--follow",
                              "--from",       "--help",    "--key",     "--log-format",
                              "--max-line",   "--name",    "--poll",    "--print-config",
                              "--quiet",      "--relp",    "--rotated", "--sink",
                              "--to",         "--verbose", "--wait",    "--window"});
}

TEST_CASE("the flag --help and docs/cli.md name the same options", "[docs]") {
  const std::string docs = read_file(WORDSTREAM_SOURCE_DIR "/docs/cli.md");
  const std::string text = help() + help({"send"});
  INFO("only in --help:\n"
       << missing_from(long_options(docs), long_options(text))
       << missing_from(option_pairs(docs), option_pairs(text)));
  INFO("only in docs/cli.md:\n"
       << missing_from(long_options(text), long_options(docs))
       << missing_from(option_pairs(text), option_pairs(docs)));
  CHECK(long_options(docs) == long_options(text));
  CHECK(option_pairs(docs) == option_pairs(text));
  CHECK(option_pairs(text).size() >= 8);
}

TEST_CASE("every exit code that the program has is in docs/cli.md", "[docs]") {
  const std::string docs = read_file(WORDSTREAM_SOURCE_DIR "/docs/cli.md");
  for (const char* code : {"64", "65", "66", "69", "70", "73", "74", "75", "77", "78", "130"}) {
    INFO(code);
    CHECK(std::regex_search(docs, std::regex("(^|[^0-9])" + std::string(code) + "([^0-9]|$)")));
  }
}
