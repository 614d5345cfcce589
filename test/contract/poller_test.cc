#include "env/poller.h"

#include <set>

#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

/// Something to watch: a standard input that is a pipe.
std::unique_ptr<File> open_pipe(Outside& outside) { return outside.input_pipe().value(); }

std::vector<std::uint64_t> ready_now(Outside& outside, Poller& poller) {
  poller.wait(outside.clock().steady());
  return poller.take_ready();
}

using Tokens = std::vector<std::uint64_t>;

}  // namespace

CONTRACT("a wait until a time in the past does not block", "[poller]") {
  TestType outside;
  const std::unique_ptr<Poller> poller = outside.make_poller();
  poller->wait(outside.clock().steady() - std::chrono::hours(1));
  poller->wait(SteadyTime::min());
  CHECK(poller->take_ready().empty());
}

CONTRACT("a wait ends when its time has come, not before", "[poller]") {
  TestType outside;
  const std::unique_ptr<Poller> poller = outside.make_poller();
  const SteadyTime until = outside.clock().steady() + Nanos(3'200'000);
  poller->wait(until);
  CHECK(outside.clock().steady() >= until);
  CHECK(poller->take_ready().empty());
}

CONTRACT("a wake before the wait ends it, and only that one", "[poller]") {
  TestType outside;
  const std::unique_ptr<Poller> poller = outside.make_poller();
  poller->wake();
  poller->wake();
  poller->wait(std::nullopt);
  CHECK(poller->take_ready().empty());
  const SteadyTime until = outside.clock().steady() + Millis(2);
  poller->wait(until);
  CHECK(outside.clock().steady() >= until);
}

CONTRACT("a wake by somebody else ends a wait without a time", "[poller]") {
  TestType outside;
  const std::unique_ptr<Poller> poller = outside.make_poller();
  for (int i = 0; i < 10; ++i) {
    outside.meanwhile([&] { poller->wake(); });
    poller->wait(std::nullopt);
  }
  outside.settle();
  CHECK(poller->take_ready().empty());
}

CONTRACT("what becomes ready ends the wait and is named by its token", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*pipe, Interest::Read, 77));
  CHECK(ready_now(outside, *poller).empty());
  outside.meanwhile([&] { outside.write_input("x"); });
  poller->wait(std::nullopt);
  CHECK(poller->take_ready() == Tokens{77});
  poller->forget(*pipe);
}

CONTRACT("what stays ready is named again at every wait, until it is taken", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*pipe, Interest::Read, 5));
  outside.write_input("xy");
  CHECK(ready_now(outside, *poller) == Tokens{5});
  CHECK(ready_now(outside, *poller) == Tokens{5});
  CHECK(read_all(outside, *pipe, 2).bytes == "xy");
  CHECK(ready_now(outside, *poller).empty());
  poller->forget(*pipe);
}

CONTRACT("what was found ready is taken once", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*pipe, Interest::Read, 5));
  outside.write_input("x");
  poller->wait(std::nullopt);
  CHECK(poller->take_ready() == Tokens{5});
  CHECK(poller->take_ready().empty());
  poller->wait(std::nullopt);
  poller->wait(std::nullopt);
  CHECK(poller->take_ready() == Tokens{5});
  poller->forget(*pipe);
}

CONTRACT("a wake leaves what is ready to be named", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*pipe, Interest::Read, 5));
  outside.write_input("x");
  poller->wake();
  poller->wait(std::nullopt);
  CHECK(poller->take_ready() == Tokens{5});
  poller->forget(*pipe);
}

CONTRACT("watching again changes the token and the interest", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  outside.write_input("x");
  REQUIRE(poller->watch(*pipe, Interest::Read, 1));
  REQUIRE(poller->watch(*pipe, Interest::Read, 2));
  CHECK(ready_now(outside, *poller) == Tokens{2});
  REQUIRE(poller->watch(*pipe, Interest::Hangup, 3));
  CHECK(ready_now(outside, *poller).empty());
  poller->forget(*pipe);
}

CONTRACT("what was forgotten is not named, and may be forgotten twice", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*pipe, Interest::Read, 1));
  outside.write_input("x");
  poller->forget(*pipe);
  poller->forget(*pipe);
  CHECK(ready_now(outside, *poller).empty());
}

CONTRACT("a hang-up is named whatever the interest is", "[poller]") {
  TestType outside;
  const std::unique_ptr<File> pipe = open_pipe(outside);
  const std::unique_ptr<Poller> poller = outside.make_poller();
  REQUIRE(poller->watch(*pipe, Interest::Hangup, 9));
  outside.write_input("x");
  CHECK(ready_now(outside, *poller).empty());
  outside.end_input();
  CHECK(ready_now(outside, *poller) == Tokens{9});
  poller->forget(*pipe);
}

CONTRACT("a regular file cannot be waited for", "[poller]") {
  TestType outside;
  outside.append("file", "x");
  const std::unique_ptr<File> file = outside.files().open(outside.path("file")).value();
  const std::unique_ptr<Poller> poller = outside.make_poller();
  CHECK_FALSE(poller->watch(*file, Interest::Read, 1));
  CHECK(ready_now(outside, *poller).empty());
}

CONTRACT("many that are ready at once are all named", "[poller]") {
  TestType outside;
  const std::unique_ptr<Listener> listener =
      outside.network().listen(Endpoint{"127.0.0.1", 0}).value();
  const std::unique_ptr<Poller> poller = outside.make_poller();
  std::vector<std::unique_ptr<Remote>> remotes;
  std::vector<std::unique_ptr<Socket>> sockets;
  for (std::uint64_t i = 0; i < 50; ++i) {
    remotes.push_back(outside.dial(listener->address()));
    REQUIRE(becomes_ready(outside, *listener, Interest::Read));
    sockets.push_back(listener->accept().value());
    REQUIRE(poller->watch(*sockets.back(), Interest::Read, i));
    remotes.back()->send("x");
  }
  std::set<std::uint64_t> seen;
  while (seen.size() < 50) {
    poller->wait(std::nullopt);
    for (const std::uint64_t token : poller->take_ready()) seen.insert(token);
  }
  CHECK(*seen.rbegin() == 49);
  for (const auto& socket : sockets) poller->forget(*socket);
}
