#include "source/tcp_client.h"

#include "catch.h"
#include "unit/source/source_run.h"

using namespace wordstream;

namespace {

using Answer = sim::FakeNetwork::Answer;
using std::chrono::seconds;

/// A client, and the server that it is meant to reach.
struct Client : SourceRun {
  explicit Client(std::string host = "10.0.0.1") : host_(std::move(host)) {}

  /// The server answers like that; each connection is greeted with `greeting`, and then closed if
  /// `is_brief`.
  void serve(Answer answer, const std::string& greeting = "", bool is_brief = false,
             const std::string& address = "10.0.0.1:9000") {
    world.network.answer(address, answer, [=](sim::Peer& peer) {
      peer.send(greeting);
      if (is_brief) peer.close();
    });
  }
  void connect() { CHECK(start<TcpClient>(Endpoint{host_, 9000}, world.network).has_value()); }
  void connect_to(Answer answer) {
    serve(answer);
    connect();
    pass(Millis(10));
  }
  sim::Peer& server() { return *world.network.peers().back(); }
  void hear(std::string_view bytes) {
    server().send(bytes);
    settle();
  }
  void lose_server() {
    server().close();
    settle();
  }
  void break_connection() {
    server().reset();
    settle();
  }

  /// How long it rests after each of the next `count` failures. Never as long as it waits for an
  /// answer.
  std::vector<Nanos> rests(int count) {
    std::vector<Nanos> rests;
    for (; count > 0; --count) {
      pass_until([&] { return rest() && *rest() > Nanos(0) && *rest() <= seconds(2); });
      rests.push_back(*rest());
      world.timeline.advance_by(rests.back());
    }
    return rests;
  }

 private:
  std::string host_;
};

std::vector<Nanos> milliseconds(const std::vector<int>& counts) {
  std::vector<Nanos> spans;
  for (const int count : counts) spans.emplace_back(Millis(count));
  return spans;
}

}  // namespace

TEST_CASE("a refused connection is tried again after 100 ms, doubling to 2 s", "[tcp client]") {
  Client client;
  client.serve(Answer::Refuse);
  client.connect();
  CHECK(client.rests(7) == milliseconds({100, 200, 400, 800, 1600, 2000, 2000}));
}

TEST_CASE("a name that is unknown is tried again after 100 ms, doubling to 2 s", "[tcp client]") {
  Client client("nowhere");
  client.connect();
  CHECK(client.rests(6) == milliseconds({100, 200, 400, 800, 1600, 2000}));
}

TEST_CASE("a server that has said something is run back to after 100 ms", "[tcp client]") {
  Client client;
  client.serve(Answer::Refuse);
  client.connect();
  CHECK(client.rests(3) == milliseconds({100, 200, 400}));
  client.serve(Answer::Accept, "hello\n", true);
  CHECK(client.rests(1) == milliseconds({100}));
  CHECK(client.lines() == Lines{"hello"});
}

TEST_CASE("a server that hangs up without a word is not run back to at once", "[tcp client]") {
  Client client;
  client.serve(Answer::Accept, "", true);
  client.connect();
  CHECK(client.rests(3) == milliseconds({100, 200, 400}));
}

TEST_CASE("every address of a name is tried before resting", "[tcp client]") {
  Client client("twins");
  client.world.network.name("twins", {"10.0.0.1", "10.0.0.2", "10.0.0.3"});
  client.serve(Answer::Refuse);
  client.serve(Answer::ReachItself, "", false, "10.0.0.2:9000");
  client.serve(Answer::Accept, "", false, "10.0.0.3:9000");
  client.connect();
  client.pass(Millis(50));
  REQUIRE(client.told<event::Connected>().size() == 1);
  CHECK(client.told<event::Connected>().front().peer == "10.0.0.3:9000");
  CHECK(client.told<event::Waiting>().empty());
}

TEST_CASE("an address that is silent for 5 s is given up for the next one", "[tcp client]") {
  Client client("twins");
  client.world.network.name("twins", {"10.0.0.1", "10.0.0.2"});
  client.serve(Answer::Silence);
  client.serve(Answer::Accept, "", false, "10.0.0.2:9000");
  client.connect();
  client.pass(Millis(4990));
  CHECK(client.told<event::Connected>().empty());
  client.pass(Millis(50));
  CHECK(client.told<event::Connected>().size() == 1);
}

TEST_CASE("an outage is told once, not at every try", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Refuse);
  client.pass(seconds(60));
  CHECK(client.told<event::Waiting>().size() == 1);
}

