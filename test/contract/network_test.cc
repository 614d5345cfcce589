#include "env/network.h"

#include "contract/connecting.h"
#include "contract/contract.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

constexpr const char* kHost = "127.0.0.1";

Result<std::unique_ptr<Socket>> connect(Outside& outside, std::uint16_t port) {
  return contract::connect(outside, Endpoint{kHost, port});
}

/// A connection: the door's end and the other.
struct Line {
  std::unique_ptr<Socket> socket;
  std::unique_ptr<Remote> remote;
};

Line connected(Outside& outside) {
  std::unique_ptr<Socket> socket = connect(outside, outside.serve()).value();
  return Line{std::move(socket), outside.take()};
}

std::unique_ptr<Socket> accept(Outside& outside, Listener& listener) {
  REQUIRE(becomes_ready(outside, listener, Interest::Read));
  std::unique_ptr<Socket> socket = listener.accept().value();
  REQUIRE(socket != nullptr);
  return socket;
}

Line accepted(Outside& outside) {
  const std::unique_ptr<Listener> listener = outside.network().listen({kHost, 0}).value();
  std::unique_ptr<Remote> remote = outside.dial(listener->address());
  return Line{accept(outside, *listener), std::move(remote)};
}

/// The two ways to come by a connection; what is read from it is the same.
Line some_line(Outside& outside) {
  const bool is_ours = GENERATE(true, false);
  return is_ours ? connected(outside) : accepted(outside);
}

std::uint16_t port_of(const Listener& listener) {
  const std::string address = listener.address();
  return static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
}

}  // namespace

CONTRACT("a number for a host is its own address", "[network]") {
  TestType outside;
  const std::vector<Address> addresses = resolve(outside, {kHost, 9999}).value();
  REQUIRE(addresses.size() == 1);
  CHECK(addresses.front().text == "127.0.0.1:9999");
}

CONTRACT("localhost has an address", "[network]") {
  TestType outside;
  CHECK_FALSE(resolve(outside, {"localhost", 9999}).value().empty());
}

CONTRACT("a name that does not exist is unavailable, and says why", "[network]") {
  TestType outside;
  // Longer than a name can be: no name server is asked.
  const Result<std::vector<Address>> addresses = resolve(outside, {std::string(300, 'x'), 1});
  REQUIRE_FALSE(addresses.has_value());
  CHECK(addresses.error().code == ErrorCode::Unavailable);
  CHECK_FALSE(addresses.error().message.empty());
}

CONTRACT("a connection stands once somebody listens", "[network]") {
  TestType outside;
  const std::uint16_t port = outside.serve();
  const std::unique_ptr<Socket> socket = connect(outside, port).value();
  CHECK(socket->peer() == to_text(Endpoint{kHost, port}));
}

CONTRACT("a port where nobody listens is unavailable, and says why", "[network]") {
  TestType outside;
  const std::uint16_t port = outside.dead_port();
  for (int i = 0; i < 10; ++i) {
    const Result<std::unique_ptr<Socket>> socket = connect(outside, port);
    REQUIRE_FALSE(socket.has_value());
    CHECK(socket.error().code == ErrorCode::Unavailable);
    CHECK_FALSE(socket.error().message.empty());
  }
}

TEST_CASE("a fake connection that reached itself does not stand", "[network]") {
  sim::World world(1);
  world.network.answer("127.0.0.1:40001", sim::FakeNetwork::Answer::ReachItself);
  const auto socket = world.network.connect({"127.0.0.1:40001", "127.0.0.1:40001"}).value();
  world.timeline.advance_by(Millis(10));
  CHECK(socket->is_connected().error().code == ErrorCode::Unavailable);
}

TEST_CASE("a real connection that reached itself does not stand", "[network]") {
  RealOutside outside;
  // Kernels walk through the local ports one after the other, or every second one: whoever tries
  // one port and its neighbour often enough is given that very port to connect from.
  const std::uint16_t port = outside.dead_port();
  std::array<Address, 2> addresses{
      resolve(outside, {kHost, port}).value().front(),
      resolve(outside, {kHost, static_cast<std::uint16_t>(port ^ 1)}).value().front()};
  outside.serve();  // the first port is free again
  std::string why;
  for (int i = 0; i < 100'000 && why.find("itself") == std::string::npos; ++i) {
    const auto socket = outside.network().connect(addresses[static_cast<std::size_t>(i % 2)]);
    const Result<bool> is_connected = socket ? (*socket)->is_connected() : fail(socket);
    why = is_connected ? "not known" : is_connected.error().message;
  }
  if (why.find("itself") == std::string::npos) WARN("this kernel chooses ports some other way");
}

