// One seed is one run, to the last byte.
#include <cstdint>
#include <set>

#include "catch.h"
#include "simulation/scenario.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

constexpr OriginKind kKinds[] = {OriginKind::Server, OriginKind::Clients, OriginKind::Stream,
                                 OriginKind::File};

std::uint64_t trace_of(OriginKind kind, std::uint64_t seed) {
  Scenario scenario(kind, seed);
  scenario.run();
  return scenario.world().trace.hash();
}

}  // namespace

TEST_CASE("the same seed is the same run", "[simulation]") {
  for (const OriginKind kind : kKinds) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      REQUIRE(trace_of(kind, seed) == trace_of(kind, seed));
    }
  }
}

TEST_CASE("another seed is another run", "[simulation]") {
  std::set<std::uint64_t> traces;
  for (const OriginKind kind : kKinds) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) traces.insert(trace_of(kind, seed));
  }
  CHECK(traces.size() == 200);
}
