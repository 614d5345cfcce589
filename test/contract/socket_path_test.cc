// Sockets with paths: what network_test.cc has of ports, and the files that stand for them.
#include "contract/connecting.h"
#include "contract/contract.h"
#include "env/network.h"

using namespace wordstream;
using namespace wordstream::contract;

namespace {

Endpoint at(const std::string& path) { return {{}, 0, path}; }

/// A path of a file, or a name of the kernel's own that no other test has.
std::string some_path(Outside& outside) {
  const bool is_file = GENERATE(true, false);
  return (is_file ? "" : "@") + outside.path("socket");
}

Result<std::unique_ptr<Socket>> connect(Outside& outside, const std::string& path) {
  return contract::connect(outside, at(path));
}

Result<std::unique_ptr<Listener>> listen(Outside& outside, const std::string& path) {
  return outside.network().listen(at(path));
}

bool is_there(Outside& outside, const std::string& path) {
  return outside.files().info(path).has_value();
}

}  // namespace

CONTRACT("a path is connected to where somebody listens, and read to the end", "[network]") {
  TestType outside;
  const std::string path = some_path(outside);
  outside.serve_at(path);
  const std::unique_ptr<Socket> socket = connect(outside, path).value();
  CHECK(socket->peer() == "unix:" + path);
  char byte = 0;
  CHECK(socket->read({&byte, 1}).value().state == Read::State::NotNow);
  const std::unique_ptr<Remote> remote = outside.take();
  remote->send("hello");
  remote->close();
  const Reading reading = read_all(outside, *socket);
  CHECK(reading.bytes == "hello");
  CHECK(reading.has_ended);
}

CONTRACT("a path where nobody listens is unavailable, whatever stands there", "[network]") {
  TestType outside;
  outside.append("file", "text");
  outside.leave_socket(outside.path("left"));
  for (const std::string name : {"missing", "left", "file", "missing/socket"}) {
    const Result<std::unique_ptr<Socket>> socket = connect(outside, outside.path(name));
    REQUIRE_FALSE(socket.has_value());
    CHECK(socket.error().code == ErrorCode::Unavailable);
    CHECK_FALSE(socket.error().message.empty());
  }
  CHECK_FALSE(connect(outside, "@" + outside.path("missing")).has_value());
}

CONTRACT("clients of a path are let in, and heard", "[network]") {
  TestType outside;
  const std::string path = some_path(outside);
  const std::unique_ptr<Listener> listener = listen(outside, path).value();
  CHECK(listener->address() == "unix:" + path);
  CHECK(listener->accept().value() == nullptr);
  const std::unique_ptr<Remote> client = outside.dial(listener->address());
  client->send("hello");
  client->close();
  REQUIRE(becomes_ready(outside, *listener, Interest::Read));
  const std::unique_ptr<Socket> socket = listener->accept().value();
  REQUIRE(socket != nullptr);
  CHECK_FALSE(socket->peer().empty());
  CHECK(socket->is_connected().value());
  const Reading reading = read_all(outside, *socket);
  CHECK(reading.bytes == "hello");
  CHECK(reading.has_ended);
}

CONTRACT("a socket file is there for as long as somebody listens at it", "[network]") {
  TestType outside;
  const std::string path = outside.path("socket");
  std::unique_ptr<Listener> listener = listen(outside, path).value();
  CHECK(outside.files().info(path).value().kind == FileInfo::Kind::Socket);
  listener.reset();
  CHECK_FALSE(is_there(outside, path));
}

CONTRACT("a name of the kernel's own makes no file", "[network]") {
  TestType outside;
  const std::unique_ptr<Listener> listener = listen(outside, "@" + outside.path("socket")).value();
  CHECK_FALSE(is_there(outside, outside.path("socket")));
}

CONTRACT("a socket that nobody has any more is replaced", "[network]") {
  TestType outside;
  const std::string path = outside.path("socket");
  outside.leave_socket(path);
  const std::unique_ptr<Listener> listener = listen(outside, path).value();
  CHECK(outside.dial(listener->address()) != nullptr);
}

CONTRACT("a path at which somebody listens is unavailable, and he notices nothing", "[network]") {
  TestType outside;
  const std::string path = some_path(outside);
  std::unique_ptr<Listener> first = listen(outside, path).value();
  const Result<std::unique_ptr<Listener>> second = listen(outside, path);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::Unavailable);
  CHECK(second.error().message.starts_with("cannot listen on unix:" + path + ": "));
  CHECK(first->accept().value() == nullptr);
  CHECK(outside.dial(first->address()) != nullptr);
  first.reset();
  CHECK(listen(outside, path).has_value());
}

CONTRACT("anything but a socket is left where it stands", "[network]") {
  TestType outside;
  outside.append("file", "text");
  outside.make_directory("directory");
  for (const std::string name : {"file", "directory", "missing/socket"}) {
    const Result<std::unique_ptr<Listener>> listener = listen(outside, outside.path(name));
    REQUIRE_FALSE(listener.has_value());
    CHECK(listener.error().code == ErrorCode::CannotCreate);
  }
  CHECK(outside.text("file") == "text");
}

CONTRACT("what has taken the place of a socket file stays", "[network]") {
  TestType outside;
  const std::string path = outside.path("socket");
  std::unique_ptr<Listener> listener = listen(outside, path).value();
  outside.remove("socket");
  outside.append("socket", "text");
  listener.reset();
  CHECK(outside.text("socket") == "text");
}