TEST_CASE("a connection that comes and goes is told once each time", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Accept);
  client.serve(Answer::Refuse);
  client.lose_server();
  client.pass(seconds(60));
  client.serve(Answer::Accept);
  client.pass(seconds(3));
  CHECK(client.told<event::Connected>().size() == 2);
  REQUIRE(client.told<event::Disconnected>().size() == 1);
  CHECK(client.told<event::Disconnected>().front().is_retrying);
  CHECK(client.told<event::Waiting>().empty());
}

TEST_CASE("a connection to itself is closed and told as an outage", "[tcp client]") {
  Client client;
  client.connect_to(Answer::ReachItself);
  CHECK(client.told<event::Connected>().empty());
  REQUIRE(client.told<event::Waiting>().size() == 1);
  CHECK(client.told<event::Waiting>().front().why == "the connection reached itself");
  CHECK(client.server().is_abandoned());
}

TEST_CASE("a server that does not come is given up when the wait is over", "[tcp client]") {
  Client client;
  client.be_patient_for(Millis(1000));
  client.connect_to(Answer::Refuse);
  client.pass(Millis(989));
  CHECK_FALSE(client.error());
  client.pass(Millis(1));
  REQUIRE(client.error());
  CHECK(client.error()->code == ErrorCode::Unavailable);
}

TEST_CASE("a wait is over once there was a connection", "[tcp client]") {
  Client client;
  client.be_patient_for(Millis(1000));
  client.connect_to(Answer::Accept);
  client.serve(Answer::Refuse);
  client.lose_server();
  client.pass(seconds(60));
  CHECK_FALSE(client.error());
}

TEST_CASE("a half line counts when the server closes in order", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Accept);
  client.hear("one\nhalf");
  client.lose_server();
  CHECK(client.lines() == Lines{"one", "half"});
  CHECK(client.told<event::LineDropped>().empty());
}

TEST_CASE("a half line is dropped and told of when the connection breaks", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Accept);
  client.hear("one\nhalf");
  client.break_connection();
  CHECK(client.lines() == Lines{"one"});
  const auto dropped = client.told<event::LineDropped>();
  REQUIRE(dropped.size() == 1);
  CHECK(dropped.front().origin == "10.0.0.1:9000");
  CHECK(dropped.front().byte_count == 4);
}

TEST_CASE("a byte order mark from a server is a part of its word", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Accept);
  client.hear("\xef\xbb\xbfone\n");
  CHECK(client.lines() == Lines{"\xef\xbb\xbfone"});
}

TEST_CASE("a server at a path is waited for and read like one at a port", "[tcp client]") {
  SourceRun run;
  REQUIRE(run.start<TcpClient>(Endpoint{{}, 0, "/words"}, run.world.network).has_value());
  run.pass(seconds(10));
  REQUIRE(run.told<event::Waiting>().size() == 1);
  CHECK(run.told<event::Waiting>().front().target == "unix:/words");
  run.world.network.answer("unix:/words", Answer::Accept, [](sim::Peer& peer) {
    peer.send("one\ntwo");
    peer.close();
  });
  run.pass_until([&] { return run.lines().size() >= 2; });
  CHECK(run.lines() == Lines{"one", "two"});
  CHECK(run.told<event::Connected>().front().target == "unix:/words");
}

TEST_CASE("the next connection begins a line of its own", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Accept);
  client.hear("one\r");
  client.serve(Answer::Accept, "\ntwo\n");
  client.break_connection();
  client.pass(seconds(1));
  CHECK(client.lines() == Lines{"one", "", "two"});
}

TEST_CASE("with until-eof the first connection's end is the end, in order or broken",
          "[tcp client]") {
  for (const bool is_broken : {false, true}) {
    Client client;
    client.context.until_eof = true;
    client.connect_to(Answer::Accept);
    client.hear("one\nhalf");
    is_broken ? client.break_connection() : client.lose_server();
    CHECK(client.has_ended());
    CHECK(client.lines().size() == (is_broken ? 1 : 2));
    CHECK_FALSE(client.told<event::Disconnected>().at(0).is_retrying);
  }
}

TEST_CASE("until-eof goes on trying until there is a first connection", "[tcp client]") {
  Client client;
  client.context.until_eof = true;
  client.connect_to(Answer::Refuse);
  client.pass(seconds(10));
  CHECK_FALSE(client.has_ended());
}

TEST_CASE("a stop drops the half line of a connection and tells of it", "[tcp client]") {
  Client client;
  client.connect_to(Answer::Accept);
  client.hear("half");
  client.stop();
  CHECK(client.told<event::LineDropped>().size() == 1);
}
