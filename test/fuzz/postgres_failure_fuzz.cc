// Whatever a server says when it refuses, it becomes one line, and a code that is one.
//   input: whether anybody was asked, and whether a password is missing (2 bits); the message
#include "env/postgres_failure.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/target.h"

namespace wordstream {
namespace {

void run(std::string_view input) {
  const unsigned bits = input.empty() ? 0 : static_cast<unsigned char>(input.front());
  const std::string message(input.substr(input.empty() ? 0 : 1));
  const PostgresReply reply = read_failure(message, (bits & 1U) != 0, (bits & 2U) != 0);
  using State = PostgresReply::State;
  WS_CHECK(reply.state == State::Refused || reply.state == State::Lost, "reading a failure");
  WS_CHECK(reply.code.empty() || reply.code.size() == 5, "reading a code");
  WS_CHECK(reply.why.find('\n') == std::string::npos, "making one line");
  // Each line break may have become two characters.
  WS_CHECK(reply.why.size() <= 2 * message.size(), "making a line");
  WS_CHECK((bits & 2U) == 0 || reply.state == State::Refused, "missing a password");
}

std::vector<std::string> seeds() {
  const std::string refused =
      "connection to server at \"h\" (::1), port 5432 failed: Connection refused\n\tIs it?\n";
  const std::string password =
      "connection to server at \"h\" (1.2.3.4), port 1 failed: FATAL:  28P01: password\nLOCATION:  "
      "x\n";
  return {"",
          "\1" + refused,
          "\1" + password,
          "\3" + refused + password,
          std::string(1, '\0') + "service",
          "\2fe_sendauth: no password supplied\n"};
}

}  // namespace

const FuzzTarget kPostgresFailureFuzz{&run, &seeds};

}  // namespace wordstream
