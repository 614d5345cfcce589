#include "cli/followed_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <utility>

#include "catch.h"
#include "cli/emissions.h"

namespace wordstream::cli {

LogWriter::LogWriter(std::string path, bool append)
    : path_(std::move(path)), flags_(O_WRONLY | O_CREAT | (append ? O_APPEND : 0)) {
  reopen();
}

void LogWriter::write(std::string_view text) const {
  const ssize_t written = ::write(file_.get(), text.data(), text.size());
  require_os(written == static_cast<ssize_t>(text.size()), path_.c_str());
}

void LogWriter::reopen() { file_ = open_file(path_, flags_); }

FollowedLog::FollowedLog(const std::string& name) : name_(name) {
  for (const char* const directory : {"out", "state"}) {
    std::filesystem::create_directory(job_ / directory);
    effects_.watch(job_ / directory);
  }
}

std::vector<std::string> FollowedLog::arguments() const {
  return {path(),
          "--mode",
          "exactly-once",
          "--checkpoint",
          job_ / "state",
          "--sink",
          job_ / "out/counts.tsv",
          "-f",
          "tsv",
          "-b",
          "10ms"};
}

Program FollowedLog::follow() {
  std::vector<std::string> all = arguments();
  all.emplace_back("--follow");
  return start(std::move(all));
}

std::string FollowedLog::read_to_end() {
  Program program = start(arguments());
  program.expect_exit(exited(0));
  return program.stderr_text();
}

std::string FollowedLog::fail_to_read(int code) {
  Program program = start(arguments());
  program.expect_exit(exited(code));
  std::string why = program.stderr_text();
  INFO(why);
  CHECK(why.starts_with("wordstream: "));
  CHECK(std::ranges::count(why, '\n') == 1);
  return why;
}

bool FollowedLog::wait_for_effect(const Program& program) {
  constexpr std::chrono::seconds kBetweenLooks{1};  // at whether it is there still
  for (auto left = kPatience; left.count() > 0 && program.is_running(); left -= kBetweenLooks) {
    if (effects_.wait(kBetweenLooks) != 0) return true;
  }
  return false;
}

bool FollowedLog::sees(const Program& program, const std::vector<std::string>& words) {
  const auto has_all = [&] {
    const Counts seen = counts();
    return std::ranges::all_of(words, [&](const std::string& word) { return seen.contains(word); });
  };
  while (!has_all()) {
    if (!wait_for_effect(program)) return false;
  }
  return true;
}

void FollowedLog::wait_for(const Program& program, const std::vector<std::string>& words) {
  if (!sees(program, words)) FAIL("in vain waited for its counts" + program.report());
}

Counts FollowedLog::counts() const {
  const std::string path = job_ / "out/counts.tsv";
  if (!std::filesystem::exists(path)) return {};
  return sum_tsv(read_file(path));
}

void FollowedLog::expect_once(const std::vector<std::string>& words) {
  const std::string said = read_to_end();
  INFO(said);
  Counts wrong = counts();
  for (const std::string& word : words) {
    if (--wrong[word] == 0) wrong.erase(word);
  }
  std::vector<std::string> lost;
  std::vector<std::string> too_often;
  for (const auto& [word, count] : wrong) {
    (static_cast<std::int64_t>(count) < 0 ? lost : too_often).push_back(word);
  }
  CHECK(lost == std::vector<std::string>());
  CHECK(too_often == std::vector<std::string>());
}

void kill(Program& program) {
  program.send_signal(SIGKILL);
  program.expect_exit(died_of(SIGKILL));
}

std::vector<std::string> numbered(const std::string& word, int count) {
  std::vector<std::string> words;
  for (int i = 1; i <= count; ++i) words.push_back(word + std::to_string(i));
  return words;
}

std::string lines_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace wordstream::cli
