// Kernels that are older than some of our calls, containers that do not let all of them through,
// and machines that have no thread or descriptor left: by way of strace, which has a call fail.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/peer.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;
using Words = std::vector<std::string>;

/// The program, of which calls fail as `inject` says.
Program start_without(const Folder& folder, const Words& inject, const Words& arguments) {
  Words command{"strace", "-f", "--quiet=all", "-o", folder / "calls"};
  for (const std::string& fault : inject) command.insert(command.end(), {"-e", "inject=" + fault});
  command.push_back(program_under_test());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Program(command, {.directory = folder.path()});
}

bool was_injected(const Folder& folder) {
  return read_file(folder / "calls").find("(INJECTED)") != std::string::npos;
}

/// The same with EPERM, as where a container does not let it through, and ENOSYS.
template <class Try>
void try_without(const std::string& call, Try&& attempt) {
  for (const std::string error : {"EPERM", "ENOSYS"}) {
    INFO(call << " fails with " << error);
    attempt(Words{fmt::format("{}:error={}", call, error)});
  }
}

void check_one_line(const std::string& told) {
  INFO(told);
  CHECK(std::count(told.begin(), told.end(), '\n') == 1);
  CHECK(told.starts_with("wordstream: "));
}

/// A job with a checkpoint that goes on where the last run stopped.
const Words kJob{"words.txt", "-q", "-m", "exactly-once", "--checkpoint",
                 "state",     "-b", "1h", "--sink",       "out.tsv"};

/// Runs it twice, the second time without `inject`, or the first.
void check_goes_on(const Words& inject, bool is_first) {
  const Folder folder;
  folder.write("words.txt", "one\n");
  const auto run = [&](bool is_without) {
    Program program = is_without ? start_without(folder, inject, kJob)
                                 : start(kJob, {.directory = folder.path()});
    program.expect_exit(exited(0));
    CHECK(program.stderr_text().empty());
    if (is_without) CHECK(was_injected(folder));
  };
  run(is_first);
  folder.append("words.txt", "two\n");
  run(!is_first);
  CHECK(sum_tsv(read_file(folder / "out.tsv")) == Counts{{"one", 1}, {"two", 1}});
}

}  // namespace

TEST_CASE("without statx files are known without their birth", "[rooms]") {
  try_without("statx", [](const Words& inject) {
    check_goes_on(inject, true);
    check_goes_on(inject, false);
  });
}

TEST_CASE("without statx a followed file that is rotated is read on", "[rooms]") {
  try_without("statx", [](const Words& inject) {
    const Folder folder;
    folder.write("app.log", "one\n");
    Program program =
        start_without(folder, inject, {"--follow", "app.log", "-b", "50ms", "-f", "tsv"});
    program.wait_for_stdout("\tone\t");
    folder.append("app.log", "two\n");
    folder.rename("app.log", "app.log.1");
    folder.write("app.log", "three\n");
    program.wait_for_stdout("\tthree\t");
    CHECK(sum_tsv(program.stdout_text()) == Counts{{"one", 1}, {"two", 1}, {"three", 1}});
    CHECK(was_injected(folder));
  });
}

TEST_CASE("without epoll_pwait2 batches are cut all the same", "[rooms]") {
  try_without("epoll_pwait2", [](const Words& inject) {
    const Folder folder;
    Program program =
        start_without(folder, inject, {"--listen", "0", "-b", "20ms", "--max-batches", "3"});
    program.expect_exit(exited(0));
    CHECK(read_blocks(program.stdout_text()).size() == 3);
    CHECK(was_injected(folder));
  });
}

TEST_CASE("without getrandom keys are drawn from the device", "[rooms]") {
  try_without("getrandom", [](const Words& inject) {
    check_goes_on(inject, true);
    check_goes_on(inject, false);
  });
}

TEST_CASE("without inotify followed files are looked at every second", "[rooms]") {
  for (const std::string call : {"inotify_init1", "inotify_add_watch"}) {
    try_without(call, [](const Words& inject) {
      const Folder folder;
      folder.write("app.log", "one\n");
      Program program =
          start_without(folder, inject, {"--follow", "app.log", "-b", "50ms", "-f", "tsv"});
      program.wait_for_stdout("\tone\t");
      folder.append("app.log", "two\n");
      program.wait_for_stdout("\ttwo\t");
      CHECK(was_injected(folder));
    });
  }
}

TEST_CASE("without accept4 clients are let in all the same", "[rooms]") {
  try_without("accept4", [](const Words& inject) {
    const Folder folder;
    Program program =
        start_without(folder, inject, {"--listen", "0", "-b", "24h", "-f", "tsv", "--until-eof"});
    connect_to(program.listening_port()).send("one\n");
    program.expect_exit(exited(0));
    CHECK(sum_tsv(program.stdout_text()) == Counts{{"one", 1}});
    CHECK(was_injected(folder));
  });
}

TEST_CASE("what is asked of the machine and of threads has an older way, too", "[rooms]") {
  for (const std::string call : {"getcwd", "sysinfo", "tgkill"}) {
    try_without(call, [](const Words& inject) { check_goes_on(inject, true); });
  }
}

