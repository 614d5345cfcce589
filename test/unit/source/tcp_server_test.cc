#include "source/tcp_server.h"

#include <algorithm>

#include "catch.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

using std::chrono::seconds;

/// A server, and the clients that connect to it.
struct Server : SourceRun {
  void listen() { CHECK(start<TcpServer>(Endpoint{"127.0.0.1", 9000}, world.network).has_value()); }
  /// Somebody at the door. The server has not looked yet.
  sim::Peer& knock() { return *world.network.dial("127.0.0.1:9000"); }
  sim::Peer& join() {
    sim::Peer& client = knock();
    settle();
    return client;
  }
  void hear(sim::Peer& client, std::string_view bytes) {
    client.send(bytes);
    settle();
  }
  void part(sim::Peer& client) {
    client.close();
    settle();
  }
  void break_with(sim::Peer& client) {
    client.reset();
    settle();
  }
};

/// One that listens already.
struct OpenServer : Server {
  OpenServer() { listen(); }
};

}  // namespace

TEST_CASE("a fast client gets one bounded read for each turn of the others", "[tcp server]") {
  OpenServer server;
  server.world.network.window = 1'000'000;
  sim::Peer& fast = server.join();
  std::vector<sim::Peer*> slow;
  for (int i = 0; i < 9; ++i) slow.push_back(&server.join());

  fast.send(std::string(1'000'000, '\n'));
  for (int round = 1; round <= 10; ++round) {
    for (sim::Peer* const client : slow) client->send("x");
    const auto is_unheard = [&](const sim::Peer* client) {
      return client->read_by_program().size() < static_cast<std::size_t>(round);
    };
    while (std::any_of(slow.begin(), slow.end(), is_unheard)) REQUIRE(server.step());
  }
  CHECK(fast.read_by_program().size() <= (10 + 1) * 64 * 1024);
}

TEST_CASE("a client's half line counts when it leaves in order", "[tcp server]") {
  OpenServer server;
  sim::Peer& client = server.join();
  server.hear(client, "one\nhalf");
  CHECK(server.lines() == Lines{"one"});
  server.part(client);
  CHECK(server.lines() == Lines{"one", "half"});
  CHECK(server.told<event::ClientLeft>().at(0).client_count == 0);
}

TEST_CASE("a client's half line is dropped and told of when its connection breaks",
          "[tcp server]") {
  OpenServer server;
  sim::Peer& client = server.join();
  server.hear(client, "one\nhalf");
  server.break_with(client);
  CHECK(server.lines() == Lines{"one"});
  const auto dropped = server.told<event::LineDropped>();
  REQUIRE(dropped.size() == 1);
  CHECK(dropped.front().origin == server.told<event::ClientLeft>().at(0).peer);
  CHECK(dropped.front().byte_count == 4);
}

TEST_CASE("half lines of two clients do not meet", "[tcp server]") {
  OpenServer server;
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  server.hear(one, "a1");
  server.hear(other, "b1");
  server.hear(one, "a2\n");
  server.hear(other, "b2\n");
  CHECK(server.lines() == Lines{"a1a2", "b1b2"});
}

TEST_CASE("all clients together stay within the budget for half lines", "[tcp server]") {
  Server server;
  server.context.budget.partial_bytes_max = 10;
  server.listen();
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  server.hear(one, "12345678");
  server.hear(other, "abc");
  CHECK(server.lines() == Lines{"abc"});
  CHECK(server.cut_line_count() == 1);
}

TEST_CASE("a full house is told once, and the next one waits until somebody leaves",
          "[tcp server]") {
  Server server;
  server.world.network.limit_connections(2);
  server.listen();
  sim::Peer& first = server.join();
  server.join();
  sim::Peer& third = server.join();
  server.hear(third, "patient\n");
  CHECK(server.told<event::ClientsFull>().size() == 1);
  CHECK(server.told<event::ClientsFull>().front().client_count == 2);
  CHECK(server.lines().empty());
  server.part(first);
  CHECK(server.lines() == Lines{"patient"});
}

TEST_CASE("a house that stays full is told of once, and again after it was half empty",
          "[tcp server]") {
  Server server;
  server.world.network.limit_connections(4);
  server.listen();
  std::vector<sim::Peer*> peers;
  const auto join = [&](int count) {
    for (; count > 0; --count) peers.push_back(&server.join());
  };
  join(6);
  server.part(*peers[0]);
  server.part(*peers[1]);
  CHECK(server.told<event::ClientsFull>().size() == 1);
  server.part(*peers[2]);
  server.part(*peers[3]);
  join(3);
  CHECK(server.told<event::ClientsFull>().size() == 2);
}

