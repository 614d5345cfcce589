// What a sender of RELP sees of the program: what is answered, and when.
#include <string>

#include "catch.h"
#include "cli/followed_log.h"
#include "e2e/transcript.h"
#include "server/relp_job.h"
#include "server/relp_sender.h"

using namespace wordstream::server;
using namespace wordstream::cli;

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

TEST_CASE("RELP: the sender of docs/protocol.md has each line counted once over kill -9",
          "[relp]") {
  const Folder folder;
  const std::string script = folder.write(
      "relp_send.py",
      wordstream::e2e::read_block(read_file(WORDSTREAM_SOURCE_DIR "/docs/protocol.md"), "python"));
  const auto words = numbered("w", 20'000);
  const std::string log = folder.write("log", lines_of(words));
  RelpJob job;
  Program program = job.run();
  program.listening_port();
  Program sender({"python3", script, "127.0.0.1", std::to_string(job.port()), "here:log"},
                 {.input = Input::File, .input_path = log});
  job.wait_for(program, {words.front()});
  wordstream::cli::kill(program);
  Program next = job.run();
  sender.expect_exit(exited(0));
  job.wait_for(next, words);
  RelpJob::stop(next);
  job.expect_once(words);
}
