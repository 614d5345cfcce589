// A driver that is started and ends, and what becomes of the run.
#include "source/cluster_source.h"

#include "catch.h"
#include "unit/source/relp_run.h"

using namespace wordstream;

namespace {

/// One that does what a test says.
struct Driver {
  std::vector<std::string> words = {};
  std::optional<int> exit_code = {};
  bool was_asked_to_end = false;
};

class FakeChild final : public Child {
 public:
  explicit FakeChild(Driver& driver) : driver_(driver) {}
  int handle() const override { return -1; }
  std::optional<int> ended() override { return driver_.exit_code; }
  void ask_to_end() override { driver_.was_asked_to_end = true; }

 private:
  Driver& driver_;
};

struct ClusterRun : SourceRun {
  Driver driver;
  ClusterCommand command{
      [](std::string_view receiver, std::string_view checkpoint) {
        return std::vector<std::string>{"submit", std::string(receiver), std::string(checkpoint)};
      },
      [this](const std::vector<std::string>& words) -> Result<std::unique_ptr<Child>> {
        driver.words = words;
        return std::make_unique<FakeChild>(driver);
      }};

  Status begin() {
    world.network.window = 1'000'000;
    keeps_at_once = false;
    context.checkpoint = "/state";
    return start<ClusterSource>(command, world.network);
  }
  /// A turn for the source, as it has when its driver ends.
  void end_driver(int exit_code) {
    driver.exit_code = exit_code;
    sim::Peer* const peer = world.network.dial(driver.words[1]);
    settle();
    if (peer != nullptr) peer->close();
  }
};

}  // namespace

TEST_CASE("the driver is told where to send to, and where to remember", "[cluster]") {
  ClusterRun run;
  REQUIRE(run.begin());
  REQUIRE(run.driver.words.size() == 3);
  CHECK(run.driver.words[1].starts_with("127.0.0.1:"));
  CHECK(run.driver.words[2] == "/state");
}

TEST_CASE("counts of the driver are the run's, and answered", "[cluster]") {
  ClusterRun run;
  REQUIRE(run.begin());
  sim::Peer& peer = *run.world.network.dial(run.driver.words[1]);
  REQUIRE(peer.send(relp(1, "open", "wordstream=1\ncounts=1") +
                    relp(2, "counts", "q#0 1\t2\na\t1\n")) != 0);
  run.settle();
  CHECK(run.counts() == Lines{"a*1"});
  run.keep();
  run.settle();
  CHECK(peer.receive().ends_with(taken(2)));
  peer.close();
  run.settle();
  CHECK_FALSE(run.has_ended());  // it may connect again
}

TEST_CASE("the run ends when its driver has ended well", "[cluster]") {
  ClusterRun run;
  REQUIRE(run.begin());
  run.end_driver(0);
  CHECK(run.has_ended());
}

TEST_CASE("a driver that has not ended well ends the run with its code", "[cluster]") {
  const auto [exit_code, code] =
      GENERATE(std::pair(1, ErrorCode::Unavailable), std::pair(137, ErrorCode::Unavailable),
               std::pair(65, ErrorCode::BadData), std::pair(66, ErrorCode::NotFound));
  ClusterRun run;
  REQUIRE(run.begin());
  run.end_driver(exit_code);
  REQUIRE(run.error());
  CHECK(run.error()->code == code);
}

TEST_CASE("a run that ends has its driver end", "[cluster]") {
  ClusterRun run;
  REQUIRE(run.begin());
  run.stop();
  CHECK(run.driver.was_asked_to_end);
}

TEST_CASE("a driver that cannot be started fails before anything runs", "[cluster]") {
  ClusterRun run;
  run.command.start = [](const std::vector<std::string>&) -> Result<std::unique_ptr<Child>> {
    return fail(ErrorCode::Unavailable, "no");
  };
  CHECK_FALSE(run.begin());
}
