#include "source/relp_server.h"

#include "catch.h"
#include "unit/source/relp_run.h"

using namespace wordstream;

namespace {

using std::chrono::seconds;

const std::string kOpen = relp(
    1, "open",
    "relp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\ncommands=syslog\n");
constexpr std::string_view kOpened =
    "1 rsp 62 200 OK\nrelp_version=0\nrelp_software=wordstream\ncommands=syslog\n";

}  // namespace

// --- Answers ---

TEST_CASE("a sender is answered at once that it may begin", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, kOpen);
  CHECK(server.answers(client) == kOpened);
}

TEST_CASE("a line counts when it comes, and is answered when it is durable", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  CHECK(server.lines() == Lines{"one"});
  CHECK(server.answers(client).empty());
  CHECK(server.kept_answers(client) == taken(2));
}

TEST_CASE("lines are answered as far as they are durable, in their order", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + relp_line(3, "b", 0, "two"));
  server.hear(client, relp_line(4, "a", 4, "three"));
  CHECK(server.lines() == Lines{"one", "two", "three"});
  server.keep_lines(1);
  CHECK(server.answers(client) == taken(2));
  server.keep_lines(2);
  CHECK(server.answers(client) == taken(3));
  CHECK(server.kept_answers(client) == taken(4));
}

TEST_CASE("who has sent all that he sends before an answer is said to wait", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  const auto send = [&](std::uint32_t number) {
    server.hear(client, relp_line(number, "a", (number - 2) * 2, "x"));
  };
  // How many he sends is not known before he was answered.
  for (std::uint32_t number = 2; number < 5; ++number) send(number);
  CHECK(server.awaited_count() == 0);
  server.keep();
  for (std::uint32_t number = 5; number < 7; ++number) send(number);
  CHECK(server.awaited_count() == 0);
  send(7);
  CHECK(server.awaited_count() == 1);
  server.settle();
  CHECK(server.awaited_count() == 1);
  server.keep();
  // He can send more than that.
  for (std::uint32_t number = 8; number < 12; ++number) send(number);
  CHECK(server.awaited_count() == 3);
  server.keep();
  for (std::uint32_t number = 12; number < 14; ++number) send(number);
  CHECK(server.awaited_count() == 3);
}

TEST_CASE("few who wait hold nobody up where more is on its way", "[relp server]") {
  OpenRelp server;
  sim::Peer& slow = server.join();
  sim::Peer& fast = server.join();
  server.hear(slow, relp_line(2, "a", 0, "x"));
  for (std::uint32_t number = 2; number < 10; ++number) {
    server.hear(fast, relp_line(number, "b", (number - 2) * 2, "x"));
  }
  server.keep();
  server.settle();
  for (std::uint32_t number = 10; number < 12; ++number) {
    server.hear(fast, relp_line(number, "b", (number - 2) * 2, "x"));
  }
  server.hear(slow, relp_line(3, "a", 2, "x"));
  CHECK(server.awaited_count() == 0);
  fast.reset();
  server.settle();
  server.hear(slow, relp(4, "unknown", ""));
  CHECK(server.awaited_count() == 1);  // what is gone waits for nothing
}

TEST_CASE("an answer does not overtake that of a line before it", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + relp(3, "open", "") + relp(4, "rest", "x"));
  CHECK(server.answers(client).empty());
  const std::string answers = server.kept_answers(client);
  CHECK(answers.starts_with(taken(2) + "3 rsp 62 200 OK\n"));
  CHECK(answers.ends_with("4 rsp 29 500 this command is not known\n"));
}

TEST_CASE("lines that come together with the opening are answered, too", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.world.network.window = 1'000'000;
  server.hear(client, kOpen + relp_line(2, "a", 0, "one"));
  CHECK(server.answers(client) == kOpened);
  CHECK(server.kept_answers(client) == taken(2));
}

TEST_CASE("each sender has answers of its own", "[relp server]") {
  OpenRelp server;
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  server.hear(one, relp_line(2, "a", 0, "one"));
  server.hear(other, relp_line(7, "b", 0, "two"));
  server.keep_lines(1);
  CHECK(server.answers(other).empty());
  CHECK(server.answers(one) == taken(2));
  CHECK(server.kept_answers(other) == taken(7));
}

TEST_CASE("a command that is not known is answered with 500", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp(2, "starttls", "") + relp_line(3, "a", 0, "one"));
  CHECK(server.answers(client) == "2 rsp 29 500 this command is not known\n");
  CHECK(server.kept_answers(client) == taken(3));
}

TEST_CASE("a close is answered after everything before it, and then closed", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + "3 close 0\n" + relp_line(4, "a", 4, "two"));
  CHECK(server.lines() == Lines{"one"});
  CHECK(server.answers(client).empty());
  CHECK_FALSE(client.is_abandoned());
  CHECK(server.kept_answers(client) == taken(2) + "3 rsp 0\n");
  CHECK(client.is_over());
  CHECK(server.told<event::ClientLeft>().size() == 1);
}

