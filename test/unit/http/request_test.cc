#include "http/request.h"

#include <string>

#include "catch.h"
#include "http/host_guard.h"

using namespace wordstream;

namespace {

using State = HttpRequestReader::State;

/// What becomes of a head that comes byte by byte: its host and path, or the status of the answer.
std::string read(const std::string& bytes) {
  HttpRequestReader reader;
  for (const char byte : bytes) {
    if (reader.state() != State::Empty && reader.state() != State::Begun) return "too early";
    reader.take(std::string_view(&byte, 1));
  }
  if (reader.state() == State::Bad) return std::to_string(reader.error_status());
  if (reader.state() != State::Whole) return "not whole";
  const HttpRequest& request = reader.request();
  std::string text = request.method == HttpMethod::Get    ? "get "
                     : request.method == HttpMethod::Head ? "head "
                                                          : "other ";
  if (request.method == HttpMethod::Other) return text;
  text += request.host + " " + request.path;
  if (!request.query.empty()) text += " ? " + request.query;
  return text + (request.keeps_alive ? " stays" : "");
}

}  // namespace

TEST_CASE("a request is read in whatever pieces it comes", "[http]") {
  CHECK(read("GET / HTTP/1.1\r\nHost: localhost:80\r\n\r\n") == "get localhost / stays");
  CHECK(read("HEAD /a?b=c&d HTTP/1.1\r\nhOsT:  A.Example. \r\nX: y\r\n\r\n") ==
        "head a.example /a ? b=c&d stays");
  CHECK(read("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == "get a /");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == "get a /");
  CHECK(read("GET //evil.example/x#y HTTP/1.1\r\nHost: [::1]:7\r\n\r\n") ==
        "get [::1] //evil.example/x stays");
  CHECK(read("GET http://b.example/x?y HTTP/1.1\r\nHost: a\r\n\r\n") ==
        "get b.example /x ? y stays");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n") == "get a / stays");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\n") == "not whole");
  CHECK(read("") == "not whole");
}

TEST_CASE("other methods are told apart, and what is no good request is refused", "[http]") {
  for (const char* const method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"}) {
    CHECK(read(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n") == "other ");
  }
  CHECK(read("GET / HTTP/1.1\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.0\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost:\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n") == "413");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n") == "413");
  CHECK(read("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == "505");
  HttpRequestReader reader;
  reader.take("nonsense\r\n\r\n");
  CHECK(reader.state() == State::Bad);
  CHECK(reader.error_status() == 400);
}

TEST_CASE("a head ends at eight KiB", "[http]") {
  const auto head = [](std::size_t size) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
  };
  for (const std::size_t size : {kRequestBytesMax, kRequestBytesMax + 1}) {
    HttpRequestReader reader;
    CHECK(reader.take(head(size)) <= kRequestBytesMax);
    CHECK(reader.state() == (size == kRequestBytesMax ? State::Whole : State::Bad));
    if (reader.state() == State::Bad) CHECK(reader.error_status() == 431);
  }
}

TEST_CASE("what stands behind a request is left to the next one", "[http]") {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  HttpRequestReader reader;
  CHECK(reader.take(first + "GET /2") == first.size());
  CHECK(reader.request().path == "/1");
}

TEST_CASE("a parameter is found by its name", "[http]") {
  CHECK(parameter_of("limit=5&after=7", "after") == "7");
  CHECK(parameter_of("limit=5&after=7", "limit") == "5");
  CHECK(parameter_of("limit", "limit") == "");
  CHECK_FALSE(parameter_of("xlimit=5", "limit"));
  CHECK_FALSE(parameter_of("", "limit"));
}

TEST_CASE("addresses pass, and names that are ours", "[http]") {
  const HostGuard guard("Machine.Example", {"other.example"});
  for (const char* const host : {"localhost", "127.0.0.1", "10.1.2.3", "[::1]", "[fe80::1]",
                                 "machine.example", "other.example"}) {
    CHECK(guard.lets_pass(host));
  }
  for (const char* const host :
       {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "1.2.3", "[evil]",
        "1.2.3.x", "machine"}) {
    CHECK_FALSE(guard.lets_pass(host));
  }
}
