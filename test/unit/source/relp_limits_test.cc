// What a RELP server does where something is too much, ends, or has no keys.
#include <algorithm>

#include "catch.h"
#include "unit/source/relp_run.h"

using namespace wordstream;

namespace {

using std::chrono::seconds;

constexpr std::size_t kFrameBytesKept = 64 * 1024 + 4096 + 32;

/// `count` lines, one behind the other, each with its end.
std::string lines_of(std::size_t count, const std::string& line) {
  std::string text;
  for (; count > 0; --count) text += line + "\n";
  return text;
}

/// All that the server has sent, when it is closed.
std::string received(sim::Peer& client) {
  std::string all;
  while (!client.is_over()) all += client.receive();
  return all;
}

/// One without keys that listens already.
struct UnkeyedRelp : RelpRun {
  UnkeyedRelp() {
    options.has_keys = false;
    listen();
  }
};

}  // namespace

// --- Long lines and frames ---

TEST_CASE("a line that is too long is cut, counted and answered", "[relp limits]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  const std::string line(1001, 'x');
  server.hear(client, relp_line(2, "a", 0, line) + relp_line(3, "a", 1002, "next"));
  CHECK(server.lines() == Lines{line.substr(0, 1000), "next"});
  CHECK(server.cut_line_count() == 1);
  CHECK(server.kept_answers(client) == taken(2) + taken(3));
  CHECK(server.known().find("a")->offset == 1007);
}

TEST_CASE("a frame of 64 KiB is taken, however short lines have to be", "[relp limits]") {
  RelpRun server;
  server.context.budget.line_bytes_max = 1;
  server.listen();
  sim::Peer& client = server.join();
  const std::string text(64 * 1024, 'x');
  const std::string producer(4096, 'p');
  server.hear(client, relp_line(2, producer, 0, text));
  CHECK(server.lines() == Lines{"x"});
  CHECK(server.known().find(producer)->offset == text.size() + 1);
  CHECK(server.kept_answers(client) == taken(2));
}

