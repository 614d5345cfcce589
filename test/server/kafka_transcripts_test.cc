// What the document on Kafka shows is what happens, on a broker that its scenarios share.
#include <filesystem>
#include <string>

#include "catch.h"
#include "e2e/replay.h"
#include "e2e/transcript.h"
#include "server/kafka_broker.h"
#include "server/kafka_cluster.h"

using namespace wordstream::e2e;
using namespace wordstream::server;

TEST_CASE("what docs/kafka.md shows is what happens", "[transcripts]") {
  if (!KafkaBroker::is_installed()) return;
  if (!std::filesystem::exists("/usr/bin/kcat")) {
    WARN("SKIPPED: kcat is not installed, run scripts/bootstrap --kafka");
    return;
  }
  const KafkaBroker& broker = KafkaBroker::shared();
  KafkaCluster cluster(broker.address());
  for (const char* const topic : {"lines", "words", "guarded"}) cluster.make_topic(topic, 1);
  const auto scenarios =
      read_scenarios(wordstream::cli::read_file(WORDSTREAM_SOURCE_DIR "/docs/kafka.md"));
  CHECK(scenarios.size() == 3);
  for (const Scenario& scenario : scenarios) {
    Replay replay({"BROKER=" + broker.address(), "SECURED=" + broker.guarded_address()});
    INFO(scenario.title);
    const std::string difference = replay.play(scenario);
    INFO(difference);
    CHECK(difference.empty());
  }
}