CONTRACT("bytes arrive in order, then the end", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  std::string sent;
  for (int i = 0; i < 100; ++i) sent += std::to_string(i) + " ";
  line.remote->send(sent);
  line.remote->close();
  const Reading reading = read_all(outside, *line.socket);
  CHECK(reading.bytes == sent);
  CHECK(reading.has_ended);
}

CONTRACT("a read where nothing has come does not block", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  char byte = 0;
  CHECK(line.socket->read({&byte, 1}).value().state == Read::State::NotNow);
  CHECK_FALSE(is_ready(outside, *line.socket, Interest::Read));
  line.remote->send("x");
  CHECK(becomes_ready(outside, *line.socket, Interest::Read));
}

CONTRACT("the end of a stream makes it ready for reading", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  line.remote->close();
  CHECK(becomes_ready(outside, *line.socket, Interest::Read));
  CHECK(read_all(outside, *line.socket).has_ended);
}

CONTRACT("a broken connection is unavailable and not at its end", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  line.remote->send("half a line");
  line.remote->reset();
  CHECK(becomes_ready(outside, *line.socket, Interest::Hangup));
  const Reading reading = read_all(outside, *line.socket);
  CHECK_FALSE(reading.has_ended);
  REQUIRE(reading.error.has_value());
  CHECK(reading.error->code == ErrorCode::Unavailable);
  CHECK_FALSE(reading.error->message.empty());
  CHECK(std::string("half a line").starts_with(reading.bytes));
}

CONTRACT("what is written arrives in order", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  std::string written;
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i) + " ";
    std::string_view rest = number;
    while (!rest.empty()) {
      REQUIRE(becomes_ready(outside, *line.socket, Interest::Write));
      rest.remove_prefix(line.socket->write(rest).value());
    }
    written += number;
  }
  CHECK(line.remote->receive(written.size()) == written);
}

CONTRACT("a connection whose peer takes nothing is full, until it does", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  const std::string piece(1024, 'x');
  std::size_t written = 0;
  while (const std::size_t more = line.socket->write(piece).value()) written += more;
  CHECK(written > 0);
  CHECK_FALSE(is_ready(outside, *line.socket, Interest::Write));
  CHECK(line.remote->receive(written).size() == written);
  CHECK(becomes_ready(outside, *line.socket, Interest::Write));
  CHECK(line.socket->write(piece).value() > 0);
}

CONTRACT("whoever sends nothing any more may still receive", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  line.remote->send("that is all");
  line.remote->finish();
  const Reading reading = read_all(outside, *line.socket);
  CHECK(reading.bytes == "that is all");
  CHECK(reading.has_ended);
  CHECK(line.socket->write("!").value() == 1);
  CHECK(line.remote->receive(1) == "!");
}

CONTRACT("writing to whoever has closed fails, at the latest when that is known", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  line.remote->close();
  Result<std::size_t> written = 0;
  for (int i = 0; i < 100'000 && written; ++i) written = line.socket->write("x");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == ErrorCode::Unavailable);
  CHECK_FALSE(written.error().message.empty());
}

CONTRACT("writing to a broken connection fails", "[network]") {
  TestType outside;
  const Line line = some_line(outside);
  line.remote->reset();
  REQUIRE(becomes_ready(outside, *line.socket, Interest::Hangup));
  const Result<std::size_t> written = line.socket->write("x");
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == ErrorCode::Unavailable);
}

CONTRACT("a listener names the port that was chosen for it", "[network]") {
  TestType outside;
  const std::unique_ptr<Listener> one = outside.network().listen({kHost, 0}).value();
  const std::unique_ptr<Listener> two = outside.network().listen({kHost, 0}).value();
  CHECK(one->address().starts_with("127.0.0.1:"));
  CHECK(port_of(*one) != 0);
  CHECK(port_of(*one) != port_of(*two));
}

CONTRACT("an address in use is unavailable until it is left", "[network]") {
  TestType outside;
  std::unique_ptr<Listener> first = outside.network().listen({kHost, 0}).value();
  const Endpoint endpoint{kHost, port_of(*first)};
  const Result<std::unique_ptr<Listener>> second = outside.network().listen(endpoint);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::Unavailable);
  CHECK(second.error().message.starts_with("cannot listen on " + to_text(endpoint) + ": "));
  first.reset();
  CHECK(outside.network().listen(endpoint).has_value());
}

