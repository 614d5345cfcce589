// Files that are followed through a mount (bindfs, by FUSE) and changed behind it, where nobody
// tells of that.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// Runs a tool to its end. Returns what it has said, empty where all went well.
std::string failure_of(const std::vector<std::string>& command) {
  Program tool(command);
  const bool has_worked = tool.wait_exit() == exited(0);
  return has_worked ? "" : tool.report();
}

/// A directory, and a mount that shows it, gone with its object.
class Mount {
 public:
  Mount() {
    // Not every machine has it, and not every container may mount anything: then this says so, and
    // the case ends.
    if (!std::filesystem::exists("/usr/bin/bindfs")) {
      WARN("SKIPPED: bindfs is not installed, run scripts/bootstrap --test");
      return;
    }
    // It ends once the mount is there, and leaves a process behind that ends with the mount.
    const std::string failure = failure_of({"bindfs", behind_.path(), mount_.path()});
    is_there_ = failure.empty();
    if (!is_there_) WARN("SKIPPED: nothing can be mounted here: " << failure);
  }
  ~Mount() {
    // FUSE 3 may have another name for it. Lazily, for what is still open would keep the mount.
    const std::string unmount =
        "fusermount -u -z \"$0\" || fusermount3 -u -z \"$0\" || umount -l \"$0\"";
    if (is_there_) failure_of({"sh", "-c", unmount, mount_.path()});
  }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  bool is_there() const { return is_there_; }
  const Folder& behind() const { return behind_; }
  /// A run that reads `name` through the mount.
  Program follow(const std::string& name) const {
    return start({"--follow", name, "-b", "20ms", "-f", "tsv"}, {.directory = mount_.path()});
  }

 private:
  Folder behind_;
  Folder mount_;
  bool is_there_ = false;
};

}  // namespace

TEST_CASE("a file that grows behind a mount is followed", "[bindfs]") {
  const Mount mount;
  if (!mount.is_there()) return;
  mount.behind().write("app.log", "one\n");
  Program program = mount.follow("app.log");
  program.wait_for_stdout("\tone\t");
  mount.behind().append("app.log", "two\n");
  program.wait_for_stdout("\ttwo\t");
  CHECK(sum_tsv(program.stdout_text()) == Counts{{"one", 1}, {"two", 1}});
}

TEST_CASE("a file that appears behind a mount is read where it matches a pattern", "[bindfs]") {
  const Mount mount;
  if (!mount.is_there()) return;
  mount.behind().write("a.log", "one\n");
  Program program = mount.follow("*.log");
  program.wait_for_stdout("\tone\t");
  mount.behind().write("b.log", "two\n");
  program.wait_for_stdout("\ttwo\t");
  mount.behind().append("b.log", "three\n");
  mount.behind().append("a.log", "four\n");
  program.wait_for_stdout("\tthree\t");
  program.wait_for_stdout("\tfour\t");
  CHECK(sum_tsv(program.stdout_text()) ==
        Counts{{"four", 1}, {"one", 1}, {"three", 1}, {"two", 1}});
}

TEST_CASE(
    "a file that is rotated behind a mount is read to its end, and the new one from its start",
    "[bindfs]") {
  const Mount mount;
  if (!mount.is_there()) return;
  // The new one is shorter, as long, or longer.
  for (const std::string next : {"new\n", "one two three\n", "one two three, and more\n"}) {
    mount.behind().write("app.log", "one two three\n");
    Program program = mount.follow("app.log");
    program.wait_for_stdout("\tthree\t");
    mount.behind().rename("app.log", "app.log.1");
    mount.behind().write("app.log", next);
    mount.behind().append("app.log.1", "late\n");
    mount.behind().append("app.log", "last\n");
    program.wait_for_stdout("\tlast\t");
    program.wait_for_stdout("\tlate\t");
    INFO(program.report());
    const Counts counts = sum_tsv(program.stdout_text());
    CHECK(counts.at("one") == (next.starts_with("one") ? 2 : 1));
    CHECK(counts.at("late") == 1);
    CHECK(counts.at("last") == 1);
    CHECK(program.stderr_text().find("lost") == std::string::npos);
    std::filesystem::remove(mount.behind() / "app.log.1");
  }
}

TEST_CASE("a file that is removed behind a mount is waited for", "[bindfs]") {
  const Mount mount;
  if (!mount.is_there()) return;
  mount.behind().write("app.log", "one\n");
  Program program = mount.follow("app.log");
  program.wait_for_stdout("\tone\t");
  std::filesystem::remove(mount.behind() / "app.log");
  program.wait_for_stderr("cannot look at app.log");
  mount.behind().write("app.log", "two\n");
  program.wait_for_stdout("\ttwo\t");
}
