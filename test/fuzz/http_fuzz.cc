// What anybody sends to the port of the page: in pieces of any size it is the request that it is as
// a whole, of no more bytes than a head may have; and what is answered is asked for by a good name.
//   input: how the bytes are cut (1 byte), then the bytes
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/target.h"
#include "http/host_guard.h"
#include "http/request.h"
#include "sim/prng.h"

namespace wordstream {
namespace {

using State = HttpRequestReader::State;

struct Outcome {
  State state = State::Empty;
  int error = 0;
  std::size_t taken = 0;
  std::string request = {};

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(std::string_view bytes, std::uint64_t seed) {
  sim::Prng prng(seed);
  HttpRequestReader reader;
  Outcome outcome;
  while (!bytes.empty()) {
    const std::size_t size = seed == 0 ? bytes.size() : prng.between(1, bytes.size());
    const std::string piece(bytes.substr(0, size));  // gone behind its end, as a sanitizer sees
    const std::size_t taken = reader.take(piece);
    WS_CHECK(taken <= size, "taking what is there");
    outcome.taken += taken;
    if (reader.state() == State::Whole || reader.state() == State::Bad) break;
    WS_CHECK(taken == size, "taking all of what is not whole");
    bytes.remove_prefix(size);
  }
  outcome.state = reader.state();
  if (outcome.state == State::Bad) {
    outcome.error = reader.error_status();
    outcome.taken = 0;  // where it is seen depends on the pieces
  }
  if (outcome.state != State::Whole) return outcome;
  const HttpRequest& request = reader.request();
  outcome.request = request.path + "\n" + request.query + "\n" + request.host +
                    (request.keeps_alive ? "\nstays" : "\ngoes");
  if (request.method == HttpMethod::Other) return outcome;
  WS_CHECK(!request.host.empty(), "a request has a host");
  WS_CHECK(request.path.starts_with('/'), "a path begins at the root");
  parameter_of(request.query, "limit");
  return outcome;
}

void run(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  const Outcome whole = outcome_of(bytes, 0);
  WS_CHECK(whole.taken <= kRequestBytesMax, "reading no more than a head");
  WS_CHECK(outcome_of(bytes, 1 + static_cast<unsigned char>(input[0])) == whole,
           "reading a request in pieces");
  HostGuard("machine", {"other"}).lets_pass(bytes);
}

std::vector<std::string> seeds() {
  return {"1GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n",
          "2HEAD /api/v1/batches?limit=5&after=7 HTTP/1.1\r\nHost: [::1]:1\r\nX: y\r\n z\r\n\r\n",
          "3GET http://user@a.example:80/x?y#z HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "4POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
          "5GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "6GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
          "7PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "8CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
          "9GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(8200, 'x')};
}

}  // namespace

const FuzzTarget kHttpFuzz{&run, &seeds};

}  // namespace wordstream
