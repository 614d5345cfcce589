// What a sender of RELP sees of the program: what is answered, and when.
#include <string>

#include "catch.h"
#include "server/relp_job.h"
#include "server/relp_sender.h"

using namespace wordstream::server;
using wordstream::cli::Program;

TEST_CASE("RELP: a line that comes together with the open is answered", "[relp]") {
  RelpJob job;
  Program program = job.run();
  program.listening_port();
  RelpSender sender("a.log");
  sender.add("one");
  sender.connect(job.port());
  sender.send(1);
  sender.wait_for_answers();
  CHECK(sender.answered_count() == 1);
  job.wait_for(program, {"one"});
}
