// What shells complete, and the manual page: read by bash, zsh, fish and man.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "e2e/terminal.h"

using namespace wordstream::cli;
using namespace wordstream::e2e;

namespace {

struct Completed {
  std::vector<std::string> words;  ///< the last one is completed
  std::string first;               ///< of what it is completed to; "": nothing
};

const std::vector<Completed>& rows() {
  static const std::vector<Completed> table{{{"--print-c"}, "--print-config"},
                                            {{"--mode", "ex"}, "exactly-once"},
                                            {{"-m", "at-l"}, "at-least-once"},
                                            {{"--from", "e"}, "end"},
                                            {{"--threads", ""}, "auto"},
                                            {{"--sink", "sql"}, "sqlite:"},
                                            {{"--stop-words", "own.f"}, "own.file"},
                                            {{"--batch", "1"}, ""},
                                            {{"ins"}, "inspect"},
                                            {{"run", "--slid"}, "--slide"},
                                            {{"send", "--t"}, "--to"},
                                            {{"send", "--from", "s"}, "start"},
                                            {{"inspect", "--format", "j"}, "json"},
                                            {{"completions", "z"}, "zsh"},
                                            {{"own.f"}, "own.file"}};
  return table;
}

std::string script(const std::string& shell) {
  const Finished finished = finish({"completions", shell}, "");
  CHECK(finished.exit == exited(0));
  CHECK(finished.err.empty());
  return finished.out;
}

std::string output_of(const std::vector<std::string>& command, const Folder& folder) {
  Program program(command, {.directory = folder.path()});
  program.expect_exit(exited(0));
  CHECK(program.stderr_text().empty());
  return program.stdout_text();
}

}  // namespace

TEST_CASE("bash completes flags, values, files and commands", "[completions]") {
  const Folder folder;
  folder.write("script", script("bash"));
  folder.write("own.file", "");
  const std::string ask =
      "set -u; source ./script; COMP_WORDS=(wordstream \"$@\"); COMP_CWORD=$#; compopt() { :; }; "
      "_wordstream; printf '%s\\n' \"${COMPREPLY[@]-}\"";
  for (const Completed& row : rows()) {
    std::vector<std::string> command{"bash", "-c", ask, "bash"};
    command.insert(command.end(), row.words.begin(), row.words.end());
    INFO(fmt::format("{}", fmt::join(row.words, " ")));
    const std::string said = output_of(command, folder);
    CHECK(said.substr(0, said.find('\n')) == row.first);
  }
  // Readline parts words at '=', too.
  CHECK(output_of({"bash", "-c", ask, "bash", "--mode", "=", "ex"}, folder) == "exactly-once\n");
  CHECK(output_of({"bash", "-c", ask, "bash", "--mode", "="}, folder) ==
        "at-most-once\nat-least-once\nexactly-once\n");
}

TEST_CASE("fish completes flags, values, files and commands", "[completions]") {
  const Folder folder;
  folder.write("script", script("fish"));
  folder.write("own.file", "");
  for (const Completed& row : rows()) {
    const std::string line = fmt::format("wordstream {}", fmt::join(row.words, " "));
    INFO(line);
    const std::string said = output_of(
        {"fish", "--no-config", "-c", fmt::format("source ./script; complete -C '{}'", line)},
        folder);
    CHECK(said.substr(0, said.find_first_of("\t\n")) == row.first);
  }
}

TEST_CASE("zsh completes flags, values, files and commands", "[completions]") {
  const Folder folder;
  folder.write("_wordstream", script("zsh"));
  folder.write("own.file", "");
  Terminal terminal(fmt::format("cd {} && exec zsh -f -i", folder.path()));
  terminal.send_keys(
      {"PS1='ready> '; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D", "Enter"});
  terminal.screen_when(
      [](const std::string& seen) { return seen.find("\nready>") != std::string::npos; });
  for (const Completed& row : rows()) {
    if (row.first.empty()) continue;
    const std::string line = fmt::format("wordstream {}", fmt::join(row.words, " "));
    const std::string whole = line.substr(0, line.size() - row.words.back().size()) + row.first;
    INFO(line);
    terminal.send_keys({line, "Tab"});
    terminal.screen_when(
        [&](const std::string& seen) { return seen.find("ready> " + whole) != std::string::npos; });
    terminal.send_keys({"C-u", "C-l"});
    terminal.screen_when(
        [](const std::string& seen) { return seen.find("wordstream") == std::string::npos; });
  }
}

TEST_CASE("the manual page is read without a warning, and has every flag", "[completions]") {
  const Folder folder;
  folder.write("wordstream.1", script("man"));
  const std::string page =
      output_of({"sh", "-c", "MANWIDTH=200 man --warnings -l wordstream.1"}, folder);
  CHECK(page.find("wordstream - counts the words of a stream of lines") != std::string::npos);
  for (const char* const command : {"", "send"}) {
    std::vector<std::string> arguments{"--help"};
    if (*command != 0) arguments.insert(arguments.begin(), command);
    const std::string help = finish(arguments, "").out;
    for (std::size_t at = help.find("  -"); at != std::string::npos;
         at = help.find("\n  ", at + 1)) {
      const std::size_t dashes = help.find("--", at);
      if (dashes == std::string::npos || dashes > at + 12) continue;
      const std::string flag = help.substr(dashes, help.find(' ', dashes) - dashes);
      INFO(flag);
      CHECK((page.find("\n       " + flag) != std::string::npos ||
             page.find(", " + flag) != std::string::npos));
    }
  }
}
