// What a run has made durable before its tasks take a step.
#include "engine/pipeline.h"

#include <variant>

#include "catch.h"
#include "journal/inspection.h"
#include "sim/world.h"
#include "source/file_identity.h"

using namespace wordstream;

namespace {

class Nobody final : public Observer {
 public:
  void on(const Event& /*event*/) override {}
};

/// Opens a pipeline that is killed at once. Returns the position that its journal has then.
std::optional<Position> position_at_start(sim::World& world, const SourceChoice& source) {
  Config config;
  config.source = source;
  config.sinks = {SinkChoice{ToFile{"/out.tsv"}, FormatKind::Tsv, kAllRows}};
  config.checkpoint = "/ck";
  Nobody nobody;
  {
    const Env env = world.env();
    REQUIRE(Pipeline::open(config, env, nobody).has_value());
  }
  world.disk.lose_power(sim::Survival::of_nothing());
  world.storage.restart();
  return inspect_journal(world.storage, "/ck").value().state.meta.position;
}

}  // namespace

TEST_CASE("where a file begins is durable before any of it is read", "[pipeline]") {
  sim::World world(1);
  world.files.make_directory("/logs");
  const sim::Inode& log = world.files.append("/logs/in", "one\n");
  const bool is_followed = GENERATE(true, false);
  const SourceChoice source =
      is_followed ? SourceChoice(Follow{"/logs/in"}) : SourceChoice(ReadFrom{"/logs/in"});
  const std::optional<Position> position = position_at_start(world, source);
  REQUIRE(position);
  CHECK(position->offset == 0);
  CHECK(is_same_file(log.info(), *decode_file_identity(*position->stream)));
}

TEST_CASE("where a file on standard input begins is durable, too", "[pipeline]") {
  sim::World world(1);
  world.files.append("in", "header\none\n");
  world.files.redirect_stdin("in", 7);
  const std::optional<Position> position = position_at_start(world, ReadFrom{"-"});
  REQUIRE(position);
  CHECK(position->offset == 7);
}

TEST_CASE("a pipe has no place to begin at", "[pipeline]") {
  sim::World world(1);
  world.files.pipe_stdin();
  CHECK_FALSE(position_at_start(world, ReadFrom{"-"}));
}
