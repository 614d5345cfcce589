// What is told on stderr, for programs that read it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;
using nlohmann::json;

namespace {

/// Each line is an object of time, level and message, and nothing else is there.
std::vector<json> told(const std::string& text) {
  static const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
  std::vector<json> lines;
  INFO(text);
  REQUIRE((text.empty() || text.back() == '\n'));
  for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    const json line = json::parse(text.substr(at, end - at));
    CHECK(line.size() == 3);
    CHECK(std::regex_match(line.at("time").get<std::string>(), kTime));
    lines.push_back(line);
  }
  return lines;
}

bool has(const std::vector<json>& lines, std::string_view level, std::string_view piece) {
  return std::ranges::any_of(lines, [&](const json& line) {
    return line["level"] == level &&
           line["message"].get<std::string>().find(piece) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("each line on stderr is a JSON object where that is asked for", "[log]") {
  const Folder folder;
  const std::string words = folder.write("words", "a b\nlonger than it may be");
  const Finished run = finish(
      {words, "-v", "--max-line", "3B", "--log-format", "json", "--checkpoint", folder / "state"},
      "");
  CHECK(run.exit == exited(0));
  const std::vector<json> lines = told(run.err);
  CHECK(has(lines, "warning", "cut 1 line longer"));
  CHECK(has(lines, "debug", "batch that ended at"));
  CHECK_FALSE(has(lines, "warning", "warning"));
  CHECK_FALSE(has(lines, "info", "wordstream: "));
}

TEST_CASE("an error comes as an object, too", "[log]") {
  const Server server(Server::State::Refusing);
  const Finished run = finish({"-p", server.port_text(), "--wait", "1ms", "--log-format=json"}, "");
  CHECK(run.exit == exited(69));
  CHECK(has(told(run.err), "error", server.port_text()));
}

TEST_CASE("what a message quotes is escaped, and what is no UTF-8 replaced", "[log]") {
  const Folder folder;
  const std::string name = folder / "a\"b\x1b[31m\n\xff";
  const Finished run = finish({"--log-format", "json", name}, "");
  CHECK(run.exit == exited(66));
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  CHECK(run.err.find('\x1b') == std::string::npos);
  CHECK(has(told(run.err), "error", "a\"b\x1b[31m\n\xef\xbf\xbd"));
}

TEST_CASE("a sender's lines have the same form", "[log]") {
  const Server server(Server::State::Refusing);
  const Finished run = finish({"send", "--to", "relp://127.0.0.1:" + server.port_text(), "-",
                               "--wait", "1ms", "--log-format", "json"},
                              "a\n");
  CHECK(run.exit == exited(69));
  CHECK(has(told(run.err), "error", server.port_text()));
}

TEST_CASE("quiet leaves errors alone, whatever the form", "[log]") {
  const Folder folder;
  const std::string words = folder.write("words", "longer than it may be");
  const Finished run = finish({words, "-q", "--max-line", "3B", "--log-format", "json"}, "");
  CHECK(run.exit == exited(0));
  CHECK(run.err.empty());
}

TEST_CASE("there are two forms of what is told", "[log]") {
  const Finished run = finish({"-", "--log-format", "xml"}, "");
  CHECK(run.exit == exited(64));
  CHECK(run.err == "wordstream: --log-format: 'xml' is none of text, json\n");
}
