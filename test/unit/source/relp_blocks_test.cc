// Blocks that are full within a frame, and runs that end there: nothing is lost or repeated.
#include <string>
#include <vector>

#include "catch.h"
#include "plain_split.h"
#include "seeds.h"
#include "sim/prng.h"
#include "unit/source/relp_run.h"

using namespace wordstream;

namespace {

constexpr std::size_t kFrameBytesKept = 64 * 1024 + 4096 + 32;

/// What a producer sends, and the lines that are to count.
struct Log {
  std::vector<std::string> frames = {};
  Lines lines = {};
};

/// Some text of lines, most of them about as long as one may be.
std::string some_text(sim::Prng& prng, std::size_t line_bytes_max) {
  const std::size_t size = prng.one_in(20) ? prng.below(100'000) : prng.below(40'000);
  std::string text;
  while (text.size() < size) {
    text +=
        std::string(prng.below(2 * line_bytes_max + 2), static_cast<char>(prng.between('a', 'z')));
    const char* const ends[] = {"\n", "\n", "\r\n", "\r"};
    text += ends[prng.below(4)];
  }
  if (!text.empty() && prng.one_in(2)) text.pop_back();
  return text;
}

Log some_log(sim::Prng& prng, std::size_t line_bytes_max, bool has_keys) {
  Log log;
  std::uint64_t offset = prng.one_in(2) ? 0 : 1000;
  for (std::uint32_t number = 1; number <= 4; ++number) {
    const std::string text = some_text(prng, line_bytes_max);
    const std::string key = has_keys ? fmt::format("a@{} ", offset) : "";
    log.frames.push_back(relp(number, "syslog", key + text));
    offset += text.size() + 1;
    std::string kept = text.substr(0, kFrameBytesKept - key.size());
    const bool is_cut = kept.size() != text.size();
    const bool has_end = !has_keys && !text.empty() && (text.back() == '\n' || text.back() == '\r');
    if (!is_cut && !has_end) kept += '\n';
    if (is_cut && kept.back() != '\n' && kept.back() != '\r') kept += '\n';
    for_each_line(kept, [&](std::string_view line) {
      log.lines.emplace_back(line.substr(0, line_bytes_max));
    });
  }
  return log;
}

/// Not the lines themselves, which are thousands.
void check_same(const Lines& lines, const Lines& expected) {
  const auto [at, other] = std::ranges::mismatch(lines, expected);
  INFO("the first that differs is line " << at - lines.begin());
  CHECK(lines.size() == expected.size());
  CHECK((at == lines.end() && other == expected.end()));
}

}  // namespace

TEST_CASE("a block that is full within a frame loses and repeats nothing", "[relp blocks]") {
  const bool has_keys = GENERATE(true, false);
  CAPTURE(has_keys);
  for (std::uint64_t seed = 0; seed < seed_count(30); ++seed) {
    INFO("seed " << seed);
    sim::Prng prng(seed);
    RelpRun server;
    server.context.budget.line_bytes_max = prng.between(1, 5);
    server.options.has_keys = has_keys;
    server.listen();
    const Log log = some_log(prng, server.context.budget.line_bytes_max, has_keys);
    sim::Peer& client = server.join();
    std::string expected;
    for (std::uint32_t number = 1; number <= log.frames.size(); ++number) {
      server.hear(client, log.frames[number - 1]);
      expected += taken(number);
    }
    check_same(server.lines(), log.lines);
    CHECK(server.kept_answers(client) == expected);
  }
}

TEST_CASE("a run that ends anywhere goes on there when everything comes again", "[relp blocks]") {
  for (std::uint64_t seed = 0; seed < seed_count(60); ++seed) {
    INFO("seed " << seed);
    sim::Prng prng(seed);
    RelpRun server;
    server.context.budget.line_bytes_max = prng.one_in(4) ? 1000 : prng.between(1, 5);
    server.listen();
    const Log log = some_log(prng, server.context.budget.line_bytes_max, true);
    for (int crashes = 0; crashes < 3; ++crashes) {
      sim::Peer& client = server.join();
      for (const std::string& frame : log.frames) server.hear(client, frame);
      check_same(server.lines(), log.lines);
      server.crash_behind(prng.below(log.lines.size() + 1));
      server.listen();
    }
    sim::Peer& client = server.join();
    for (const std::string& frame : log.frames) server.hear(client, frame);
    check_same(server.lines(), log.lines);
    CHECK(server.kept_answers(client) == taken(1) + taken(2) + taken(3) + taken(4));
    CHECK(server.told<event::ProducerAnew>().empty());
  }
}

TEST_CASE("a producer is not forgotten while its frame is taken", "[relp blocks]") {
  RelpRun server;
  server.context.budget.line_bytes_max = 1;
  server.options.remember = Millis(1);
  server.keeps_at_once = true;
  server.listen();
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "ab\n";
  sim::Peer& client = server.join();
  client.send(relp_line(2, "a", 0, text));
  while (server.step()) server.pass_time(Millis(10));
  CHECK(server.lines().size() == 20'001);
  CHECK(server.answers(client) == taken(2));
}

TEST_CASE("a frame is taken to its end though its sender takes no answers", "[relp blocks]") {
  RelpRun server;
  server.world.network.window = 62'000;
  server.context.budget.line_bytes_max = 1;
  server.options.has_keys = GENERATE(true, false);
  server.listen();
  std::string answered;
  for (int i = 0; i < 1800; ++i) answered += "9 x 0\n";
  std::string text;
  for (int i = 0; i < 15'999; ++i) text += "ab\n";
  for (int i = 0; i < 10; ++i) {
    sim::Peer& client = server.join();
    server.hear(client, answered + relp_line(2, fmt::format("{}", i), 0, text + "ab"));
    CHECK(server.lines().size() % 16'000 == 0);
  }
  CHECK(server.lines().size() >= 16'000);
}
