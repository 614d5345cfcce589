// What a user sees of a journal of version 1 that becomes one of version 2.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"
#include "cli/version_1.h"

using namespace wordstream;
using namespace wordstream::cli;

TEST_CASE("a checkpoint of version 1 becomes one of version 2, which one line tells of once",
          "[version 1]") {
  const Folder folder;
  const OldCheckpoint old(folder, "open_batch");
  const std::string told = "state was of version 1 and is of version 2 now";
  const auto run = [&] {
    Program program =
        start({"-", "-m", "at-least-once", "--checkpoint", "state", "-f", "tsv", "-b", "24h"},
              {.input = Input::Pipe, .directory = folder.path()});
    program.close_stdin();
    program.expect_exit(exited(0));
    return program.stderr_text();
  };
  const std::string first = run();
  CHECK(first.find(told) != std::string::npos);
  CHECK(std::count(first.begin(), first.end(), '\n') == 1);
  CHECK(run().find(told) == std::string::npos);
}