TEST_CASE("where nothing can be waited for a run does not begin: 74, 77", "[rooms]") {
  const std::map<std::string, int> code_by_error{{"ENOSYS", 74}, {"EPERM", 77}};
  for (const std::string call : {"epoll_create1", "eventfd2", "rt_sigtimedwait"}) {
    for (const auto& [error, code] : code_by_error) {
      INFO(call << " fails with " << error);
      const Folder folder;
      folder.write("words.txt", "one\n");
      Program program = start_without(folder, {fmt::format("{}:error={}", call, error)}, kJob);
      program.expect_exit(exited(code));
      check_one_line(program.stderr_text());
      CHECK(program.stderr_text().find("have the container let") != std::string::npos);
    }
  }
}

TEST_CASE("without turns of their own threads take the usual ones", "[rooms]") {
  for (const std::string call : {"sched_getattr", "sched_setattr"}) {
    try_without(call, [](const Words& inject) { check_goes_on(inject, true); });
  }
}

TEST_CASE("without huge pages, or a word about limits, words are counted", "[rooms]") {
  for (const std::string call : {"prlimit64", "fstatfs"}) {
    try_without(call, [](const Words& inject) { check_goes_on(inject, true); });
  }
  const Folder folder;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "word" + std::to_string(i) + "\n";
  folder.write("words.txt", text);
  for (const std::string call : {"madvise", "mremap"}) {
    try_without(call, [&](const Words& inject) {
      Program program = start_without(folder, inject, {"words.txt", "-f", "tsv"});
      program.expect_exit(exited(0));
      CHECK(was_injected(folder));
      const std::string rows = program.stdout_text();
      CHECK(std::count(rows.begin(), rows.end(), '\n') == 100'000);
    });
  }
}

TEST_CASE("a large file is counted by a thread for each core, a small or a followed one is not",
          "[rooms]") {
  const Folder folder;
  folder.write("small.txt", "one\n");
  std::string text;
  while (text.size() < (16U << 20U)) text += std::string(1023, 'x') + '\n';
  folder.write("large.txt", text);
  const auto threads = [&](Words arguments) {
    arguments.insert(arguments.end(), {"-q", "-n", "1"});
    Program program = start_without(folder, {}, arguments);
    program.expect_exit(exited(0));
    const std::string calls = read_file(folder / "calls");
    std::ptrdiff_t count = 0;
    for (std::size_t at = 0; (at = calls.find("CLONE_THREAD", at)) != calls.npos; ++at) ++count;
    return count;
  };
  const auto cores = static_cast<std::ptrdiff_t>(std::thread::hardware_concurrency());
  const std::ptrdiff_t one = threads({"small.txt", "--threads", "1"});
  const std::ptrdiff_t reserved = std::max<std::ptrdiff_t>(cores - 2, 1);
  const auto beside = [](std::ptrdiff_t counting) {
    return counting == 1 ? 0 : std::min<std::ptrdiff_t>(counting, 8);
  };
  CHECK(threads({"small.txt"}) == one + beside(reserved));
  CHECK(threads({"large.txt"}) == one + beside(cores));
  CHECK(threads({"large.txt", "--follow", "-b", "100ms", "--max-batches", "1"}) ==
        one + beside(reserved));
  CHECK(threads({"large.txt", "--threads", "3"}) == one + 3);
}

TEST_CASE("where there is no thread to be had a run does not begin: 75", "[rooms]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  const Words arguments{"words.txt", "-f", "tsv", "--threads", "2"};
  // The first is for signals, those behind it for the tasks.
  for (const std::string when : {"1", "2", "3+"}) {
    Program program = start_without(
        folder, {"clone3:error=EAGAIN:when=" + when, "clone:error=EAGAIN:when=" + when}, arguments);
    program.expect_exit(exited(75));
    program.expect_stdout("");
    check_one_line(program.stderr_text());
    CHECK(program.stderr_text().find("cannot start a thread: Resource temporarily") !=
          std::string::npos);
    CHECK(was_injected(folder));
  }
}

TEST_CASE("where there is no descriptor to be had a run ends with 74, without memory with 71",
          "[rooms]") {
  const Folder folder;
  folder.write("words.txt", "one\n");
  const auto check = [&](const std::string& fault, int code, const std::string& piece) {
    INFO(fault);
    Program program = start_without(folder, {fault}, kJob);
    program.expect_exit(exited(code));
    check_one_line(program.stderr_text());
    CHECK(program.stderr_text().find(piece) != std::string::npos);
    CHECK(was_injected(folder));
  };
  const std::string kMany = "Too many open files";
  check("epoll_create1:error=EMFILE:when=1", 74, kMany);
  check("epoll_create1:error=EMFILE:when=3", 74, kMany);
  check("eventfd2:error=ENFILE:when=2", 74, kMany);
  check("epoll_create1:error=ENOMEM:when=2", 71, "Cannot allocate memory");
}

TEST_CASE("a file, a sink or a journal for which there is no descriptor left: 74", "[rooms]") {
  for (const std::string path : {"words.txt", "out.tsv", "state/lock", "state/journal.db"}) {
    const Folder folder;
    folder.write("words.txt", "one\n");
    INFO(path);
    Words command{"strace",
                  "-f",
                  "--quiet=all",
                  "-o",
                  folder / "calls",
                  "-P",
                  folder / path,
                  "-P",
                  path,
                  "-e",
                  "trace=openat",
                  "-e",
                  "inject=openat:error=EMFILE",
                  program_under_test()};
    command.insert(command.end(), kJob.begin(), kJob.end());
    Program program(command, {.directory = folder.path()});
    program.expect_exit(exited(74));
    check_one_line(program.stderr_text());
    CHECK(program.stderr_text().find("Too many open files") != std::string::npos);
  }
}