TEST_CASE("those inside are served while the house is full", "[tcp server]") {
  Server server;
  server.world.network.limit_connections(1);
  server.listen();
  sim::Peer& inside = server.join();
  server.join();
  server.hear(inside, "served\n");
  CHECK(server.lines() == Lines{"served"});
}

TEST_CASE("a failure to let somebody in pauses the door and is told once", "[tcp server]") {
  OpenServer server;
  server.world.network.is_short_of_descriptors = true;
  sim::Peer& client = server.join();
  client.send("patient\n");
  CHECK(server.rest() == Nanos(Millis(100)));
  server.pass(seconds(10));
  CHECK(server.told<event::AcceptFailed>().size() == 1);
  server.world.network.is_short_of_descriptors = false;
  server.pass(Millis(100));
  CHECK(server.lines() == Lines{"patient"});
}

TEST_CASE("a second shortage of descriptors is told again", "[tcp server]") {
  OpenServer server;
  for (int shortage = 0; shortage < 2; ++shortage) {
    server.world.network.is_short_of_descriptors = true;
    server.join();
    server.world.network.is_short_of_descriptors = false;
    server.pass(Millis(100));
  }
  CHECK(server.told<event::ClientJoined>().size() == 2);
  CHECK(server.told<event::AcceptFailed>().size() == 2);
}

TEST_CASE("with until-eof the end is when all who came have left", "[tcp server]") {
  Server server;
  server.context.until_eof = true;
  server.listen();
  server.pass(seconds(10));
  CHECK_FALSE(server.has_ended());
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  server.part(one);
  CHECK_FALSE(server.has_ended());
  server.hear(other, "last");
  server.part(other);
  CHECK(server.has_ended());
  CHECK(server.lines() == Lines{"last"});
}

TEST_CASE("with until-eof somebody who is already at the door is let in before the end",
          "[tcp server]") {
  Server server;
  server.context.until_eof = true;
  server.world.network.limit_connections(1);
  server.listen();
  sim::Peer& one = server.join();
  sim::Peer& other = server.join();
  other.send("last\n");
  server.part(one);
  CHECK_FALSE(server.has_ended());
  CHECK(server.lines() == Lines{"last"});
}

TEST_CASE("a server that nobody comes to gives up when the wait is over", "[tcp server]") {
  Server server;
  server.be_patient_for(Millis(1000));
  server.listen();
  server.pass(Millis(999));
  CHECK_FALSE(server.error());
  server.pass(Millis(1));
  REQUIRE(server.error());
  CHECK(server.error()->code == ErrorCode::Unavailable);
}

TEST_CASE("a wait is over once somebody has come", "[tcp server]") {
  Server server;
  server.be_patient_for(Millis(1000));
  server.listen();
  server.part(server.join());
  server.pass(seconds(10));
  CHECK_FALSE(server.error());
}

TEST_CASE("somebody who cannot be let in at once is let in while the wait lasts", "[tcp server]") {
  Server server;
  server.be_patient_for(Millis(10'000));
  server.listen();
  server.world.network.is_short_of_descriptors = true;
  server.join();
  server.world.network.is_short_of_descriptors = false;
  server.pass(Millis(100));
  CHECK(server.told<event::ClientJoined>().size() == 1);
}

TEST_CASE("with until-eof somebody who cannot be let in at once is not forgotten", "[tcp server]") {
  Server server;
  server.context.until_eof = true;
  server.listen();
  sim::Peer& one = server.join();
  server.world.network.is_short_of_descriptors = true;
  server.join().send("last\n");
  server.part(one);
  CHECK_FALSE(server.has_ended());
  server.world.network.is_short_of_descriptors = false;
  server.pass(Millis(100));
  CHECK(server.lines() == Lines{"last"});
}

TEST_CASE("a stop drops the half lines of all clients and tells of each", "[tcp server]") {
  OpenServer server;
  server.hear(server.join(), "half");
  server.hear(server.join(), "other half");
  server.stop();
  CHECK(server.told<event::LineDropped>().size() == 2);
}
