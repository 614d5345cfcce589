// A log that rsyslog sends, as Debian has it: what becomes of each line when either side dies, when
// the log is rotated, and when rsyslog itself has lost lines.
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/followed_log.h"
#include "server/relp_job.h"
#include "server/rsyslog.h"

using namespace wordstream::cli;
using namespace wordstream::server;
using wordstream::server::Counts;

namespace {

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != text.npos;
}

/// Has rsyslog's log grow by a few words again and again, until `is_enough`; at most once a second
/// where the job does nothing. Returns the words. rsyslog finds that a connection has broken only
/// when it sends, and has sent into it already then: what was not answered comes with a later line.
std::vector<std::string> write_until(const std::function<bool(int effect_count)>& is_enough,
                                     RelpJob& job, const Program& program, const Rsyslog& rsyslog,
                                     const std::string& name) {
  constexpr int kVainMax = 60;
  std::vector<std::string> words;
  int vain = 0;
  for (int seen = 0; !is_enough(seen);) {
    const auto some = numbered(fmt::format("{}-{}-", name, words.size()), 30);
    rsyslog.write(lines_of(some));
    words = joined(words, some);
    const int count = job.wait_for_effect(program, [] { return true; });
    seen += count;
    vain = count == 0 ? vain + 1 : 0;
    if (vain == kVainMax) FAIL("in vain waited for an effect" + program.report());
  }
  return words;
}

/// The same until the job has had so many effects on its files, or has refused what comes.
std::vector<std::string> write_for(int effect_count, RelpJob& job, const Program& program,
                                   const Rsyslog& rsyslog, const std::string& name) {
  return write_until(
      [&](int seen) { return seen >= effect_count || has(program.stderr_text(), "was expected"); },
      job, program, rsyslog, name);
}

/// The same until all of `words` are counted.
std::vector<std::string> write_until_counted(const std::vector<std::string>& words, RelpJob& job,
                                             const Program& program, const Rsyslog& rsyslog) {
  return write_until([&](int) { return job.has_counted(words); }, job, program, rsyslog, "last");
}

/// Words that are long enough for a log that begins with one to be known by it.
std::vector<std::string> long_words(const std::string& word, int count) {
  return numbered(word + std::string(70, '-'), count);
}

}  // namespace

TEST_CASE("rsyslog: each line counts once over orderly stops of both", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job;
  Rsyslog rsyslog(job.port());
  const auto first = numbered("a", 1000);
  const auto second = numbered("b", 1000);
  const auto third = numbered("c", 1000);
  Program program = job.run();
  rsyslog.write(lines_of(first));
  rsyslog.start();
  job.wait_for(program, {"a1"});
  rsyslog.write(lines_of(second));
  rsyslog.stop();
  rsyslog.start();
  job.wait_for(program, joined(first, second));
  RelpJob::stop(program);
  rsyslog.write(lines_of(third));
  Program next = job.run();
  job.wait_for(next, third);
  CHECK(has(RelpJob::stop(next), "answered"));
  job.expect_once(joined(joined(first, second), third));
}