TEST_CASE("a frame is taken whole where lines may be that long", "[relp limits]") {
  RelpRun server;
  server.context.budget.line_bytes_max = 200'000;
  server.listen();
  sim::Peer& client = server.join();
  const std::string line(200'000, 'x');
  server.hear(client, relp_line(2, "a", 0, line));
  CHECK(server.lines() == Lines{line});
  CHECK(server.cut_line_count() == 0);
}

TEST_CASE("of a frame that is too long the rest is passed over", "[relp limits]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  const std::string line(300'000, 'x');
  server.hear(client, relp_line(2, "a", 0, line) + relp_line(3, "a", 300'001, "next"));
  CHECK(server.lines() == Lines{line.substr(0, 1000), "next"});
  CHECK(server.cut_line_count() == 1);
  CHECK(server.kept_answers(client) == taken(2) + taken(3));
  CHECK(server.known().find("a")->offset == 300'006);
  server.hear(client, relp_line(4, "a", 0, line));
  CHECK(server.kept_answers(client) == taken(4));
  CHECK(server.lines().size() == 2);
  CHECK(server.totals().gaps_taken == 0);
}

TEST_CASE("lines that are passed over with the rest of a frame are said to be cut",
          "[relp limits]") {
  const std::string key = "a@0 ";
  const std::size_t kept = kFrameBytesKept - key.size();
  OpenRelp server;
  sim::Peer& client = server.join();
  SECTION("behind a line's end") {
    REQUIRE(kept % 10 == 0);
    server.hear(client, relp(2, "syslog", key + lines_of(10'000, "123456789")));
    CHECK(server.lines() == Lines(kept / 10, "123456789"));
  }
  SECTION("within a line") {
    server.hear(client, relp(2, "syslog", key + lines_of(10'000, "1234567")));
    CHECK(server.lines().size() == kept / 8 + 1);
    CHECK(server.lines().back() == "1234");
  }
  CHECK(server.cut_line_count() == 1);
  CHECK(server.kept_answers(client) == taken(2));
}

TEST_CASE("a frame may have many lines, and its border ends the last", "[relp limits]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one\n\ntwo\r\nthree\rfour") +
                          relp_line(3, "a", 21, "five\r") + relp_line(4, "a", 27, ""));
  CHECK(server.lines() == Lines{"one", "", "two", "three", "four", "five", ""});
  CHECK(server.kept_answers(client) == taken(2) + taken(3) + taken(4));
}

TEST_CASE("unfinished frames stay within their budget together", "[relp limits]") {
  RelpRun server;
  server.context.budget.partial_bytes_max = 1000;
  server.listen();
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  const std::string frame = relp_line(2, "a", 0, std::string(700, 'x'));
  server.hear(one, frame.substr(0, 600));
  server.hear(other, frame.substr(0, 600));
  CHECK(other.is_abandoned());
  CHECK(server.told<event::RelpRefused>().size() == 1);
  server.hear(one, frame.substr(600));
  CHECK(server.kept_answers(one) == taken(2));
  sim::Peer& third = server.join();
  server.hear(third, frame.substr(0, 600));
  CHECK_FALSE(third.is_abandoned());
}

TEST_CASE("the unfinished frames of those who have gone are in no budget", "[relp limits]") {
  RelpRun server;
  server.context.budget.partial_bytes_max = 1000;
  server.listen();
  const std::string frame = relp_line(2, "a", 0, std::string(700, 'x'));
  for (int i = 0; i < 5; ++i) {
    sim::Peer& client = server.join();
    server.hear(client, frame.substr(0, 600));
    client.close();
    server.settle();
  }
  CHECK(server.told<event::RelpRefused>().empty());
}

// --- Turns ---

TEST_CASE("who does not take his answers is not read from", "[relp limits]") {
  RelpRun server;
  server.world.network.window = 100'000;
  server.listen();
  sim::Peer& client = server.join();
  std::string frames;
  while (frames.size() < 90'000) frames += "9 x 0\n";
  // Each answer is seven times as long as the frame.
  client.send(frames);
  server.settle();
  client.send(frames.substr(0, 60'000));
  server.settle();
  const std::size_t read = client.read_by_program().size();
  CHECK(read < 150'000);
  std::string all;
  for (std::string bytes = server.answers(client); !bytes.empty(); bytes = server.answers(client)) {
    all += bytes;
  }
  CHECK(client.read_by_program().size() == 150'000);
  CHECK(std::ranges::count(all, '\n') == 25'000);
}

TEST_CASE("a fast sender gets one bounded read for each turn of another", "[relp limits]") {
  OpenRelp server;
  sim::Peer& fast = server.join();
  sim::Peer& slow = server.join();
  std::string frames;
  for (std::uint64_t i = 0; frames.size() < 900'000; ++i) frames += relp_line(2, "a", 2 * i, "x");
  fast.send(frames);
  for (int round = 1; round <= 5; ++round) {
    slow.send(relp_line(3, "b", 2 * static_cast<std::uint64_t>(round), "y"));
    const std::size_t read = slow.read_by_program().size();
    while (slow.read_by_program().size() == read) REQUIRE(server.step());
  }
  CHECK(fast.read_by_program().size() <= (5 + 1) * 64 * 1024);
}

// --- Ends ---

TEST_CASE("with until-eof the end is when all senders have ended", "[relp limits]") {
  RelpRun server;
  server.context.until_eof = true;
  server.listen();
  server.pass(seconds(10));
  CHECK_FALSE(server.has_ended());
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  server.hear(one, relp_line(2, "a", 0, "one") + "3 close 0\n");
  CHECK_FALSE(server.has_ended());
  server.hear(other, relp_line(2, "b", 0, "two"));
  other.finish();
  server.settle();
  CHECK(server.has_ended());
  CHECK(server.lines() == Lines{"one", "two"});
  CHECK(server.kept_answers(one) == taken(2) + "3 rsp 0\n");
  CHECK(server.answers(other) == taken(2));
}

TEST_CASE("with until-eof a sender who is already at the door is let in before the end",
          "[relp limits]") {
  RelpRun server;
  server.context.until_eof = true;
  server.world.network.limit_connections(1);
  server.listen();
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  other.send(relp_line(2, "a", 0, "last"));
  one.close();
  server.settle();
  CHECK_FALSE(server.has_ended());
  CHECK(server.lines() == Lines{"last"});
}

TEST_CASE("at the end of a run the last lines are answered, and the end is said", "[relp limits]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  sim::Peer& silent = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  client.send(relp_line(3, "a", 4, "two"));
  server.stop();
  server.keep();
  CHECK_FALSE(server.answers_last());
  server.close();
  CHECK(received(client) == taken(2) + "0 serverclose 0\n");
  CHECK(received(silent) == "0 serverclose 0\n");
  CHECK(server.lines() == Lines{"one"});
}

TEST_CASE("at the end of a run slow senders are waited for", "[relp limits]") {
  RelpRun server;
  server.world.network.window = 1000;
  server.listen();
  sim::Peer& client = server.join();
  std::string expected;
  for (std::uint32_t i = 0; i < 300; ++i) {
    server.hear(client, relp_line(i, "a", 2 * i, "x"));
    expected += taken(i);
  }
  server.stop();
  server.keep();
  std::string all;
  for (int i = 1; i < 1000; ++i) {
    server.world.timeline.after(Millis(i), [&] { all += client.receive(); });
  }
  CHECK(server.answers_last());
  server.close();
  CHECK((all + received(client)).starts_with(expected));
}

TEST_CASE("a server that nobody comes to gives up when the wait is over, and not before",
          "[relp limits]") {
  RelpRun server;
  server.be_patient_for(Millis(1000));
  server.listen();
  server.pass(Millis(999));
  CHECK_FALSE(server.error());
  server.pass(Millis(1));
  REQUIRE(server.error());
  CHECK(server.error()->code == ErrorCode::Unavailable);
}

// --- Without keys ---

TEST_CASE("without keys what a frame has is a line, and comes again as another", "[relp limits]") {
  UnkeyedRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp(2, "syslog", "<13>Oct 11 a: one") + relp(3, "syslog", "a@0 two\n") +
                          relp(4, "syslog", "a@0 two\n") + relp(5, "syslog", "x\r\ny\r\n") +
                          relp(6, "syslog", "z\r"));
  CHECK(server.lines() == Lines{"<13>Oct 11 a: one", "a@0 two", "a@0 two", "x", "y", "z"});
  CHECK(server.answers(client).empty());
  CHECK(server.kept_answers(client) == taken(2) + taken(3) + taken(4) + taken(5) + taken(6));
}

TEST_CASE("without keys a frame without data is an empty line", "[relp limits]") {
  UnkeyedRelp server;
  sim::Peer& client = server.join();
  server.hear(client, "2 syslog 0\n3 syslog 0 \n" + relp(4, "syslog", "one"));
  CHECK(server.lines() == Lines{"", "", "one"});
  CHECK(server.kept_answers(client) == taken(2) + taken(3) + taken(4));
}

TEST_CASE("without keys each connection is a stream, and over at its end", "[relp limits]") {
  UnkeyedRelp server;
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  server.hear(one, relp(2, "syslog", "one"));
  server.hear(other, relp(2, "syslog", "another"));
  server.hear(one, relp(3, "syslog", "two\n"));
  REQUIRE(server.known().by_name().size() == 2);
  CHECK(server.known().by_name().begin()->second->offset == 8);
  server.keep_lines(2);
  CHECK(server.answers(one) == taken(2));
  CHECK(server.answers(other) == taken(2));
  one.finish();
  CHECK(server.answers(one).empty());
  CHECK(server.known().by_name().size() == 2);
  CHECK(server.kept_answers(one) == taken(3));
  CHECK(server.known().by_name().size() == 1);
  CHECK(server.known().by_name().begin()->second->offset == 8);
}

TEST_CASE("without keys the connections of an earlier run are over", "[relp limits]") {
  UnkeyedRelp server;
  server.hear(server.join(), relp(2, "syslog", "one"));
  server.crash();
  CHECK(server.known().by_name().size() == 1);
  server.listen();
  CHECK(server.known().empty());
  sim::Peer& client = server.join();
  server.hear(client, relp(2, "syslog", "one"));
  CHECK(server.kept_answers(client) == taken(2));
}

TEST_CASE("without keys a frame that is too long is cut, counted and answered", "[relp limits]") {
  UnkeyedRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp(2, "syslog", std::string(300'000, 'x')) + relp(3, "syslog", "next"));
  CHECK(server.lines() == Lines{std::string(1000, 'x'), "next"});
  CHECK(server.cut_line_count() == 1);
  CHECK(server.kept_answers(client) == taken(2) + taken(3));
}
