#include "cli/faulty_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <utility>

#include "catch.h"
#include "env/database.h"

namespace wordstream::cli {
namespace {

constexpr const char* kLog = "calls";
constexpr unsigned kLines = 5;

/// What reads a file, changes it, or makes it last.
constexpr const char* kCalls =
    "read,write,writev,pread64,pwrite64,pwritev,fsync,fdatasync,sync_file_range,rename,renameat,"
    "renameat2,"
    "unlink,unlinkat,open,openat,creat,truncate,ftruncate,fallocate,mkdir,mkdirat,link,linkat";

}  // namespace

std::string to_text(const Fault& fault) {
  return fmt::format("{} on {} number {}", fault.error, fault.call, fault.number);
}

FaultyRun::FaultyRun(Phase phase) : phase_(phase) {
  folder_.append("words.txt", lines(1));
  if (phase != Phase::Reopening) return;
  Program program = start(job(), {.directory = folder_.path()});
  program.expect_exit(exited(0));
  folder_.append("words.txt", lines(2));
}

std::vector<std::string> FaultyRun::job() const {
  return {phase_ == Phase::Running ? "-" : "words.txt",
          "-q",
          "-b",
          "24h",
          "--checkpoint",
          "state",
          "-m",
          "exactly-once",
          "--sink",
          "out.tsv",
          "--sink",
          "sqlite:out.db"};
}

std::string FaultyRun::lines(unsigned life) {
  std::string text;
  for (unsigned line = 1; line <= kLines; ++line) {
    const std::string name = token(life, line);
    text += name + " " + kCommonWord + "\n";
    sent_.tokens.insert(name);
    // What is in the file can be read again.
    if (phase_ != Phase::Running) sent_.durable.insert(name);
  }
  return text;
}

/// Only calls on these paths are looked at: not those of the loader, nor those that wake a thread.
std::vector<std::string> FaultyRun::strace(const std::vector<std::string>& options) const {
  std::vector<std::string> command{"strace",       "-f", "-y",          "-o",
                                   folder_ / kLog, "-P", folder_.path()};
  for (const char* const name :
       {"words.txt", "state", "state/lock", "state/journal.db", "state/journal.db-journal",
        "out.tsv", "out.db", "out.db-journal"}) {
    command.insert(command.end(), {"-P", folder_ / name});
  }
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

FaultyRun::Outcome FaultyRun::run_traced(const std::vector<std::string>& options) {
  Outcome outcome = phase_ == Phase::Running ? run_from_first_line(strace(options))
                                             : run_from_start(strace(options));
  outcome.log = read_file(folder_ / kLog);
  outcome.is_met = outcome.log.find("(INJECTED)") != std::string::npos;
  outcome.report += outcome.log;
  return outcome;
}

FaultyRun::Outcome FaultyRun::run_from_start(std::vector<std::string> tracer) {
  const std::vector<std::string> arguments = job();
  tracer.insert(tracer.end(), {"--quiet=all", program_under_test()});
  tracer.insert(tracer.end(), arguments.begin(), arguments.end());
  Program program(std::move(tracer), {.directory = folder_.path()});
  const Exit exit = program.wait_exit();
  return {false, exit, program.stderr_text(), program.report()};
}

FaultyRun::Outcome FaultyRun::run_from_first_line(std::vector<std::string> tracer) {
  Program program = start(job(), {.input = Input::NarrowPipe, .directory = folder_.path()});
  program.write_stdin(lines(2));
  program.wait_stdin_taken();
  tracer.insert(tracer.end(), {"-p", std::to_string(program.pid())});
  Program watcher(std::move(tracer));
  watcher.wait_for_stderr("attached");
  program.offer_stdin(lines(3));
  program.close_stdin();
  const Exit exit = program.wait_exit();
  watcher.wait_exit();
  note_durable();
  return {false, exit, program.stderr_text(), program.report()};
}

/// What came through a pipe is to be had again only if it is in the journal, with all before it.
void FaultyRun::note_durable() {
  std::set<std::string> found;
  std::filesystem::copy(folder_ / "state", folder_ / "copy");  // looking mends nothing
  auto database = Database::open(folder_ / "copy/journal.db", {}).value();
  auto counts = database->prepare("SELECT bytes FROM counts").value();
  while (counts.step().value()) found.merge(tokens_in(std::string(counts.bytes(0))));
  found.merge(tokens_in(read_file(folder_ / "out.tsv")));
  sent_.tokens.erase(sent_.tokens.begin(), sent_.tokens.lower_bound(token(2, 0)));
  sent_.durable = std::move(found);
}

std::map<std::string, int> FaultyRun::count_calls() {
  const Outcome outcome = run_traced({"-e", std::string("trace=") + kCalls});
  INFO(outcome.report);
  REQUIRE(outcome.exit == exited(0));
  std::map<std::string, std::map<std::string, int>> by_thread;
  static const std::regex kCall("^([0-9]+) +([a-z0-9_]+)\\(");
  std::istringstream log(outcome.log);
  std::smatch match;
  for (std::string line; std::getline(log, line);) {
    if (std::regex_search(line, match, kCall)) ++by_thread[match[2]][match[1]];
  }
  std::map<std::string, int> counts;
  for (const auto& [call, threads] : by_thread) {
    for (const auto& [thread, count] : threads) counts[call] = std::max(counts[call], count);
  }
  return counts;
}

FaultyRun::Outcome FaultyRun::run(const Fault& fault) {
  return run_traced(
      {"-e", "trace=" + fault.call, "-e",
       fmt::format("inject={}:error={}:when={}", fault.call, fault.error, fault.number)});
}

std::vector<Row> FaultyRun::rows_of_database() const {
  std::vector<Row> rows;
  auto database = Database::open(folder_ / "out.db", {}).value();
  auto query = database->prepare("SELECT start_ms, end_ms, word, count FROM counts").value();
  while (query.step().value()) {
    rows.push_back({query.integer(0), query.integer(1), std::string(query.bytes(2)),
                    static_cast<std::uint64_t>(query.integer(3))});
  }
  return rows;
}

std::optional<std::string> FaultyRun::go_on() {
  std::string before;
  for (int run = 0; run < 2; ++run) {
    Program program = start(job(), {.directory = folder_.path()});
    const Exit exit = program.wait_exit();
    if (exit != exited(0)) return "the restart has failed" + program.report();
    const std::string rows = read_file(folder_ / "out.tsv");
    if (run > 0 && rows != before) return "a restart without input has changed the file";
    before = rows;
  }
  if (auto complaint = judge({.mode = "exactly-once"}, sent_, read_tsv(before))) {
    return "the file: " + *complaint;
  }
  if (auto complaint = judge({.mode = "exactly-once"}, sent_, rows_of_database())) {
    return "the database: " + *complaint;
  }
  return {};
}

}  // namespace wordstream::cli
