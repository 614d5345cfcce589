#include "e2e/transcript.h"

#include <regex>
#include <sstream>
#include <utility>

namespace wordstream::e2e {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kPrompt = "$ ";
constexpr std::string_view kTerminal = "# terminal ";
constexpr std::string_view kAgain = "⋮\n";

void add_line(Transcript& transcript, const std::string& line, int number) {
  std::vector<Act>& acts = transcript.acts;
  if (line.starts_with(kPrompt)) {
    acts.push_back({Act::Kind::Command, line.substr(kPrompt.size()), number});
  } else if (line == "^C") {
    acts.push_back({Act::Kind::Interrupt, "", number});
  } else if (line == "^\\") {
    acts.push_back({Act::Kind::Quit, "", number});
  } else if (acts.empty() && line.starts_with(kTerminal)) {
    transcript.terminal = line;
  } else {
    if (acts.empty() || acts.back().kind != Act::Kind::Text)
      acts.push_back({Act::Kind::Text, "", number});
    acts.back().text += line + "\n";
  }
}

}  // namespace

std::vector<Scenario> read_scenarios(std::string_view document, std::string_view kind) {
  const std::string begin = std::string(kFence).append(kind);
  std::vector<Scenario> scenarios{{"before the first heading", {}}};
  std::istringstream lines{std::string(document)};
  bool is_fenced = false;
  bool is_console = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with(kFence)) {
      is_fenced = !is_fenced;
      is_console = is_fenced && line == begin;
      if (is_console) scenarios.back().transcripts.emplace_back();
    } else if (is_console) {
      add_line(scenarios.back().transcripts.back(), line, number);
    } else if (!is_fenced && line.starts_with("#")) {
      scenarios.push_back({line, {}});
    }
  }
  std::erase_if(scenarios, [](const Scenario& scenario) { return scenario.transcripts.empty(); });
  return scenarios;
}

std::string read_block(std::string_view document, std::string_view kind) {
  const std::string begin = std::string("\n").append(kFence).append(kind) + "\n";
  const std::size_t at = document.find(begin);
  if (at == std::string_view::npos) return {};
  const std::string_view block = document.substr(at + begin.size());
  return std::string(block.substr(0, block.find(kFence)));
}

std::string timeless(const std::string& output, int port) {
  static const std::regex kMillis(R"(\b\d{13}\b)");
  static const std::regex kDeath(R"(bash: line \d+: +\d+ Quit .*\n)");
  static const std::regex kPythonTime(R"(Time: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\n)");
  static const std::regex kEmptyBatch(R"(-{43}\nTime: #( ms)?\n-{43}\n\n)");
  std::string text = std::regex_replace(output, kMillis, "#");
  text = std::regex_replace(text, kDeath, "");
  text = std::regex_replace(text, kPythonTime, "Time: #\n");
  text = std::regex_replace(text, kEmptyBatch, "");
  return std::regex_replace(text, std::regex(":" + std::to_string(port) + "\\b"), ":9999");
}

Shown without_repeats(std::string expected, std::string seen) {
  const std::string head = std::string(43, '-') + "\nTime: #";
  for (std::size_t end = 0; (end = expected.find(kAgain, end)) != std::string::npos;) {
    expected.erase(end, kAgain.size());
    const std::size_t begin = expected.substr(0, end).rfind(head);
    if (begin == std::string::npos) continue;
    const std::string block = expected.substr(begin, end - begin);
    for (std::size_t at = 0; (at = seen.find(block + block, at)) != std::string::npos;) {
      seen.erase(at, block.size());
    }
  }
  return {std::move(expected), std::move(seen)};
}

}  // namespace wordstream::e2e
