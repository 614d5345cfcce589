// --max-memory: the run ends before it takes more, and nothing that was counted is lost.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr int kLineCount = 1'000'000;

/// A different word on each line: "1", "2" ...
std::string many_words(const Folder& folder) {
  std::string text;
  for (int i = 1; i <= kLineCount; ++i) text += std::to_string(i) + "\n";
  return folder.write("many.txt", text);
}

/// The last line of what was said is the error, the only one that is no warning.
std::string error_of(const std::string& told) {
  const std::size_t begin = told.rfind('\n', told.size() - 2) + 1;
  return told.substr(begin);
}

/// The words counted are the first so many, each once.
void check_prefix(const Counts& counts) {
  CHECK(counts.size() > 1000);
  CHECK(counts.size() < kLineCount);
  const auto is_early = [&](const auto& row) {
    return row.second == 1 && std::stoul(row.first) <= counts.size();
  };
  CHECK(std::all_of(counts.begin(), counts.end(), is_early));
}

/// A control group whose processes may take `bytes` together; none where none can be made.
class ControlGroup {
 public:
  explicit ControlGroup(const std::string& bytes) {
    const std::string name = "/wordstream-test-" + std::to_string(::getpid());
    if (set("/sys/fs/cgroup/memory", name, "memory.limit_in_bytes", bytes)) return;
    set("/sys/fs/cgroup", name, "memory.max", bytes);
  }
  ~ControlGroup() {
    if (!path_.empty()) ::rmdir(path_.c_str());
  }
  ControlGroup(const ControlGroup&) = delete;
  ControlGroup& operator=(const ControlGroup&) = delete;

  bool exists() const { return !path_.empty(); }
  const std::string& path() const { return path_; }

 private:
  bool set(const std::string& root, const std::string& name, const std::string& file,
           const std::string& bytes) {
    if (::mkdir((root + name).c_str(), 0755) != 0) return false;
    std::ofstream limit(root + name + "/" + file);
    if (limit << bytes << std::flush) {
      path_ = root + name;
    } else {
      ::rmdir((root + name).c_str());
    }
    return exists();
  }

  std::string path_;
};

}  // namespace

TEST_CASE("over --max-memory the run ends with 71, and prints all that it has counted",
          "[memory]") {
  const Folder folder;
  const std::string path = many_words(folder);
  for (const std::string threads : {"1", "3"}) {
    INFO("threads " << threads);
    Program program =
        start({path, "--max-memory", "24MiB", "--threads", threads, "-b", "24h", "-f", "tsv"});
    program.expect_exit(exited(71));
    const Counts counts = sum_tsv(program.stdout_text());
    const std::string error = error_of(program.stderr_text());
    INFO(error);
    CHECK(error.find("--max-memory 24MiB is reached: ") != std::string::npos);
    CHECK(error.find(" distinct words need ") != std::string::npos);
    CHECK(error.find(" bytes; all that was counted is delivered; ") != std::string::npos);
    CHECK(program.stderr_text().find("warning: ") != std::string::npos);
    if (threads == "1") {
      check_prefix(counts);
      CHECK(error.find(" " + std::to_string(counts.size()) + " distinct") != std::string::npos);
    }
  }
}

TEST_CASE("words that a window or the totals remember count against --max-memory", "[memory]") {
  const Folder folder;
  const std::string path = many_words(folder);
  // A window a day: to show one every 10 ms would be the work of this run.
  const std::vector<std::vector<std::string>> folds{{"--window=24h", "--slide=24h"}, {"--total"}};
  for (const std::vector<std::string>& fold : folds) {
    INFO(fold.front());
    std::vector<std::string> command{path, "--max-memory", "24MiB", "-b", "10ms", "-f", "tsv"};
    command.insert(command.end(), fold.begin(), fold.end());
    Program program = start(command);
    program.expect_exit(exited(71));
    check_prefix(sum_tsv(program.stdout_text()));
    CHECK(program.stderr_text().find("--max-memory 24MiB is reached: ") != std::string::npos);
  }
}

TEST_CASE("over --max-memory the journal keeps what was counted, and a larger run goes on",
          "[memory]") {
  const Folder folder;
  const std::string path = many_words(folder);
  std::vector<std::string> command{
      path, "--mode", "at-least-once", "--checkpoint", folder / "state", "-b", "24h", "-f", "tsv"};
  std::vector<std::string> limited = command;
  limited.insert(limited.end(), {"--max-memory", "24MiB"});
  Program small = start(limited);
  small.expect_exit(exited(71));
  small.expect_stdout("");
  CHECK(error_of(small.stderr_text()).find("all that was counted is in the journal") !=
        std::string::npos);

  Program large = start(command);
  large.expect_exit(exited(0));
  const Counts counts = sum_tsv(large.stdout_text());
  CHECK(counts.size() == kLineCount);
  CHECK(std::all_of(counts.begin(), counts.end(), [](const auto& row) { return row.second == 1; }));
}

TEST_CASE("what a window holds again after a restart counts against --max-memory", "[memory]") {
  const Folder folder;
  const std::string path = many_words(folder);
  std::vector<std::string> command{path,           "--checkpoint", folder / "state",
                                   "--window=24h", "--slide=24h",  "-b",
                                   "1h",           "-f",           "tsv"};
  Program large = start(command);
  large.expect_exit(exited(0));
  command.insert(command.end(), {"--max-memory", "16MiB"});
  Program small = start(command);
  small.expect_exit(exited(71));
  const std::string error = error_of(small.stderr_text());
  INFO(error);
  CHECK(error.find(" 1000000 distinct words need ") != std::string::npos);
  CHECK(error.find("; all that was counted is in the journal; ") != std::string::npos);
}

TEST_CASE("in a control group without memory for all words half of it is the limit", "[memory]") {
  const Folder folder;
  const std::string path = many_words(folder);
  const ControlGroup group("67108864");
  if (!group.exists()) {
    WARN("no control group for memory can be made here: not tested");
    return;
  }
  Program program({"sh", "-c",
                   "echo $$ > " + group.path() + "/cgroup.procs && exec " + program_under_test() +
                       " " + path + " -b 24h -f tsv"});
  program.expect_exit(exited(71));
  CHECK(program.stderr_text().find("--max-memory 32MiB is reached") != std::string::npos);
  check_prefix(sum_tsv(program.stdout_text()));
}
