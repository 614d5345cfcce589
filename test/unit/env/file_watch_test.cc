// What no contract can ask of the kernel's watches: a queue that is full.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "env/files.h"

using namespace wordstream;

TEST_CASE("a watch says when changes were lost, and goes on", "[files]") {
  std::size_t kept_max = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> kept_max;
  if (kept_max == 0 || kept_max > 100'000) {
    WARN("a full queue is not tested: it would take too many changes");
    return;
  }
  const cli::Folder folder;
  const std::string path = folder / "log";
  const auto watching = make_real_files()->make_watch().value();
  const auto names = watching->add_names(path).value();
  std::ofstream(path) << "one\n";
  for (std::size_t i = 0; i <= kept_max; ++i) {
    std::filesystem::rename(i % 2 == 0 ? path : path + ".1", i % 2 == 0 ? path + ".1" : path);
  }
  CHECK(watching->take_changes().all);
  std::ofstream(path + ".2") << "two\n";
  const FileWatch::Changes changes = watching->take_changes();
  CHECK_FALSE(changes.all);
  CHECK(changes.ids == std::vector<FileWatch::Id>{names});
}
