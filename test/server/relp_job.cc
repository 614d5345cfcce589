#include "server/relp_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <utility>

#include "catch.h"
#include "cli/emissions.h"
#include "env/database.h"

namespace wordstream::server {
namespace {

using cli::Program;

/// Takes away each of `words` once. Returns those that were not there so often, and what is left.
/// Empty where each counts once.
std::string lost_and_repeated(Counts counts, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (--counts[word] == 0) counts.erase(word);
  }
  std::string wrong;
  for (const auto& [word, count] : counts) {
    wrong +=
        fmt::format("{} {}\n", static_cast<std::int64_t>(count) < 0 ? "lost" : "repeated", word);
  }
  return wrong;
}

}  // namespace

RelpJob::RelpJob(std::string parameters, std::string mode)
    : parameters_(std::move(parameters)), mode_(std::move(mode)) {
  for (const char* const directory : {"out", "state"}) {
    std::filesystem::create_directory(folder_ / directory);
    effects_.watch(folder_ / directory);
  }
}

Program RelpJob::run(const std::vector<std::string>& more) {
  std::vector<std::string> all{"--relp",
                               reserved_.port_text() + parameters_,
                               "--mode",
                               mode_,
                               "--checkpoint",
                               folder_ / "state",
                               "--sink",
                               "file:" + folder_ / "out/counts.tsv",
                               "--sink",
                               "sqlite:" + folder_ / "out/counts.db",
                               "-f",
                               "tsv",
                               "-b",
                               "20ms",
                               "--commit-interval",
                               "10ms"};
  all.insert(all.end(), more.begin(), more.end());
  return cli::start(std::move(all), {.directory = folder_.path()});
}

std::string RelpJob::stop(Program& program) {
  program.send_signal(SIGTERM);
  program.expect_exit(cli::exited(0));
  return program.stderr_text();
}

int RelpJob::wait_for_effect(const Program& program, const std::function<bool()>& or_until) {
  constexpr std::chrono::seconds kBetweenLooks{1};  // at whether it is there still
  for (auto left = cli::kPatience; left.count() > 0 && program.is_running();
       left -= kBetweenLooks) {
    if (const int count = effects_.wait(kBetweenLooks); count != 0) return count;
    if (or_until && or_until()) return 0;
  }
  FAIL("in vain waited for what it does to its files" + program.report());
  return 0;
}

bool RelpJob::has_counted(const std::vector<std::string>& words) const {
  const Counts seen = counts();
  return std::ranges::all_of(words, [&](const std::string& word) { return seen.contains(word); });
}

void RelpJob::wait_for(const Program& program, const std::vector<std::string>& words) {
  while (!has_counted(words)) wait_for_effect(program);
}

Counts RelpJob::counts() const {
  const std::string path = folder_ / "out/counts.tsv";
  if (!std::filesystem::exists(path)) return {};
  return cli::sum_tsv(cli::read_file(path));
}

Counts RelpJob::counts_of_database() const {
  Counts counts;
  auto database = Database::open(folder_ / "out/counts.db", {}).value();
  auto query = database->prepare("SELECT word, sum(count) FROM counts GROUP BY word");
  while (query && query->step().value()) {
    counts[std::string(query->bytes(0))] = static_cast<std::uint64_t>(query->integer(1));
  }
  return counts;
}

void RelpJob::expect_once(const std::vector<std::string>& words) const {
  CHECK(lost_and_repeated(counts(), words) == "");
  CHECK(lost_and_repeated(counts_of_database(), words) == "");
}

void RelpJob::expect_all(const std::vector<std::string>& words) const {
  for (const Counts& counts : {counts(), counts_of_database()}) {
    std::vector<std::string> lost;
    for (const std::string& word : words) {
      if (!counts.contains(word)) lost.push_back(word);
    }
    CHECK(lost == std::vector<std::string>());
  }
}

}  // namespace wordstream::server
