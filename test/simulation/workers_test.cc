// However many threads count, the output is the same, to the byte.
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "catch.h"
#include "engine/pipeline.h"
#include "sim/world.h"
#include "simulation/scheduler.h"
#include "simulation/text.h"
#include "source/stream_source.h"

using namespace wordstream;
using namespace wordstream::simulation;

namespace {

class Deaf final : public Observer {
  void on(const Event&) override {}
};

/// All that a run prints of `lines` from a file.
std::string output_of(const std::string& lines, std::size_t worker_count, std::uint64_t seed) {
  sim::World world(seed);
  Deaf deaf;
  Control control;
  world.disk.append("/words.txt", lines);
  Config config;
  config.source = std::make_shared<ReadFrom>("/words.txt");
  config.batch = std::chrono::hours(24);
  config.sinks = {SinkChoice{std::make_shared<ToStdout>(), FormatKind::Tsv, kAllRows}};
  config.worker_count = worker_count;
  config.limits.block_bytes = 64;
  config.limits.block_count_max = 2;
  Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::open(config, world.env(), control, deaf);
  REQUIRE(pipeline);
  // Steps that take no time: all runs end at the same instant.
  Scheduler scheduler(world, (*pipeline)->tasks(), Nanos(1),
                      [] { return std::optional<std::string>(); });
  REQUIRE(scheduler.run().value_or("") == "");
  return world.files.out.text();
}

}  // namespace

TEST_CASE("the output is the same for any number of threads", "[simulation]") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    sim::Prng prng(seed);
    TextMaker texts(prng);
    const std::string lines = texts.text(60);
    const std::string alone = output_of(lines, 0, seed);
    INFO("seed " << seed);
    REQUIRE(alone.empty() == lines.empty());
    for (const std::size_t worker_count : {2U, 3U, 7U}) {
      REQUIRE(output_of(lines, worker_count, seed) == alone);
    }
  }
}