TEST_CASE("who sends nothing any more gets his answers", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  client.finish();
  CHECK(server.answers(client).empty());
  CHECK_FALSE(client.is_abandoned());
  CHECK(server.kept_answers(client) == taken(2));
  CHECK(client.is_over());
}

TEST_CASE("who has gone without his answers is gone, and his lines stay", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  SECTION("in order") { client.close(); }
  SECTION("broken") { client.reset(); }
  server.settle();
  server.keep();
  server.settle();
  CHECK(server.told<event::ClientLeft>().size() == 1);
  CHECK(server.lines() == Lines{"one"});
}

// --- What comes again ---

TEST_CASE("a line that comes again is answered and does not count", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  CHECK(server.kept_answers(client) == taken(2));
  client.close();
  sim::Peer& again = server.join();
  server.hear(again, relp_line(2, "a", 0, "one") + relp_line(3, "a", 4, "two"));
  CHECK(server.answers(again) == taken(2));
  CHECK(server.kept_answers(again) == taken(3));
  CHECK(server.lines() == Lines{"one", "two"});
  CHECK(server.totals().repeats == 1);
}

TEST_CASE("a repeat of a line that is not durable waits for it", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + relp_line(3, "a", 4, "two"));
  client.reset();
  sim::Peer& again = server.join();
  server.hear(again, relp_line(2, "a", 0, "one") + relp_line(3, "a", 4, "two"));
  CHECK(server.answers(again).empty());
  server.keep_lines(1);
  CHECK(server.answers(again) == taken(2));
  CHECK(server.kept_answers(again) == taken(3));
  CHECK(server.lines() == Lines{"one", "two"});
}

TEST_CASE("of a frame that comes again half the rest counts", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one\ntwo"));
  server.hear(client, relp_line(3, "a", 4, "two\nthree"));
  CHECK(server.lines() == Lines{"one", "two", "three"});
  CHECK(server.kept_answers(client) == taken(2) + taken(3));
  CHECK(server.totals().repeats == 1);
}

TEST_CASE("a later run goes on behind what was durable", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + relp_line(3, "a", 4, "two") +
                          relp_line(4, "a", 8, "three"));
  server.crash_behind(2);
  server.listen();
  sim::Peer& again = server.join();
  server.hear(again, relp_line(2, "a", 0, "one") + relp_line(3, "a", 4, "two") +
                         relp_line(4, "a", 8, "three"));
  CHECK(server.lines() == Lines{"one", "two", "three"});
  CHECK(server.answers(again) == taken(2) + taken(3));
  CHECK(server.kept_answers(again) == taken(4));
}

// --- What is refused ---

TEST_CASE("a gap closes the connection and is not answered", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  CHECK(server.kept_answers(client) == taken(2));
  server.hear(client, relp_line(3, "a", 500, "two") + relp_line(4, "a", 4, "three"));
  CHECK(server.kept_answers(client).empty());
  CHECK(client.is_abandoned());
  CHECK(server.lines() == Lines{"one"});
  const auto refused = server.told<event::GapRefused>();
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].producer == "a");
  CHECK(refused[0].from == 4);
  CHECK(refused[0].to == 500);
  CHECK(server.totals().gaps_refused == 1);
}

TEST_CASE("a small gap between two frames is taken, answered and counted", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + relp_line(3, "a", 6, "two"));
  CHECK(server.kept_answers(client) == taken(2) + taken(3));
  CHECK(server.lines() == Lines{"one", "two"});
  const event::RelpTotals totals = server.totals();
  CHECK(totals.gaps_taken == 1);
  CHECK(totals.skipped_bytes == 2);
  CHECK(totals.answered == 2);
}

TEST_CASE("a gap is what it was chosen to be", "[relp server]") {
  RelpRun server;
  server.options.gaps = GapRule::Refuse;
  SECTION("refused") {
    server.listen();
    server.hear(server.join(), relp_line(2, "a", 0, "one") + relp_line(3, "a", 5, "two"));
    CHECK(server.lines() == Lines{"one"});
  }
  SECTION("taken") {
    server.options.gaps = GapRule::Take;
    server.listen();
    server.hear(server.join(), relp_line(2, "a", 0, "one") + relp_line(3, "a", 5000, "two"));
    CHECK(server.lines() == Lines{"one", "two"});
  }
}

