// kill -9 of the real program, and of the server that it writes to, at any moment. To see a
// campaign again, give its seed to the case that failed, as in cli/kills_test.cc.
//
// With WORDSTREAM_LONG each case kills 300 times and not 5.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/kill_campaign.h"
#include "server/postgres.h"

using namespace wordstream::cli;
using wordstream::server::Postgres;

namespace {

constexpr int kKills = 5;
constexpr int kKillsLong = 300;
constexpr int kKillsOfCampaignMax = 10;

std::vector<Row> rows_in(const Postgres& server, const std::string& table) {
  std::vector<Row> rows;
  if (server.ask("SELECT to_regclass('" + table + "')").empty()) return rows;
  for (const std::string& line :
       server.lines("SELECT start_ms, end_ms, word, count FROM " + table)) {
    std::istringstream in(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(in, cell, '|');) cells.push_back(cell);
    rows.push_back({std::stoll(cells[0]), std::stoll(cells[1]), cells[2], std::stoull(cells[3])});
  }
  return rows;
}

void kill_again_and_again(const std::string& mode, FedBy source, Counts counts) {
  if (!Postgres::is_installed()) return;
  Postgres server;
  const char* const chosen = std::getenv("WORDSTREAM_SEED");
  int left = std::getenv("WORDSTREAM_LONG") == nullptr ? kKills : kKillsLong;
  std::uint64_t seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  for (; left > 0; ++seed) {
    INFO("WORDSTREAM_SEED=" << seed);
    const std::string table = "t" + std::to_string(seed);
    KillCell cell{mode, GoesTo::Server, source, counts, {}};
    cell.server.uri = server.uri("table=" + table);
    cell.server.rows = [&] { return rows_in(server, table); };
    cell.server.crash = [&] {
      server.crash();
      server.start();
    };
    KillCampaign campaign(cell, seed);
    for (int i = 0; i < kKillsOfCampaignMax && left > 0; ++i, --left) campaign.live_and_die();
    REQUIRE(campaign.finish().value_or("") == "");
    if (chosen != nullptr) return;
  }
}

}  // namespace

TEST_CASE("kill -9 of both at any moment: exactly-once from a file to PostgreSQL", "[kills]") {
  kill_again_and_again("exactly-once", FedBy::File, Counts::Batches);
}

TEST_CASE("kill -9 of both at any moment: exactly-once from a pipe to PostgreSQL", "[kills]") {
  kill_again_and_again("exactly-once", FedBy::Pipe, Counts::Batches);
}

TEST_CASE("kill -9 of both at any moment: exactly-once windows from a file to PostgreSQL",
          "[kills]") {
  kill_again_and_again("exactly-once", FedBy::File, Counts::Windows);
}
