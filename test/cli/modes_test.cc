// The delivery modes and the checkpoint, with the real program: stopped, killed, and started again.
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <poll.h>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// A run on a pipe whose batch stays open until somebody ends it.
std::vector<std::string> long_batch(const std::string& checkpoint) {
  return {"-", "-m", "at-least-once", "--checkpoint", checkpoint, "-b", "24h", "-f", "tsv"};
}

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// Waits until `has_happened`, asking anew whenever a file in `directory` was written.
void wait_for_files(const std::string& directory, const std::function<bool()>& has_happened) {
  const Descriptor watch(::inotify_init1(IN_CLOEXEC));
  require_os(watch.is_open(), "inotify_init1");
  require_os(::inotify_add_watch(watch.get(), directory.c_str(), IN_MODIFY | IN_CREATE) >= 0,
             "inotify_add_watch");
  std::array<char, 4096> events{};
  while (!has_happened()) {
    REQUIRE(wait_ready(watch.get(), POLLIN));
    require_os(::read(watch.get(), events.data(), events.size()) > 0, "read");
  }
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether a commit with `word` is over: SQLite then clears the head of its rollback journal.
bool is_committed(const std::string& checkpoint, const std::string& word) {
  if (bytes_of(checkpoint + "/journal.db").find(word) == std::string::npos) return false;
  const std::string head = bytes_of(checkpoint + "/journal.db-journal").substr(0, 8);
  return std::all_of(head.begin(), head.end(), [](char c) { return c == 0; });
}

/// Has a run journal "early early" in a batch of a day, and kills it.
void kill_in_long_batch(const std::string& checkpoint) {
  std::filesystem::create_directory(checkpoint);
  Program program = start(with(long_batch(checkpoint), {"--commit-interval", "10ms"}),
                          {.input = Input::NarrowPipe});
  program.write_stdin("early early\n");
  wait_for_files(checkpoint, [&] { return is_committed(checkpoint, "early"); });
  program.send_signal(SIGKILL);
  program.expect_exit(died_of(SIGKILL));
  program.expect_stdout("");
}

/// Has a run journal a batch that it cannot write out, for nobody reads, and kills it there.
/// Returns what came out of it.
std::string kill_while_writing(const std::string& checkpoint, const std::string& mode,
                               int word_count) {
  Program program = start({"-", "-m", mode, "--checkpoint", checkpoint, "-b", "24h", "-f", "tsv"},
                          {.input = Input::Pipe, .output = Output::Stalled});
  for (int i = 0; i < word_count; ++i) program.write_stdin("word" + std::to_string(i) + "\n");
  program.close_stdin();
  program.wait_stdout_offered();
  program.send_signal(SIGKILL);
  program.read_stdout();
  program.expect_exit(died_of(SIGKILL));
  return program.stdout_text();
}

std::string run_to_end(const std::string& checkpoint, const std::string& mode) {
  const Finished run =
      finish({"-", "-m", mode, "--checkpoint", checkpoint, "-b", "24h", "-f", "tsv"}, "");
  INFO(run.err);
  REQUIRE(run.exit == exited(0));
  return run.out;
}

std::string one_line(const Program& program) {
  std::string text = program.stderr_text();
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  return text;
}

bool has(const std::string& text, const std::string& piece) {
  UNSCOPED_INFO("looking for '" << piece << "' in: " << text);
  return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("two runs on one checkpoint give every line once", "[modes]") {
  const Folder folder;
  for (const std::string mode : {"at-most-once", "at-least-once"}) {
    const std::vector<std::string> command{"-",  "-m",  mode, "--checkpoint", folder / mode,
                                           "-b", "24h", "-f", "tsv"};
    const Finished first = finish(command, "a b a\n");
    const Finished second = finish(command, "a c\n");
    REQUIRE(first.exit == exited(0));
    REQUIRE(second.exit == exited(0));
    CHECK(sum_tsv(first.out) == Counts{{"a", 2}, {"b", 1}});
    CHECK(sum_tsv(second.out) == Counts{{"a", 1}, {"c", 1}});
    CHECK(second.err.empty());
  }
}

TEST_CASE("totals go on over runs", "[modes]") {
  const Folder folder;
  const std::vector<std::string> command = with(long_batch(folder / "state"), {"--total"});
  CHECK(sum_tsv(finish(command, "a b a\n").out) == Counts{{"a", 2}, {"b", 1}});
  CHECK(sum_tsv(finish(command, "a c\n").out) == Counts{{"a", 3}, {"c", 1}});
}

TEST_CASE("SIGTERM leaves the batch open, and the next run goes on with it", "[modes]") {
  const Folder folder;
  Program first = start(long_batch(folder / "state"), {.input = Input::NarrowPipe});
  first.write_stdin("a b a\n");
  first.wait_stdin_taken();
  first.send_signal(SIGTERM);
  first.expect_exit(exited(0));
  first.expect_stdout("");
  const Finished second = finish(long_batch(folder / "state"), "a c\n");
  CHECK(sum_tsv(second.out) == Counts{{"a", 3}, {"b", 1}, {"c", 1}});
}

TEST_CASE("kill -9 within a long batch keeps what --commit-interval has made durable", "[modes]") {
  const Folder folder;
  kill_in_long_batch(folder / "state");
  const Finished second =
      finish(with(long_batch(folder / "state"), {"--commit-interval", "10ms"}), "late early\n");
  REQUIRE(second.exit == exited(0));
  CHECK(sum_tsv(second.out) == Counts{{"early", 3}, {"late", 1}});
}

TEST_CASE("kill -9 before the output: at-least-once gives it again, the same rows", "[modes]") {
  const Folder folder;
  constexpr int kWords = 20'000;
  const std::string before = kill_while_writing(folder / "state", "at-least-once", kWords);
  const std::string after = run_to_end(folder / "state", "at-least-once");
  CHECK(sum_tsv(after).size() == kWords);
  CHECK_FALSE(before.empty());
  CHECK(before.size() < after.size());
  CHECK(after.starts_with(before));
  CHECK(run_to_end(folder / "state", "at-least-once").empty());
}

TEST_CASE("kill -9 before the output: at-most-once never gives it again", "[modes]") {
  const Folder folder;
  constexpr int kWords = 20'000;
  const std::string before = kill_while_writing(folder / "state", "at-most-once", kWords);
  CHECK_FALSE(before.empty());
  CHECK(sum_tsv(before.substr(0, before.rfind('\n') + 1)).size() < kWords);
  CHECK(run_to_end(folder / "state", "at-most-once").empty());
}

TEST_CASE("kill -9 again and again: at-least-once loses nothing that has come out", "[modes]") {
  const Folder folder;
  Counts seen;
  for (int round = 0; round < 10; ++round) {
    const std::string word = "round" + std::to_string(round);
    Program program = start(
        {"-", "-m", "at-least-once", "--checkpoint", folder / "state", "-b", "20ms", "-f", "tsv"},
        {.input = Input::Pipe});
    program.write_stdin(word + "\n");
    program.wait_for_stdout("\t" + word + "\t");
    program.send_signal(SIGKILL);
    program.expect_exit(died_of(SIGKILL));
    for (const auto& [each, count] : sum_tsv(program.stdout_text())) seen[each] += count;
  }
  for (int round = 0; round < 10; ++round) CHECK(seen["round" + std::to_string(round)] >= 1);
  CHECK(seen.size() == 10);
}

TEST_CASE("a second process on a checkpoint is told who has it", "[modes]") {
  const Folder folder;
  Program owner = start(long_batch(folder / "state"), {.input = Input::NarrowPipe});
  owner.write_stdin("a\n");
  owner.wait_stdin_taken();
  Program second = start(long_batch(folder / "state"));
  second.expect_exit(exited(75));
  CHECK(has(one_line(second), std::to_string(owner.pid())));
  owner.close_stdin();
  owner.expect_exit(exited(0));
  CHECK(sum_tsv(owner.stdout_text()) == Counts{{"a", 1}});
}

TEST_CASE("the checkpoint of another job is refused, both printed", "[modes]") {
  const Folder folder;
  REQUIRE(finish(long_batch(folder / "state"), "a\n").exit == exited(0));
  Program other = start(with(long_batch(folder / "state"), {"-b", "23h", "--lower"}));
  other.expect_exit(exited(65));
  const std::string text = one_line(other);
  CHECK(has(text, "batch=24h split=space max-line"));
  CHECK(has(text, "batch=23h split=space lower max-line"));
  CHECK(finish(long_batch(folder / "state"), "b\n").exit == exited(0));
}

TEST_CASE("a damaged journal is refused, whatever was damaged", "[modes]") {
  const Folder folder;
  for (const std::string what : {"SQLite format 3", "early", "source=stdin"}) {
    const std::string checkpoint = folder / ("state" + std::to_string(what.size()));
    kill_in_long_batch(checkpoint);
    std::string bytes = bytes_of(checkpoint + "/journal.db");
    const std::size_t at = bytes.rfind(what);
    REQUIRE(at != std::string::npos);
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    std::ofstream(checkpoint + "/journal.db", std::ios::binary) << bytes;
    Program program = start(long_batch(checkpoint));
    INFO(what);
    program.expect_exit(exited(65));
    program.expect_stdout("");
    CHECK(has(one_line(program), checkpoint));
  }
}

TEST_CASE("a checkpoint that may not be written is not permitted", "[modes]") {
  const Folder folder;
  REQUIRE(finish(long_batch(folder / "state"), "a\n").exit == exited(0));
  for (const char* name : {"state/journal.db", "state/lock", "state"}) {
    require_os(::chmod((folder / name).c_str(), 0555) == 0, "chmod");
  }
  require_os(::chmod(folder.path().c_str(), 0755) == 0, "chmod");
  Program program =
      start(long_batch(folder / "state"), {.directory = folder.path(), .user = User::Nobody});
  program.expect_exit(exited(77));
  CHECK(has(one_line(program), folder / "state"));
  require_os(::chmod((folder / "state").c_str(), 0755) == 0, "chmod");
}

TEST_CASE("without --checkpoint a file's is found again by its name", "[modes]") {
  const Folder folder;
  const std::vector<std::string> home{"XDG_STATE_HOME=" + (folder / "home")};
  const std::string words = folder.write("words.txt", "a b a\n");
  const std::vector<std::string> command{words, "-m", "at-least-once", "-f", "tsv"};
  Program first = start(command, {.environment = home});
  first.expect_exit(exited(0));
  const std::string chosen = one_line(first);
  CHECK(has(chosen, "the checkpoint is " + (folder / "home") + "/wordstream/"));
  CHECK(has(first.stdout_text(), "\ta\t2\n"));

  Program second = start(command, {.environment = home});
  second.expect_exit(exited(0));
  CHECK(has(second.stderr_text(), chosen));
  CHECK(has(second.stderr_text(), "going on in " + words + " at byte 6"));
  second.expect_stdout("");
}

TEST_CASE("the order of sinks makes no other checkpoint", "[modes]") {
  const Folder folder;
  const std::vector<std::string> home{"XDG_STATE_HOME=" + (folder / "home")};
  const std::string words = folder.write("words.txt", "a b a\n");
  const std::string one = "--sink=" + (folder / "one");
  const std::string two = "--sink=" + (folder / "two");
  Program first = start({words, "-m", "at-least-once", one, two}, {.environment = home});
  first.expect_exit(exited(0));
  Program second = start({words, "-m", "at-least-once", two, one}, {.environment = home});
  second.expect_exit(exited(0));
  CHECK(has(second.stderr_text(), "going on in " + words + " at byte 6"));
}

TEST_CASE("a pipe has no checkpoint but the one that is named", "[modes]") {
  const Finished run = finish({"-", "-m", "at-least-once"}, "a\n");
  CHECK(run.exit == exited(64));
  CHECK(has(run.err, "--checkpoint"));
  CHECK(run.out.empty());
}

TEST_CASE("the flag --explain says what is promised, and counts nothing", "[modes]") {
  const Folder folder;
  const std::string words = folder.write("words.txt", "a\n");
  const Finished pipe = finish({"-", "--explain"}, "a\n");
  CHECK(pipe.exit == exited(0));
  CHECK(has(pipe.out, "stdout: at-most-once, within the run: "));
  Program file =
      start({words, "-m", "at-least-once", "--explain", "--checkpoint", folder / "state"});
  file.expect_exit(exited(0));
  CHECK(has(file.stdout_text(), "stdout: at-least-once, end to end: "));
  CHECK(has(file.stdout_text(), "A crash loses nothing"));
  CHECK_FALSE(std::filesystem::exists(folder / "state"));
  Program server = start({"--explain", "-m", "at-least-once", "--listen", "0"});
  server.expect_exit(exited(0));
  CHECK(has(server.stdout_text(), "stdout: at-least-once, from ingest: "));
}

TEST_CASE("exactly-once to stdout alone is refused before anything runs", "[modes]") {
  const Folder folder;
  Program program = start({"-", "-m", "exactly-once", "--checkpoint", folder / "state"});
  program.expect_exit(exited(78));
  CHECK(has(one_line(program), "sqlite:"));
  CHECK_FALSE(std::filesystem::exists(folder / "state"));
}