TEST_CASE("what is no RELP closes the connection with one line a second", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one") + "GET / HTTP/1.1\r\n\r\n");
  CHECK(server.lines() == Lines{"one"});
  // What came before it is answered.
  CHECK_FALSE(client.is_abandoned());
  CHECK(server.kept_answers(client) == taken(2));
  CHECK(client.is_abandoned());
  CHECK(server.told<event::RelpRefused>().size() == 1);
  server.hear(server.join(), "GET / HTTP/1.1\r\n\r\n");
  CHECK(server.told<event::RelpRefused>().size() == 1);
  server.pass(seconds(1));
  server.hear(server.join(), "GET / HTTP/1.1\r\n\r\n");
  CHECK(server.told<event::RelpRefused>().size() == 2);
  CHECK(server.totals().bad_frames == 3);
}

TEST_CASE("a line without a key closes the connection", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp(2, "syslog", "a line") + relp_line(3, "a", 0, "one"));
  CHECK(client.is_abandoned());
  CHECK(server.lines().empty());
  CHECK(server.told<event::LineWithoutKey>().size() == 1);
  CHECK(server.totals().without_key == 1);
}

// --- Producers ---

TEST_CASE("where a producer begins is said, and that it begins anew", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 700, "one"));
  server.hear(client, relp_line(3, "a", 704, "two"));
  REQUIRE(server.told<event::ProducerBegins>().size() == 1);
  CHECK(server.told<event::ProducerBegins>()[0].offset == 700);

  server.hear(client, relp_line(4, "b", 0, "one") + relp_line(5, "b", 4, "two"));
  server.hear(client, relp_line(6, "b", 0, "six") + relp_line(7, "b", 4, "two"));
  REQUIRE(server.told<event::ProducerAnew>().size() == 1);
  CHECK(server.told<event::ProducerAnew>()[0].lost_line_count == 1);
  CHECK(server.lines() == Lines{"one", "two", "one", "two", "two"});
  CHECK(server.kept_answers(client) ==
        taken(2) + taken(3) + taken(4) + taken(5) + taken(6) + taken(7));
  const event::RelpTotals totals = server.totals();
  CHECK(totals.new_generations == 1);
  CHECK(totals.lost_lines == 1);
}

TEST_CASE("lines of a new generation are answered when they are durable", "[relp server]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, std::string(99, 'x')));
  CHECK(server.kept_answers(client) == taken(2));
  server.hear(client, relp_line(3, "a", 0, std::string(79, 'y')));
  CHECK(server.lines().size() == 2);
  CHECK(server.answers(client).empty());
  CHECK(server.kept_answers(client) == taken(3));
}

TEST_CASE("a generation that another sender is in the way of is refused, and both are named",
          "[relp server]") {
  OpenRelp server;
  sim::Peer& one = server.join();
  server.hear(one, relp_line(2, "a", 0, "one"));
  sim::Peer& other = server.join();
  server.hear(other, relp_line(2, "a", 0, "six"));
  CHECK(other.is_abandoned());
  const auto contested = server.told<event::ProducerContested>();
  REQUIRE(contested.size() == 1);
  CHECK(contested[0].peer == "client:1");
  CHECK(contested[0].other_peer == "client:0");
  server.hear(one, relp_line(3, "a", 4, "two"));
  CHECK(server.kept_answers(one) == taken(2) + taken(3));
}

TEST_CASE("a silent producer is forgotten when its lines are durable", "[relp server]") {
  RelpRun server;
  server.options.remember = Millis(1000);
  server.listen();
  sim::Peer& client = server.join();
  server.hear(client, relp_line(2, "a", 0, "one"));
  server.pass(seconds(2));
  CHECK(server.told<event::ProducerForgotten>().empty());
  CHECK(server.kept_answers(client) == taken(2));
  server.pass(seconds(1));
  REQUIRE(server.told<event::ProducerForgotten>().size() == 1);
  CHECK(server.told<event::ProducerForgotten>()[0].was_silent);
  CHECK(server.known().empty());
  server.hear(client, relp_line(3, "a", 0, "one"));
  CHECK(server.kept_answers(client) == taken(3));
  CHECK(server.lines() == Lines{"one", "one"});
  CHECK(server.totals().forgotten == 1);
}

TEST_CASE("the server wakes up when a producer has been silent for long enough", "[relp server]") {
  RelpRun server;
  server.options.remember = Millis(1000);
  server.keeps_at_once = true;
  server.listen();
  server.hear(server.join(), relp_line(2, "a", 0, "one"));
  server.pass(Millis(999));
  CHECK(server.told<event::ProducerForgotten>().empty());
  server.pass(Millis(1));
  CHECK(server.told<event::ProducerForgotten>().size() == 1);
}

TEST_CASE("who listens to others than this machine says so", "[relp server]") {
  RelpRun server;
  server.listen();
  CHECK(server.told<event::OpenToOthers>().empty());
  server.close();
  server.options.address.host = "0.0.0.0";
  server.listen();
  CHECK(server.told<event::OpenToOthers>().size() == 1);
}
