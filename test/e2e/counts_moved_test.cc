// Counts in a file that logrotate keeps small.
#include <csignal>
#include <map>
#include <string>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/file_events.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

/// Has logrotate do now what it would do some night.
void rotate(const Folder& folder) {
  Program logrotate({"/usr/sbin/logrotate", "--force", "--state", folder / "logrotate.state",
                     folder / "logrotate.conf"});
  logrotate.expect_exit(exited(0));
}

}  // namespace

TEST_CASE("logrotate moves the counts away and says so: every row is in one file", "[logrotate]") {
  for (const std::string create : {"create", "nocreate"}) {
    const Folder folder;
    FileEvents events;
    events.watch(folder.path());
    folder.write("words.txt", "");
    Program program = start({"words.txt", "--follow", "-b", "20ms", "-m", "exactly-once",
                             "--checkpoint", "state", "--sink", "out.tsv"},
                            {.directory = folder.path()});
    folder.write("logrotate.conf", "\"" + (folder / "out.tsv") + "\" {\n  rotate 9\n  " + create +
                                       "\n  postrotate\n    kill -USR1 " +
                                       std::to_string(program.pid()) + "\n  endscript\n}\n");
    std::map<std::string, std::uint64_t> expected;
    const auto deliver = [&](const std::string& word) {
      folder.append("words.txt", word + "\n");
      ++expected[word];
      while (read_file(folder / "out.tsv").find(word) == std::string::npos) {
        INFO(program.report());
        REQUIRE(events.wait() > 0);
      }
    };
    program.wait_for_stderr("following");
    for (int round = 1; round <= 3; ++round) {
      deliver("w" + std::to_string(round));
      rotate(folder);
      program.wait_for_stderr("going on in a new file", round);
    }
    deliver("last");
    program.send_signal(SIGTERM);
    program.expect_exit(exited(0));
    std::map<std::string, std::uint64_t> found;
    for (const std::string name : {"out.tsv.3", "out.tsv.2", "out.tsv.1", "out.tsv"}) {
      const auto rows = sum_tsv(read_file(folder / name));
      CHECK(rows.size() == 1);
      for (const auto& [word, count] : rows) found[word] += count;
    }
    CHECK(found == expected);
  }
}
