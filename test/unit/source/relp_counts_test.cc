// Frames of counts as a RELP server takes them.
#include "source/relp_server.h"

#include "catch.h"
#include "unit/source/relp_run.h"

using namespace wordstream;

namespace {

const std::string kOpen = relp(1, "open", "wordstream=1\ncounts=1\njournal=q");

std::string batch(std::uint32_t number, std::string_view producer, std::uint64_t id,
                  std::string_view rows) {
  return relp(number, "counts", fmt::format("{}#{} 1000\t2000\n{}", producer, id, rows));
}

/// One that has a sender of counts.
struct Counting : OpenRelp {
  sim::Peer& client = join();
  Counting() {
    hear(client, kOpen);
    answers(client);
  }
  /// The sender comes again.
  sim::Peer& again() {
    client.close();
    sim::Peer& peer = join();
    hear(peer, kOpen);
    answers(peer);
    return peer;
  }
};

}  // namespace

TEST_CASE("who offers counts is told how many bytes a frame may have", "[relp counts]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, kOpen);
  CHECK(server.answers(client) ==
        relp(1, "rsp",
             "200 OK\nrelp_version=0\nrelp_software=wordstream\n"
             "commands=syslog,lines,cut,where,sync,counts\nwordstream=1\ncounts=1000000"));
}

TEST_CASE("counts are not known to who has not offered them", "[relp counts]") {
  OpenRelp server;
  sim::Peer& client = server.join();
  server.hear(client, relp(1, "open", "wordstream=1"));
  server.answers(client);
  server.hear(client, batch(2, "q", 0, "a\t1\n"));
  CHECK(server.answers(client) == relp(2, "rsp", "500 this command is not known"));
  CHECK(server.counts().empty());
}

TEST_CASE("a batch counts when it comes, and is answered when it is durable", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 0, "a\t1\nb\t2\n"));
  CHECK(server.counts() == Lines{"a*1 b*2"});
  CHECK(server.answers(server.client).empty());
  CHECK(server.kept_answers(server.client) == taken(2));
  CHECK(server.known().find("q")->offset == 1);
}

TEST_CASE("a batch that comes again is dropped, in whatever order its rows are", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 0, "a\t1\nb\t2\n") + batch(3, "q", 1, "c\t1\n"));
  server.keep();
  sim::Peer& peer = server.again();
  server.hear(peer, batch(2, "q", 0, "b\t2\na\t1\n") + batch(3, "q", 1, "c\t1\n"));
  CHECK(server.answers(peer) == taken(2) + taken(3));
  server.hear(peer, batch(4, "q", 2, "d\t1\n"));
  CHECK(server.kept_answers(peer) == taken(4));
  CHECK(server.counts() == Lines{"a*1 b*2 c*1", "d*1"});
  CHECK(server.totals().repeats == 2);
}

TEST_CASE("a repeat of a batch that is not durable waits for it", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 0, "a\t1\n"));
  sim::Peer& peer = server.again();
  server.hear(peer, batch(2, "q", 0, "a\t1\n"));
  CHECK(server.answers(peer).empty());
  CHECK(server.kept_answers(peer) == taken(2));
  CHECK(server.counts() == Lines{"a*1"});
}

TEST_CASE("no gap between batches is ever taken", "[relp counts]") {
  Counting server;
  SECTION("as usual") {}
  SECTION("nor where gaps are taken") {
    server.close();
    server.options.gaps = GapRule::Take;
    server.listen();
  }
  sim::Peer& peer = server.join();
  server.hear(peer, kOpen);
  server.answers(peer);
  server.hear(peer, batch(2, "q", 0, "a\t1\n") + batch(3, "q", 2, "c\t1\n"));
  CHECK(server.kept_answers(peer) == taken(2));
  CHECK(peer.is_over());
  const auto told = server.told<event::BatchesMissing>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].from == 1);
  CHECK(told[0].to == 2);
  CHECK(server.counts() == Lines{"a*1"});
  // It can come back with what is missing.
  sim::Peer& later = server.join();
  server.hear(later, kOpen + batch(2, "q", 1, "b\t1\n"));
  server.keep();
  CHECK(server.counts() == Lines{"a*1", "b*1"});
}

TEST_CASE("who is not known begins with any batch, and that is said", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 7, "a\t1\n"));
  CHECK(server.told<event::ProducerBegins>().back().offset == 7);
  CHECK(server.kept_answers(server.client) == taken(2));
  CHECK(server.known().find("q")->offset == 8);
}

