// kill -9 of the real program at any moment, again and again, in each mode with each sink. To see a
// campaign again, give its seed to the case that failed; what the kernel does in between is not in
// the seed, so it may take a few tries:
//
//   WORDSTREAM_SEED=17 build/release/test/cli_tests "<the name of the case>"
//
// With WORDSTREAM_LONG each case kills 300 times and not 20.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "catch.h"
#include "cli/kill_campaign.h"
#include "cli/kill_law.h"

using namespace wordstream::cli;

namespace {

constexpr int kKills = 20;
constexpr int kKillsLong = 300;
/// Of one job; then another begins, so that beginnings are interrupted, too.
constexpr std::uint64_t kKillsOfCampaignMax = 9;

void run_campaign(const KillCell& cell, std::uint64_t seed, int kills) {
  INFO("WORDSTREAM_SEED=" << seed);
  KillCampaign campaign(cell, seed);
  for (int i = 0; i < kills; ++i) campaign.live_and_die();
  REQUIRE(campaign.finish().value_or("") == "");
}

void kill_again_and_again(const KillCell& cell) {
  if (const char* const seed = std::getenv("WORDSTREAM_SEED")) {
    return run_campaign(cell, std::strtoull(seed, nullptr, 10), kKillsOfCampaignMax);
  }
  int left = std::getenv("WORDSTREAM_LONG") == nullptr ? kKills : kKillsLong;
  for (std::uint64_t seed = 1; left > 0; ++seed) {
    const int kills = std::min(left, static_cast<int>(1 + seed * 4 % kKillsOfCampaignMax));
    run_campaign(cell, seed, kills);
    left -= kills;
  }
}

}  // namespace

TEST_CASE("kill -9 at any moment: at-most-once from a file to stdout", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::Stdout, FedBy::File});
}

TEST_CASE("kill -9 at any moment: at-most-once from a pipe to stdout", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::Stdout, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: at-most-once from a file to a file", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::File, FedBy::File});
}

TEST_CASE("kill -9 at any moment: at-most-once from a pipe to a file", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::File, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: at-most-once from a file to a database", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::Sqlite, FedBy::File});
}

TEST_CASE("kill -9 at any moment: at-most-once from a pipe to a database", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::Sqlite, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: at-least-once from a file to stdout", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::Stdout, FedBy::File});
}

TEST_CASE("kill -9 at any moment: at-least-once from a pipe to stdout", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::Stdout, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: at-least-once from a file to a file", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::File, FedBy::File});
}

TEST_CASE("kill -9 at any moment: at-least-once from a pipe to a file", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::File, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: at-least-once from a file to a database", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::Sqlite, FedBy::File});
}

TEST_CASE("kill -9 at any moment: at-least-once from a pipe to a database", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::Sqlite, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: exactly-once from a file to a file", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::File, FedBy::File});
}

TEST_CASE("kill -9 at any moment: exactly-once from a pipe to a file", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::File, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: exactly-once from a file to a database", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::Sqlite, FedBy::File});
}

TEST_CASE("kill -9 at any moment: exactly-once from a pipe to a database", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::Sqlite, FedBy::Pipe});
}

TEST_CASE("kill -9 at any moment: at-most-once windows from a file to stdout", "[kills]") {
  kill_again_and_again({"at-most-once", GoesTo::Stdout, FedBy::File, Counts::Windows});
}

TEST_CASE("kill -9 at any moment: at-least-once windows from a pipe to a file", "[kills]") {
  kill_again_and_again({"at-least-once", GoesTo::File, FedBy::Pipe, Counts::Windows});
}

TEST_CASE("kill -9 at any moment: exactly-once windows from a file to a file", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::File, FedBy::File, Counts::Windows});
}

TEST_CASE("kill -9 at any moment: exactly-once windows from a pipe to a file", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::File, FedBy::Pipe, Counts::Windows});
}