TEST_CASE("rsyslog: empty lines are passed over, and long ones come whole", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job;
  Rsyslog rsyslog(job.port());
  Program program = job.run();
  const auto words = numbered("w", 40'000);
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  REQUIRE(line.size() > 200'000);
  rsyslog.write("one\n\ntwo\n\n\n\nthree\n\n" + line + "\nlast\n");
  rsyslog.start();
  job.wait_for(program, {"last"});
  const std::string said = RelpJob::stop(program);
  INFO(said);
  CHECK(has(said, "3 gaps taken with 5 skipped bytes"));
  job.expect_once(joined(words, {"one", "two", "three", "last"}));
}

TEST_CASE("rsyslog: a log that is renamed or truncated begins anew", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job;
  Rsyslog rsyslog(job.port());
  Program program = job.run();
  std::vector<std::string> all = long_words("first", 20);
  rsyslog.write(lines_of(all));
  rsyslog.start();
  job.wait_for(program, all);

  auto words = long_words("renamed", 20);
  rsyslog.rename_log("app.log.1");
  rsyslog.write(lines_of(words));
  job.wait_for(program, words);
  all = joined(all, words);

  // As copytruncate leaves it. While imfile runs it does not notice, or gives the first line the
  // offset that would have been next.
  words = long_words("truncated", 10);
  rsyslog.stop();
  rsyslog.truncate_log();
  rsyslog.write(lines_of(words));
  rsyslog.start();
  job.wait_for(program, words);

  const std::string said = RelpJob::stop(program);
  INFO(said);
  CHECK(has(said, rsyslog.log_path() + " sends other lines than before: a new generation of it"));
  CHECK(has(said, "2 new generations"));
  job.expect_once(joined(all, words));
}

TEST_CASE("rsyslog: each line counts once though the job gets kill -9", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job;
  Rsyslog rsyslog(job.port());
  rsyslog.start();
  std::vector<std::string> all;
  for (int life = 1; life <= 4; ++life) {
    Program program = job.run();
    all = joined(all, write_for(40 * life, job, program, rsyslog, fmt::format("life{}", life)));
    wordstream::cli::kill(program);
  }
  Program program = job.run();
  const auto last = write_until_counted(all, job, program, rsyslog);
  all = joined(all, last);
  job.wait_for(program, all);
  RelpJob::stop(program);
  job.expect_once(all);
}

namespace {

/// Leaves rsyslog dead with lines that it has noted as read, and that nobody has got. Returns the
/// offsets at which they begin and end.
struct Hole {
  std::vector<std::string> before;
  std::vector<std::string> lost;
  std::size_t from, to;
};
Hole lose_lines(RelpJob& job, Rsyslog& rsyslog) {
  Hole hole{numbered("before", 100), numbered("lost", 300), 0, 0};
  hole.from = lines_of(hole.before).size();
  hole.to = hole.from + lines_of(hole.lost).size();
  Program program = job.run();
  rsyslog.write(lines_of(hole.before));
  rsyslog.start();
  job.wait_for(program, hole.before);
  // Those lines are noted as read now, and lie in the connection, where a stopped program leaves
  // them.
  program.stop();
  rsyslog.write(lines_of(hole.lost));
  rsyslog.wait_until_read(hole.to);
  wordstream::cli::kill(program);
  rsyslog.crash();
  return hole;
}

}  // namespace

TEST_CASE("rsyslog: lines that it has lost itself are named, and come when it begins again",
          "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job;
  Rsyslog rsyslog(job.port());
  const Hole hole = lose_lines(job, rsyslog);
  rsyslog.write("behind\n");
  Program program = job.run();
  rsyslog.start();
  const std::string said = program.wait_for_stderr("not answered, and closed");
  INFO(said);
  CHECK(has(said, fmt::format("{}: {} was expected and {} came, from 127.0.0.1:",
                              rsyslog.log_path(), hole.from, hole.to)));
  CHECK(has(said, "rsyslog: stop it, delete its imfile-state file, start it"));
  CHECK(job.counts().size() == hole.before.size());
  rsyslog.stop();
  rsyslog.forget();
  rsyslog.start();
  job.wait_for(program, joined(hole.lost, {"behind"}));
  CHECK(has(RelpJob::stop(program), "100 repeats"));
  job.expect_once(joined(joined(hole.before, hole.lost), {"behind"}));
}

TEST_CASE("rsyslog: lines that it has lost itself are given up with gaps=take", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job("?gaps=take");
  Rsyslog rsyslog(job.port());
  const Hole hole = lose_lines(job, rsyslog);
  rsyslog.write("behind\n");
  Program program = job.run();
  rsyslog.start();
  job.wait_for(program, {"behind"});
  const std::string said = RelpJob::stop(program);
  INFO(said);
  CHECK(has(said, fmt::format("1 gap taken with {} skipped bytes", hole.to - hole.from)));
  job.expect_once(joined(hole.before, {"behind"}));
}

TEST_CASE("rsyslog: kill -9 of it loses no line that its log can bring again", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job;
  Rsyslog rsyslog(job.port());
  Program program = job.run();
  // What it loses before its first line is here nobody can miss: a producer begins where it begins.
  std::vector<std::string> all{"first"};
  rsyslog.write("first\n");
  rsyslog.start();
  job.wait_for(program, all);
  rsyslog.crash();
  for (int life = 1; life <= 4; ++life) {
    rsyslog.start();
    all = joined(all, write_for(40 * life, job, program, rsyslog, fmt::format("life{}", life)));
    rsyslog.crash();
  }
  rsyslog.forget();
  rsyslog.start();
  job.wait_for(program, all);
  RelpJob::stop(program);
  job.expect_once(all);
}

TEST_CASE("rsyslog: as it sends by itself, each line counts at least once", "[rsyslog]") {
  if (!Rsyslog::is_installed()) return;
  RelpJob job("?key=none");
  Rsyslog rsyslog(job.port(), Rsyslog::Lines::Plain);
  rsyslog.start();
  std::vector<std::string> all;
  for (int life = 1; life <= 3; ++life) {
    Program program = job.run();
    all = joined(all, write_for(40 * life, job, program, rsyslog, fmt::format("life{}", life)));
    wordstream::cli::kill(program);
  }
  Program program = job.run();
  write_until_counted(all, job, program, rsyslog);
  RelpJob::stop(program);
  job.expect_all(all);
}
