#include "http/http_server.h"

#include <string>
#include <vector>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kRequest = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::size_t count_of(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(piece, at)) != text.npos; at += piece.size()) ++count;
  return count;
}

/// A server in the fake world, which answers with the path, or with a body that was set.
struct Stand {
  sim::World world{1};
  std::unique_ptr<sim::FakePoller> poller = world.make_poller();
  std::string body;
  std::vector<std::string> asked;
  HttpServer server{world.network.listen({"127.0.0.1", 80}).value(), *poller,
                    [this](const HttpRequest& request) {
                      asked.push_back(request.path);
                      return HttpResponse{.body = body.empty() ? request.path : body};
                    }};

  sim::Peer& dial() { return *world.network.dial("127.0.0.1:80"); }
  /// Lets it do all that there is to do by `time` from now.
  void pass(Nanos time = Nanos(0)) {
    const SteadyTime until = world.clock.steady() + time;
    for (int turns_left = 10'000; turns_left > 0; --turns_left) {
      const std::optional<SteadyTime> next = server.turn(world.clock.steady());
      if (poller->would_return()) {
        poller->collect();
      } else if (world.clock.steady() >= until) {
        return;
      } else {
        poller->wait(next ? std::min(*next, until) : until);
      }
    }
    FAIL("the server does not go to sleep");
  }
  /// Sends all of it, in as many pieces as it takes.
  void send(sim::Peer& peer, std::string_view bytes) {
    for (int pieces_left = 1000; pieces_left > 0 && !bytes.empty(); --pieces_left) {
      bytes.remove_prefix(peer.send(bytes));
      pass();
    }
  }
  /// All that comes now.
  std::string receive(sim::Peer& peer) {
    std::string all;
    for (std::string piece = peer.receive(); !piece.empty(); piece = peer.receive()) {
      all += piece;
      pass();
    }
    return all;
  }
  std::string answer_to(const std::string& request) {
    sim::Peer& peer = dial();
    send(peer, request);
    return receive(peer);
  }
};

}  // namespace

TEST_CASE("a page is answered, without its body for HEAD", "[http server]") {
  Stand stand;
  const std::string whole = stand.answer_to(kRequest);
  CHECK(whole.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(whole.ends_with("\r\n\r\n/hello"));
  CHECK(count_of(whole, "Content-Length: 6\r\n") == 1);
  const std::string head = stand.answer_to("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(head + "/hello" == whole);
}

TEST_CASE("a connection stays for the next request, also for some that come together",
          "[http server]") {
  Stand stand;
  sim::Peer& peer = stand.dial();
  stand.send(peer, kRequest + kRequest);
  stand.send(peer, kRequest);
  CHECK(count_of(stand.receive(peer), "/hello") == 3);
  CHECK_FALSE(peer.is_abandoned());
  stand.send(peer, "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(count_of(stand.receive(peer), "/last") == 1);
  CHECK(peer.is_abandoned());
}

TEST_CASE("methods that change something, bodies and nonsense are refused", "[http server]") {
  Stand stand;
  const std::string refused = stand.answer_to("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(refused.starts_with("HTTP/1.1 405 "));
  CHECK(count_of(refused, "Allow: GET, HEAD\r\n") == 1);
  CHECK(stand.answer_to("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            .starts_with("HTTP/1.1 413 "));
  CHECK(stand.answer_to("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(stand.answer_to("GET / HTTP/1.1\r\nX: " + std::string(8192, 'x'))
            .starts_with("HTTP/1.1 431 "));
  CHECK(stand.asked.empty());
}

TEST_CASE("who is refused gets to read why, and is not waited for", "[http server]") {
  Stand stand;
  sim::Peer& peer = stand.dial();
  stand.send(peer, "POST / HTTP/1.1\r\nHost: a\r\n\r\nbody");
  CHECK_FALSE(peer.is_abandoned());
  stand.pass(seconds(1));
  CHECK(peer.is_abandoned());
}

TEST_CASE("who is idle is left after five seconds, and so is who is slow with a head",
          "[http server]") {
  Stand stand;
  sim::Peer& idle = stand.dial();
  sim::Peer& slow = stand.dial();
  stand.pass();
  for (int second = 0; second < 5; ++second) {
    stand.send(slow, std::string(1, kRequest[static_cast<std::size_t>(second)]));
    stand.pass(milliseconds(900));
  }
  CHECK_FALSE(idle.is_abandoned());
  CHECK_FALSE(slow.is_abandoned());
  stand.pass(milliseconds(600));
  CHECK(idle.is_abandoned());
  CHECK(slow.is_abandoned());
  CHECK(stand.receive(idle).empty());
}

TEST_CASE("who does not take the answer is left after ten seconds", "[http server]") {
  Stand stand;
  stand.body = std::string(100'000, 'x');
  sim::Peer& peer = stand.dial();
  peer.send(kRequest);
  stand.pass(milliseconds(9900));
  CHECK_FALSE(peer.is_abandoned());
  stand.pass(milliseconds(200));
  CHECK(peer.is_abandoned());
}

TEST_CASE("an answer goes out as it is taken", "[http server]") {
  Stand stand;
  stand.body = std::string(100'000, 'x');
  sim::Peer& peer = stand.dial();
  peer.send(kRequest);
  stand.pass();
  CHECK(stand.receive(peer).ends_with(stand.body));
}

TEST_CASE("where there are too many, one that has not asked for anything goes first",
          "[http server]") {
  Stand stand;
  stand.body = std::string(100'000, 'x');
  std::vector<sim::Peer*> peers;
  for (int i = 0; i < 32; ++i) {
    peers.push_back(&stand.dial());
    if (i != 7) peers.back()->send(kRequest);
    stand.pass();
  }
  CHECK(stand.server.connection_count() == 32);
  sim::Peer& next = stand.dial();
  next.send(kRequest);
  stand.pass();
  CHECK(stand.server.connection_count() == 32);
  CHECK(peers[7]->is_abandoned());
  CHECK_FALSE(next.receive().empty());

  SECTION("and where all are being answered, others wait for one to end") {
    sim::Peer& waiting = stand.dial();
    waiting.send(kRequest);
    stand.pass();
    CHECK(waiting.receive().empty());
    peers[0]->reset();
    stand.pass();
    CHECK_FALSE(stand.receive(waiting).empty());
  }
}

TEST_CASE("where nobody can be let in for now, it is tried again", "[http server]") {
  Stand stand;
  stand.world.network.is_short_of_descriptors = true;
  sim::Peer& peer = stand.dial();
  peer.send(kRequest);
  stand.pass(milliseconds(50));
  CHECK(stand.receive(peer).empty());
  stand.world.network.is_short_of_descriptors = false;
  stand.pass(milliseconds(100));
  CHECK_FALSE(stand.receive(peer).empty());
}
