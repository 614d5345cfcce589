// A call to the kernel fails, whichever it is: the program says so in one line and ends, and on a
// disk that is well again the next run loses and repeats nothing. By default three calls of each
// kind fail, with WORDSTREAM_LONG every single one.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "catch.h"
#include "cli/faulty_run.h"

using namespace wordstream::cli;

namespace {

bool is_long() { return std::getenv("WORDSTREAM_LONG") != nullptr; }

/// Which of so many calls are tried.
std::set<int> numbers_of(int count) {
  std::set<int> numbers{1, (count + 1) / 2, count};
  for (int number = 1; is_long() && number <= count; ++number) numbers.insert(number);
  return numbers;
}

/// Whether it may end so.
bool is_apt(const Fault& fault, const std::string& told, int code) {
  const bool is_full = fault.error == "ENOSPC";
  // SQLite tries to read what it cannot open for writing, and forgets why it could not; a rollback
  // journal that is there it notices only when it writes.
  if (fault.call == "openat" && (code == 73 || code == 74 || code == 77)) return true;
  if (code != (is_full ? 75 : 74)) return false;
  return told.find(is_full ? "No space left on device" : "Input/output error") !=
             std::string::npos ||
         told.find("disk is full") != std::string::npos;
}

/// SQLite goes on where a directory cannot be opened or synced after a file was made in it. And at
/// the very end, when it tidies up, everything is committed.
bool is_harmless(const FaultyRun::Outcome& outcome, const Fault& fault) {
  static const std::regex kDirectory("fdatasync\\([0-9]+<[^>]*(state|wordstream-test-\\w+)>.*INJ");
  return fault.call == "openat" || outcome.log.ends_with("(INJECTED)\n") ||
         std::regex_search(outcome.log, kDirectory);
}

/// What a fault has to look like from outside.
void check_ending(const FaultyRun::Outcome& outcome, const Fault& fault) {
  INFO(outcome.report);
  CHECK(outcome.exit.signal == 0);
  if (outcome.exit == exited(0) && is_harmless(outcome, fault)) return;
  CHECK(is_apt(fault, outcome.told, outcome.exit.code));
  CHECK(std::count(outcome.told.begin(), outcome.told.end(), '\n') == 1);
  CHECK(outcome.told.starts_with("wordstream: "));
  CHECK(outcome.told.find("; ") != std::string::npos);  // and what to do
}

/// Returns whether there was such a call.
bool try_fault(FaultyRun::Phase phase, const Fault& fault) {
  INFO(to_text(fault));
  FaultyRun run(phase);
  const FaultyRun::Outcome outcome = run.run(fault);
  if (!outcome.is_met) return false;
  check_ending(outcome, fault);
  INFO(outcome.report);
  CHECK(run.go_on().value_or("") == "");
  return true;
}

void try_faults(FaultyRun::Phase phase, const std::string& error) {
  const std::map<std::string, int> counts = FaultyRun(phase).count_calls();
  REQUIRE(counts.size() >= 3);
  for (const auto& [call, count] : counts) {
    // Nothing that is read needs room.
    if (error == "ENOSPC" && (call == "read" || call == "pread64")) continue;
    for (const int number : numbers_of(count)) try_fault(phase, {call, error, number});
    // Threads take turns as they like, so there may be more of them in another run.
    for (int more = count + 1; is_long() && try_fault(phase, {call, error, more});) ++more;
  }
}

}  // namespace

TEST_CASE("a fault in any call of a new job: EIO", "[faults]") {
  try_faults(FaultyRun::Phase::Opening, "EIO");
}

TEST_CASE("a fault in any call of a new job: ENOSPC", "[faults]") {
  try_faults(FaultyRun::Phase::Opening, "ENOSPC");
}

TEST_CASE("a fault in any call of a job that goes on: EIO", "[faults]") {
  try_faults(FaultyRun::Phase::Reopening, "EIO");
}

TEST_CASE("a fault in any call of a job that goes on: ENOSPC", "[faults]") {
  try_faults(FaultyRun::Phase::Reopening, "ENOSPC");
}

TEST_CASE("a fault in any call of a job that runs: EIO", "[faults]") {
  try_faults(FaultyRun::Phase::Running, "EIO");
}

TEST_CASE("a fault in any call of a job that runs: ENOSPC", "[faults]") {
  try_faults(FaultyRun::Phase::Running, "ENOSPC");
}
