// What an attempt to connect that has failed means: come again, or never.
#include "env/postgres_failure.h"

#include <string>

#include "catch.h"

using namespace wordstream;
using State = PostgresReply::State;

namespace {

const std::string kRefused4 =
    "connection to server at \"localhost\" (127.0.0.1), port 5432 failed: Connection refused\n"
    "\tIs the server running on that host and accepting TCP/IP connections?\n";
const std::string kRefused6 =
    "connection to server at \"localhost\" (::1), port 5432 failed: Connection refused\n";
const std::string kPassword =
    "connection to server at \"localhost\" (127.0.0.1), port 5432 failed: FATAL:  28P01: password "
    "authentication failed for user \"u\"\nLOCATION:  auth_failed, auth.c:326\n";
const std::string kOtherPassword =
    "connection to server at \"other\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password "
    "authentication failed for user \"u\"\n";

PostgresReply read(const std::string& message) { return read_failure(message, true, false); }

}  // namespace

TEST_CASE("who refuses a connection may take one later, who refuses a password will not",
          "[postgres]") {
  CHECK(read(kRefused4).state == State::Lost);
  CHECK(read(kRefused4).code.empty());
  CHECK(read(kPassword).state == State::Refused);
  CHECK(read(kPassword).code == "28P01");
  CHECK(read(kPassword).why ==
        "connection to server at \"localhost\" (127.0.0.1), port 5432 failed: FATAL:  password "
        "authentication failed for user \"u\"");
  for (const std::string code : {"57P03", "53300"}) {
    const PostgresReply reply =
        read("connection to server on socket \"/s\" failed: FATAL:  " + code + ": not now\n");
    CHECK(reply.state == State::Lost);
    CHECK(reply.code == code);
  }
}

TEST_CASE("a name that stands for several addresses is one host, and of several one may come back",
          "[postgres]") {
  CHECK(read(kRefused6 + kPassword).state == State::Refused);
  CHECK(read(kRefused6 + kOtherPassword).state == State::Lost);
  CHECK(read(kPassword + kOtherPassword).state == State::Refused);
  CHECK(read(kRefused6 + kRefused4).state == State::Lost);
}

TEST_CASE("what makes no sense is told from who is away, before anybody was asked", "[postgres]") {
  const auto before = [](const std::string& message) {
    return read_failure(message, false, false);
  };
  CHECK(before("definition of service \"x\" not found\n").state == State::Refused);
  CHECK(before("definition of service \"x\" not found\n").code.empty());
  CHECK(
      before("could not translate host name \"h\" to address: Name or service not known\n").state ==
      State::Lost);
  CHECK(before("connection to server on socket \"/s\" failed: No such file or directory\n").state ==
        State::Lost);
  CHECK(read_failure("fe_sendauth: no password supplied\n", true, true).code == "28P01");
}

TEST_CASE("several lines become one, with nothing of the server's source", "[postgres]") {
  CHECK(one_line("a\n\tb\n\n  \nLOCATION:  x.c:1\nc") == "a; b; c");
  CHECK(one_line("").empty());
}
