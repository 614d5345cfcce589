// Ten thousand runs in fake worlds. Each is made by its seed alone: to see a run again, give its
// seed to the case that failed, and every line of what happened is printed:
//
//   WORDSTREAM_SEED=17 build/dev/test/simulation_tests "<the name of the case>"
//
// For a longer search, WORDSTREAM_SEED_COUNT says how many seeds each case tries.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "catch.h"
#include "seeds.h"
#include "simulation/scenario.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

constexpr std::uint64_t kSeedCount = 2500;

void replay(OriginKind kind, std::uint64_t seed) {
  Scenario scenario(kind, seed);
  scenario.world().trace.reader = [](std::string_view line) { fmt::print("{}\n", line); };
  const std::optional<std::string> complaint = scenario.run();
  INFO("seed " << seed);
  CHECK(complaint.value_or("") == "");
}

void swarm(OriginKind kind) {
  if (const auto seed = number_in("WORDSTREAM_SEED")) return replay(kind, *seed);
  const std::uint64_t last = seed_count(kSeedCount);
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    const std::optional<std::string> complaint = Scenario(kind, seed).run();
    INFO("WORDSTREAM_SEED=" << seed << " shows this run");
    REQUIRE(complaint.value_or("") == "");
  }
}

}  // namespace

TEST_CASE("lines from a server that comes and goes are counted once", "[simulation]") {
  swarm(OriginKind::Server);
}

TEST_CASE("lines from clients that come and go are counted once", "[simulation]") {
  swarm(OriginKind::Clients);
}

TEST_CASE("lines from a pipe or a file are counted once", "[simulation]") {
  swarm(OriginKind::Stream);
}

TEST_CASE("lines of a followed file are counted once", "[simulation]") { swarm(OriginKind::File); }
