// kill -9 of a job that follows a log, in the middle of whatever becomes of the log. To see a
// campaign again, give its seed; what the kernel does in between is not in it, so it may take a few
// tries:
//
//   WORDSTREAM_SEED=17 build/release/test/cli_tests "kill -9 among rotations"
//
// It runs with WORDSTREAM_LONG alone, 100 campaigns, as long as one of some hundred finds a fault.
#include <cstdint>
#include <cstdlib>

#include "catch.h"
#include "cli/rotation_campaign.h"
#include "seeds.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

constexpr std::uint64_t kSeeds = 100;
constexpr int kActs = 150;

void run_campaign(std::uint64_t seed) {
  INFO("WORDSTREAM_SEED=" << seed);
  RotationCampaign campaign(seed);
  for (int i = 0; i < kActs; ++i) campaign.act();
  const std::string broken = campaign.finish().value_or("");
  INFO(campaign.story());
  REQUIRE(broken == "");
}

}  // namespace

TEST_CASE("kill -9 among rotations", "[rotations]") {
  if (const auto seed = number_in("WORDSTREAM_SEED")) return run_campaign(*seed);
  if (std::getenv("WORDSTREAM_LONG") == nullptr) {
    WARN("SKIPPED: real rotations under kills are a part of scripts/check --long");
    return;
  }
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) run_campaign(seed);
}