CONTRACT("somebody else's address cannot be listened on", "[network]") {
  TestType outside;
  // One that the standards keep for documentation: no machine has it.
  const Result<std::unique_ptr<Listener>> listener = outside.network().listen({"192.0.2.1", 0});
  REQUIRE_FALSE(listener.has_value());
  CHECK(listener.error().code == ErrorCode::Unavailable);
}

CONTRACT("nobody at the door is no error", "[network]") {
  TestType outside;
  const std::unique_ptr<Listener> listener = outside.network().listen({kHost, 0}).value();
  CHECK(listener->accept().value() == nullptr);
  CHECK_FALSE(is_ready(outside, *listener, Interest::Read));
}

CONTRACT("clients are let in one by one, in their order", "[network]") {
  TestType outside;
  const std::unique_ptr<Listener> listener = outside.network().listen({kHost, 0}).value();
  const std::unique_ptr<Remote> one = outside.dial(listener->address());
  const std::unique_ptr<Remote> two = outside.dial(listener->address());
  one->send("1");
  two->send("2");
  const std::unique_ptr<Socket> first = accept(outside, *listener);
  const std::unique_ptr<Socket> second = accept(outside, *listener);
  CHECK(listener->accept().value() == nullptr);
  CHECK(first->is_connected().value());
  CHECK(first->peer() != second->peer());
  CHECK(read_all(outside, *first, 1).bytes == "1");
  CHECK(read_all(outside, *second, 1).bytes == "2");
}

CONTRACT("a client that has left before it was let in is still heard", "[network]") {
  TestType outside;
  const std::unique_ptr<Listener> listener = outside.network().listen({kHost, 0}).value();
  const std::unique_ptr<Remote> client = outside.dial(listener->address());
  client->send("hello");
  client->close();
  const std::unique_ptr<Socket> socket = accept(outside, *listener);
  const Reading reading = read_all(outside, *socket);
  CHECK(reading.bytes == "hello");
  CHECK(reading.has_ended);
}

CONTRACT("without descriptors nobody is let in, and nobody is lost", "[network]") {
  TestType outside;
  const std::unique_ptr<Listener> listener = outside.network().listen({kHost, 0}).value();
  const std::unique_ptr<Remote> client = outside.dial(listener->address());
  REQUIRE(becomes_ready(outside, *listener, Interest::Read));
  outside.take_descriptors();
  const Result<std::unique_ptr<Socket>> refused = listener->accept();
  outside.return_descriptors();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Unavailable);
  CHECK(accept(outside, *listener) != nullptr);
}

CONTRACT("what is done with is closed", "[network]") {
  TestType outside;
  const std::size_t before = outside.open_count();
  {
    const std::unique_ptr<Listener> listener = outside.network().listen({kHost, 0}).value();
    for (int i = 0; i < 20; ++i) {
      const std::unique_ptr<Remote> client = outside.dial(listener->address());
      accept(outside, *listener);
    }
    resolve(outside, {kHost, 1}).value();
  }
  // Fewer when the thread of an earlier resolution has ended meanwhile.
  CHECK(outside.open_count() <= before);
}

CONTRACT("some connections may be open at once", "[network]") {
  TestType outside;
  CHECK(outside.network().connection_count_max() > 0);
}

TEST_CASE("a fake peer that never answers is given up like a refused one", "[network]") {
  sim::World world(1);
  world.network.answer("192.0.2.1:9", sim::FakeNetwork::Answer::Silence);
  const SteadyTime before = world.clock.steady();
  const auto socket = world.network.connect({"192.0.2.1:9", "192.0.2.1:9"}).value();
  CHECK_FALSE(socket->is_connected().value());
  world.timeline.advance_by(std::chrono::minutes(3));
  CHECK(socket->is_connected().error().code == ErrorCode::Unavailable);
  CHECK(world.clock.steady() == before + std::chrono::minutes(3));
}

TEST_CASE("a fake peer waits while the program does not read", "[network]") {
  sim::World world(1);
  world.network.window = 10;
  const auto listener = world.network.listen({"localhost", 7}).value();
  sim::Peer& peer = *world.network.dial(listener->address());
  CHECK(peer.send("0123456789abc") == 10);
  CHECK(peer.send("abc") == 0);
  const auto socket = listener->accept().value();
  std::array<char, 4> buffer{};
  const std::size_t read = socket->read(buffer).value().bytes;
  CHECK(peer.send("abcdef") == read);
}