TEST_CASE("a batch is known again after a restart", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 0, "a\t1\n"));
  server.keep();
  const Positions known = server.known();
  server.close();
  server.goes_on_from = known;
  server.listen();
  sim::Peer& peer = server.join();
  server.hear(peer, kOpen + batch(2, "q", 0, "a\t1\n") + batch(3, "q", 1, "b\t1\n"));
  server.keep();
  CHECK(server.counts() == Lines{"a*1", "b*1"});
}

TEST_CASE("how far a query has come can be asked", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 4, "a\t1\n") + relp(3, "where", "q"));
  CHECK(server.awaited_count() == 1);
  CHECK(server.kept_answers(server.client) == taken(2) + relp(3, "rsp", "200 OK\nplace=5"));
}

TEST_CASE("a batch without words moves its query", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 0, ""));
  CHECK(server.kept_answers(server.client) == taken(2));
  CHECK(server.known().find("q")->offset == 1);
}

TEST_CASE("a name is for lines or for counts", "[relp counts]") {
  Counting server;
  server.hear(server.client, batch(2, "q", 0, "a\t1\n") + relp_line(3, "l", 0, "line"));
  server.keep();
  SECTION("lines of who sends counts") { server.hear(server.client, relp_line(4, "q", 1, "x")); }
  SECTION("counts of who sends lines") { server.hear(server.client, batch(4, "l", 5, "x\t1\n")); }
  CHECK(server.answers(server.client) == taken(2) + taken(3));
  CHECK(server.client.is_over());
  CHECK(server.told<event::RelpRefused>().back().why.ends_with(
      " sends both lines and counts: give each a producer of its own"));
  CHECK(server.lines() == Lines{"line"});
  CHECK(server.counts() == Lines{"a*1"});
}

TEST_CASE("counts that are none close the connection and move nothing", "[relp counts]") {
  Counting server;
  SECTION("rows") { server.hear(server.client, batch(2, "q", 0, "a\t1\nb\n")); }
  SECTION("a key") { server.hear(server.client, relp(2, "counts", "q@0 1\t2\n")); }
  SECTION("no data") { server.hear(server.client, "2 counts 0\n"); }
  SECTION("too many bytes") { server.hear(server.client, "2 counts 1000001 q#0 1\t2\n"); }
  CHECK(server.client.is_over());
  CHECK(server.answers(server.client).empty());
  CHECK(server.counts().empty());
  CHECK(server.totals().bad_frames == 1);
  server.listen();
  sim::Peer& peer = server.join();
  server.hear(peer, kOpen + batch(2, "q", 0, "a\t1\n"));
  CHECK(server.counts() == Lines{"a*1"});
}

TEST_CASE("a batch that comes in pieces, and is longer than lines may be, is one",
          "[relp counts]") {
  Counting server;
  std::string rows;
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    rows += fmt::format("word{}\t{}\n", i, i + 1);
    expected += fmt::format("{}word{}*{}", i == 0 ? "" : " ", i, i + 1);
  }
  const std::string frame = batch(2, "q", 0, rows);
  for (std::size_t at = 0; at < frame.size(); at += 9'999) {
    server.hear(server.client, std::string_view(frame).substr(at, 9'999));
  }
  CHECK(server.counts() == Lines{expected});
  CHECK(server.kept_answers(server.client) == taken(2));
}

TEST_CASE("a batch of which half has come is not there", "[relp counts]") {
  Counting server;
  const std::string frame = batch(2, "q", 0, "a\t1\nb\t1\n");
  server.hear(server.client, frame.substr(0, frame.size() - 1));
  CHECK(server.counts().empty());
  sim::Peer& peer = server.again();
  server.hear(peer, frame);
  CHECK(server.counts() == Lines{"a*1 b*1"});
}

TEST_CASE("lines and counts do not share a block", "[relp counts]") {
  Counting server;
  server.hear(server.client, relp_line(2, "l", 0, "one") + batch(3, "q", 0, "a\t1\n") +
                                 relp_line(4, "l", 4, "two"));
  CHECK(server.lines() == Lines{"one", "two"});
  CHECK(server.counts() == Lines{"a*1"});
  CHECK(server.kept_answers(server.client) == taken(2) + taken(3) + taken(4));
}
