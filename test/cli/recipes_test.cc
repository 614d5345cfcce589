// The recipes of docs/recipes.md: each is a command that the program takes, and where what it reads
// is there, it counts something.
#include <regex>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

/// What stands in the tables between backquotes, as a shell is given it.
std::vector<std::string> recipes() {
  const std::string docs = read_file(WORDSTREAM_SOURCE_DIR "/docs/recipes.md");
  const std::regex row("\\n\\| [^|\\n]+ \\| `([^`]+)` \\|");
  std::vector<std::string> found;
  for (std::sregex_iterator at(docs.begin(), docs.end(), row), end; at != end; ++at) {
    found.push_back(std::regex_replace((*at)[1].str(), std::regex("\\\\\\|"), "|"));
  }
  return found;
}

void write_inputs(const Folder& folder) {
  folder.write("access.log",
               "10.0.0.1 - me [10/Nov/2026:13:55:36 +0000] \"GET /a?b=1 HTTP/1.1\" 200 512 "
               "\"http://x/\" \"curl/8.0\"\n"
               "10.0.0.2 - - [10/Nov/2026:14:55:36 +0000] \"POST /c HTTP/1.1\" 404 12 \"-\" "
               "\"Mozilla/5.0\"\n");
  folder.write("app.json",
               "{\"level\":\"error\",\"service\":\"db\",\"tags\":[\"x\"],\"labels\":{\"app/name\":"
               "\"a\"},\"msg\":\"Disk full, again\"}\n");
  folder.write("novel.txt", "It was the best of times, it was improbable. #Once #upon_a\n");
  folder.write("english.txt", "the\nof\n");
  folder.write("app.log", "a\nb\n");
  folder.write("table.tsv", "a\tb\tc d\n");
  folder.write("syslog", "Nov 10 13:55:36 host sshd[12]: Failed password for me from 10.0.0.9\n");
}

}  // namespace

TEST_CASE("each recipe counts something", "[docs]") {
  const Folder folder;
  write_inputs(folder);
  const std::vector<std::string> all = recipes();
  CHECK(all.size() >= 20);
  for (std::string recipe : all) {
    recipe = std::regex_replace(recipe, std::regex("/var/log/(syslog|auth.log)"), "syslog");
    INFO(recipe);
    // Nobody waits for what is followed.
    recipe = std::regex_replace(recipe, std::regex(" --follow"), "");
    const bool is_printed = recipe.find("--sink") == recipe.npos;
    Program shell({"sh", "-c", "wordstream() { \"$0\" \"$@\"; }\n" + recipe, program_under_test()},
                  {.directory = folder.path()});
    shell.expect_exit(exited(0));
    CHECK(shell.stderr_text().find("gave nothing") == std::string::npos);
    if (is_printed) CHECK(shell.stdout_text().find(",1)") != std::string::npos);
  }
}
