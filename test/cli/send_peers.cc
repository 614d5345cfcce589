#include "cli/send_peers.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <utility>

#include "catch.h"
#include "cli/emissions.h"

namespace wordstream::cli {

Receiver::Receiver(std::vector<std::string> more) : more_(std::move(more)) {
  for (const char* const directory : {"out", "state"}) {
    std::filesystem::create_directory(folder_ / directory);
    effects_.watch(folder_ / directory);
  }
}

std::string Receiver::address() const { return "relp://127.0.0.1:" + reserved_.port_text(); }

Program Receiver::run(const std::vector<std::string>& more) const {
  return run_at(reserved_.port_text(), more);
}

Program Receiver::run_at(const std::string& port, const std::vector<std::string>& more) const {
  std::vector<std::string> all{"--relp",       port,
                               "--mode",       "exactly-once",
                               "--checkpoint", folder_ / "state",
                               "--sink",       folder_ / "out/counts.tsv",
                               "-b",           "20ms"};
  for (const auto& some : {more_, more}) all.insert(all.end(), some.begin(), some.end());
  return start(std::move(all), {.directory = folder_.path()});
}

void Receiver::wait_for(const Program& program, const std::vector<std::string>& words) {
  constexpr std::chrono::seconds kBetweenLooks{1};  // at whether it is there still
  const auto has_all = [&] {
    const Counts seen = counts();
    return std::ranges::all_of(words, [&](const std::string& word) { return seen.contains(word); });
  };
  auto left = kPatience;
  while (!has_all()) {
    if (left.count() <= 0 || !program.is_running())
      FAIL("in vain waited for its counts" + program.report());
    if (effects_.wait(kBetweenLooks) == 0) left -= kBetweenLooks;
  }
}

Counts Receiver::counts() const {
  const std::string path = folder_ / "out/counts.tsv";
  return std::filesystem::exists(path) ? sum_tsv(read_file(path)) : Counts();
}

Counts Receiver::end(Program& program) const {
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  return end();
}

Counts Receiver::end() const {
  // A run whose senders have all left closes the batch that is open. No sender that still runs
  // comes back to this port: the run would wait for it to leave.
  Program last = run_at("0", {"--until-eof"});
  connect_to(last.listening_port()).close();
  last.expect_exit(exited(0));
  return counts();
}

void Receiver::lose_disk() const {
  for (const char* const directory : {"out", "state"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / directory))
      std::filesystem::remove_all(entry.path());
  }
}

RelpSession::RelpSession(const Server& server) : connection_(server.accept()) {
  const RelpText open = next();
  REQUIRE(open.command == "open");
  offer_ = open.data;
  answer("200 OK\nrelp_version=0\nrelp_software=scripted\ncommands=syslog");
}

/// A frame of those bytes that have come; nothing where its end has not.
std::optional<RelpText> RelpSession::take() {
  std::istringstream head(input_);
  RelpText frame;
  std::size_t size = 0;
  head >> frame.number >> frame.command >> size;
  if (!head || head.peek() == std::istringstream::traits_type::eof()) return std::nullopt;
  const std::size_t begin = static_cast<std::size_t>(head.tellg()) + (size == 0 ? 0 : 1);
  if (input_.size() <= begin + size) return std::nullopt;
  REQUIRE(input_.at(begin + size) == '\n');
  frame.data = input_.substr(begin, size);
  input_.erase(0, begin + size + 1);
  return frame;
}

RelpText RelpSession::next() {
  while (true) {
    if (std::optional<RelpText> frame = take()) {
      owed_.push_back(frame->number);
      return *frame;
    }
    const std::string more = connection_.receive_lines(1);
    if (more.empty()) FAIL("the sender left; not taken is '" << input_ << "'");
    input_ += more;
  }
}

std::vector<std::string> RelpSession::take_lines(int count) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    const RelpText frame = next();
    CHECK(frame.command == "syslog");
    lines.push_back(frame.data);
  }
  return lines;
}

void RelpSession::answer(std::string_view text) {
  REQUIRE_FALSE(owed_.empty());
  connection_.send(std::to_string(owed_.front()) + " rsp " + std::to_string(text.size()) +
                   (text.empty() ? "" : " ") + std::string(text) + "\n");
  owed_.erase(owed_.begin());
}

std::vector<std::string> RelpSession::serve(int count) {
  std::vector<std::string> lines = take_lines(count);
  for (int i = 0; i < count; ++i) answer();
  return lines;
}

void RelpSession::close() {
  CHECK(next().command == "close");
  answer("");
}

Program send(const Folder& folder, const std::string& to, std::vector<std::string> more) {
  more.insert(more.begin(), {"send", "--to", to});
  return start(std::move(more), {.directory = folder.path()});
}

std::string send_all(const Folder& folder, const std::string& to, std::vector<std::string> more) {
  Program program = send(folder, to, std::move(more));
  program.expect_exit(exited(0));
  return program.stderr_text();
}

Counts once(const std::vector<std::string>& words) {
  Counts counts;
  for (const std::string& word : words) counts[word] = 1;
  return counts;
}

void expect(const Counts& seen, const Counts& wanted) {
  constexpr std::size_t kShownMax = 20;
  Counts all = seen;
  all.insert(wanted.begin(), wanted.end());
  std::vector<std::string> differences;
  for (const auto& [word, any] : all) {
    const auto is = seen.find(word);
    const auto should = wanted.find(word);
    const std::uint64_t is_count = is == seen.end() ? 0 : is->second;
    const std::uint64_t should_count = should == wanted.end() ? 0 : should->second;
    if (is_count == should_count) continue;
    differences.push_back(word + ": " + std::to_string(is_count) + ", not " +
                          std::to_string(should_count));
  }
  const std::size_t count = differences.size();
  if (count > kShownMax) {
    differences.resize(kShownMax);
    differences.push_back("... " + std::to_string(count) + " in all");
  }
  CHECK(differences == std::vector<std::string>());
}

bool has(const std::string& text, std::string_view piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

}  // namespace wordstream::cli
