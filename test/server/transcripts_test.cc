// What the document on PostgreSQL shows is what happens, with a server of its own for each
// scenario.
#include <string>
#include <vector>

#include "catch.h"
#include "e2e/replay.h"
#include "e2e/transcript.h"
#include "server/postgres.h"

using namespace wordstream::e2e;
using wordstream::server::Postgres;

TEST_CASE("what docs/postgresql.md shows is what happens", "[transcripts]") {
  if (!Postgres::is_installed()) return;
  const auto scenarios =
      read_scenarios(wordstream::cli::read_file(WORDSTREAM_SOURCE_DIR "/docs/postgresql.md"));
  CHECK(scenarios.size() == 2);
  for (const Scenario& scenario : scenarios) {
    const Postgres server;
    Replay replay({"PGHOST=" + server.socket_directory(), "PGUSER=test", "PGDATABASE=postgres"});
    INFO(scenario.title);
    const std::string difference = replay.play(scenario);
    INFO(difference);
    CHECK(difference.empty());
  }
}