TEST_CASE("kill -9 at any moment: exactly-once windows from a file to a database", "[kills]") {
  kill_again_and_again({"exactly-once", GoesTo::Sqlite, FedBy::File, Counts::Windows});
}

TEST_CASE("the law of kills sees what is lost, repeated, torn or made up", "[kills]") {
  const SentLines sent{{token(1, 1), token(1, 2)}, {token(1, 1)}};
  const auto verdict = [&](const char* mode, const std::vector<Row>& rows) {
    return judge({.mode = mode}, sent, rows).value_or("");
  };
  const Row one{0, 1, token(1, 1), 1};
  const Row common{0, 1, kCommonWord, 1};
  for (const char* const mode : {"at-most-once", "at-least-once", "exactly-once"}) {
    CHECK(verdict(mode, {one, common}) == "");
    CHECK(verdict(mode, {one, common, {1, 2, "other", 1}}) == "'other' was never sent");
  }
  CHECK(verdict("at-most-once", {}) == "");
  CHECK(verdict("at-least-once", {}) == "t001x00001 is in 0 emissions and not in 1");
  CHECK(verdict("exactly-once", {}) == "t001x00001 is in 0 emissions and not in 1");
  CHECK(verdict("at-least-once", {one, one, common}) == "");
  for (const char* const mode : {"at-most-once", "exactly-once"}) {
    CHECK(verdict(mode, {one, one, common}) == "'t001x00001' is twice in the emission 0-1");
  }
  for (const char* const mode : {"at-most-once", "at-least-once", "exactly-once"}) {
    CHECK(verdict(mode, {one, common, {1, 2, token(1, 1), 1}, {1, 2, kCommonWord, 1}}) ==
          "t001x00001 is in 2 emissions and not in 1");
    CHECK(verdict(mode, {{0, 1, token(1, 1), 2}}) ==
          "t001x00001 is counted 2 times in the emission 0-1");
  }
  CHECK(verdict("exactly-once", {one}) == "the emission 0-1 has 1 lines, and counts 0");
  CHECK(verdict("at-least-once", {one, common, {0, 1, kCommonWord, 2}}) ==
        "'common' came again in the emission 0-1 with 2 instead of 1");
}

TEST_CASE("the law of kills counts the windows of a line, and no part of one", "[kills]") {
  const SentLines sent{{token(1, 1)}, {token(1, 1)}};
  /// What is wrong with windows of 30 ms every 10 ms, if they end then.
  const auto verdict = [&](const char* mode, const std::vector<std::int64_t>& ends) {
    std::vector<Row> rows;
    for (const std::int64_t end : ends) {
      rows.push_back({end - 30, end, token(1, 1), 1});
      rows.push_back({end - 30, end, kCommonWord, 1});
    }
    return judge({.mode = mode, .windows = 3, .slide_ms = 10}, sent, rows).value_or("");
  };
  const std::string too_few = "t001x00001 is in 2 emissions and not in 3";
  for (const char* const mode : {"at-most-once", "at-least-once", "exactly-once"}) {
    CHECK(verdict(mode, {40, 50, 60}) == "");
    CHECK(verdict(mode, {40, 47, 50, 60}) == "");
    CHECK(verdict(mode, {40, 50, 60, 70}) == "t001x00001 is in 4 emissions and not in 3");
  }
  CHECK(verdict("at-most-once", {40, 60}) == "");
  CHECK(verdict("at-least-once", {40, 47, 60}) == too_few);
  CHECK(verdict("exactly-once", {40, 47, 60}) == too_few);
  CHECK(verdict("at-least-once", {40, 50, 50, 60}) == "");
  CHECK(verdict("at-most-once", {40, 50, 50}) == "'t001x00001' is twice in the emission 20-50");
}

TEST_CASE("tokens are found in any bytes, half ones are not", "[kills]") {
  CHECK(tokens_in("\x0a" + token(1, 2) + "\x01\x0a" + token(12, 345) + "t001x000") ==
        std::set<std::string>{token(1, 2), token(12, 345)});
}
