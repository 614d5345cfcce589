// What the documents on Kafka show is what happens, on a broker that their scenarios share.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "e2e/replay.h"
#include "e2e/transcript.h"
#include "server/kafka_broker.h"
#include "server/kafka_cluster.h"

using namespace wordstream::e2e;
using namespace wordstream::server;

namespace {

bool can_play() {
  if (!KafkaBroker::is_installed()) return false;
  const bool is_there = std::filesystem::exists("/usr/bin/kcat");
  if (!is_there) WARN("SKIPPED: kcat is not installed, run scripts/bootstrap --kafka");
  return is_there;
}

/// On topics of one partition, which are made for it and gone afterwards.
void play(const std::string& document, const std::string& kind, std::size_t scenario_count,
          const std::vector<std::string>& topics) {
  const KafkaBroker& broker = KafkaBroker::shared();
  KafkaCluster cluster(broker.address());
  for (const std::string& topic : topics) cluster.make_topic(topic, 1);
  const auto scenarios =
      read_scenarios(wordstream::cli::read_file(WORDSTREAM_SOURCE_DIR "/" + document), kind);
  CHECK(scenarios.size() == scenario_count);
  for (const Scenario& scenario : scenarios) {
    Replay replay({"BROKER=" + broker.address(), "SECURED=" + broker.guarded_address()});
    INFO(scenario.title);
    const std::string difference = replay.play(scenario);
    INFO(difference);
    CHECK(difference.empty());
  }
  for (const std::string& topic : topics) cluster.delete_topic(topic);
}

}  // namespace

TEST_CASE("what docs/kafka.md shows is what happens", "[transcripts]") {
  if (can_play()) {
    play("docs/kafka.md", "console", 4, {"lines", "words", "guarded", "counts", "best"});
  }
}

TEST_CASE("what docs/tutorial.md shows of a broker is what happens", "[transcripts]") {
  if (can_play()) play("docs/tutorial.md", "console kafka", 1, {"orders", "counted", "paid"});
}
