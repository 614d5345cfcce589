// kill -9 of the real program, and of the broker whose topics it reads and writes, at any moment.
// To see a campaign again, give its seed to the case that failed, as in cli/kills_test.cc.
//
// With WORDSTREAM_LONG each case kills 300 times and not 5.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "catch.h"
#include "cli/kill_campaign.h"
#include "cli/kill_law.h"
#include "server/kafka_broker.h"
#include "server/kafka_cluster.h"
#include "server/kafka_written.h"

using namespace wordstream::cli;
using namespace wordstream::server;

namespace {

constexpr int kKills = 5;
constexpr int kKillsLong = 300;
constexpr int kKillsOfCampaignMax = 10;
constexpr int kPartitions = 3;
/// No life of a campaign has this number: what it says was taken back.
constexpr unsigned kNobody = 999;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Some that put lines into a topic, each in its own way.
class Producers {
 public:
  Producers(std::string broker, std::string topic)
      : broker_(std::move(broker)), topic_(std::move(topic)), cluster_(broker_) {
    cluster_.make_topic(topic_, kPartitions);
  }

  void put(const std::string& text, std::uint64_t chance) {
    partition_ = static_cast<std::int32_t>(chance % kPartitions);
    switch (chance / kPartitions % 5) {
      case 0:
        cluster_.produce(topic_, partition_, text);
        break;
      case 1:  // The end of the value ends the last line.
        cluster_.produce(topic_, partition_, std::string_view(text).substr(0, text.size() - 1));
        break;
      case 2:
        for (const std::string& line : lines_of(text)) cluster_.produce(topic_, next(), line);
        break;
      case 3:
        put_in_transaction(text);
        break;
      default:
        take_back();
        cluster_.produce(topic_, partition_, text);
        break;
    }
  }

 private:
  std::int32_t next() { return partition_ = (partition_ + 1) % kPartitions; }

  void put_in_transaction(const std::string& text) {
    Transaction transaction(broker_);
    for (const std::string& line : lines_of(text)) transaction.produce(topic_, next(), line);
    transaction.commit();
  }

  void take_back() {
    Transaction transaction(broker_);
    for (int i = 0; i < kPartitions; ++i) {
      transaction.produce(topic_, next(),
                          fmt::format("{} {}\n", token(kNobody, ++aborted_), kCommonWord));
    }
    transaction.abort();
  }

  std::string broker_;
  std::string topic_;
  KafkaCluster cluster_;
  std::int32_t partition_ = 0;
  unsigned aborted_ = 0;
};

/// A topic that is written to, and what others see there.
class Target {
 public:
  Target(std::string broker, std::string topic)
      : topic_(std::move(topic)), cluster_(std::move(broker)) {
    cluster_.make_topic(topic_, kPartitions);
  }

  std::string uri() const {
    return fmt::format("kafka://{}/{}?format=tsv", cluster_.broker(), topic_);
  }
  std::vector<Row> rows() const { return read_tsv(lines_in(cluster_, topic_)); }
  /// Rows that are there once more for a reader who does not ask whether they were committed.
  std::size_t repeat_count() const {
    const std::vector<Row> all = read_tsv(lines_in(cluster_, topic_, false));
    CHECK(all.size() >= rows().size());
    std::set<std::tuple<std::int64_t, std::int64_t, std::string>> different;
    for (const Row& row : all) different.emplace(row.start_ms, row.end_ms, row.word);
    return all.size() - different.size();
  }

 private:
  std::string topic_;
  KafkaCluster cluster_;
};

bool is_long() { return std::getenv("WORDSTREAM_LONG") != nullptr; }

void kill_again_and_again(FedBy source, GoesTo sink, const std::string& name) {
  if (!KafkaBroker::is_installed()) return;
  KafkaBroker& broker = KafkaBroker::shared();
  const char* const chosen = std::getenv("WORDSTREAM_SEED");
  int left = is_long() ? kKillsLong : kKills;
  std::uint64_t seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  std::size_t repeat_count = 0;
  for (; left > 0; ++seed) {
    INFO("WORDSTREAM_SEED=" << seed);
    KillCell cell{"exactly-once", sink, source};
    std::optional<Producers> producers;
    if (source == FedBy::Topic) {
      const std::string topic = fmt::format("{}-from-{}", name, seed);
      producers.emplace(broker.address(), topic);
      cell.topic.uri = fmt::format("kafka://{}/{}", broker.address(), topic);
      cell.topic.put = [&](const std::string& text, std::uint64_t chance) {
        producers->put(text, chance);
      };
    }
    std::optional<Target> target;
    if (sink == GoesTo::Server) {
      target.emplace(broker.address(), fmt::format("{}-to-{}", name, seed));
      cell.server.uri = target->uri();
      cell.server.rows = [&] { return target->rows(); };
    }
    cell.topic.crash = cell.server.crash = [&] {
      broker.kill();
      broker.start();
    };
    KillCampaign campaign(cell, seed);
    for (int i = 0; i < kKillsOfCampaignMax && left > 0; ++i, --left) campaign.live_and_die();
    REQUIRE(campaign.finish().value_or("") == "");
    if (target) repeat_count += target->repeat_count();
    if (chosen != nullptr) return;
  }
  if (sink != GoesTo::Server) return;
  WARN(fmt::format("{}: {} rows are there again for who reads what was not committed", name,
                   repeat_count));
  // Of a few kills none may have come in a transaction.
  if (is_long()) CHECK(repeat_count > 0);
}

}  // namespace

TEST_CASE("kill -9 of both at any moment: exactly-once from a topic to a file", "[kills]") {
  kill_again_and_again(FedBy::Topic, GoesTo::File, "to-file");
}

TEST_CASE("kill -9 of both at any moment: exactly-once from a topic to SQLite", "[kills]") {
  kill_again_and_again(FedBy::Topic, GoesTo::Sqlite, "to-sqlite");
}

TEST_CASE("kill -9 of both at any moment: exactly-once from a topic to a topic", "[kills]") {
  kill_again_and_again(FedBy::Topic, GoesTo::Server, "topics");
}

TEST_CASE("kill -9 of both at any moment: exactly-once from a pipe to a topic", "[kills]") {
  kill_again_and_again(FedBy::Pipe, GoesTo::Server, "from-pipe");
}
