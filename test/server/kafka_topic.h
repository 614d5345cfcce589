// What the tests of the program on a Kafka broker share: a topic of a case's own, and a job that
// reads it.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/program.h"
#include "server/kafka_broker.h"
#include "server/kafka_cluster.h"

namespace wordstream::server {

using Words = std::map<std::string, std::uint64_t>;

inline bool has(const std::string& text, std::string_view piece) {
  return text.find(piece) != text.npos;
}

/// On the broker that all cases share.
class TestTopic {
 public:
  explicit TestTopic(int partition_count = 1,
                     const std::map<std::string, std::string>& settings = {})
      : name_(next_name()) {
    cluster.make_topic(name_, partition_count, settings);
  }

  const std::string& name() const { return name_; }
  std::string uri(const std::string& parameters = "") const {
    const std::string behind = parameters.empty() ? "" : "?" + parameters;
    return fmt::format("kafka://{}/{}{}", KafkaBroker::shared().address(), name_, behind);
  }

  /// Nothing: null.
  void say(std::string_view value, std::int32_t partition = 0) {
    cluster.produce(name_, partition, value);
  }
  void make_anew() {
    cluster.delete_topic(name_);
    cluster.make_topic(name_, 1);
  }
  /// Returns when the group has this offset of a partition.
  void wait_for_group(const std::string& group, std::int32_t partition, std::int64_t offset) {
    const auto deadline = std::chrono::steady_clock::now() + cli::kPatience;
    std::int64_t seen = -1;
    while (seen != offset && std::chrono::steady_clock::now() < deadline) {
      seen = cluster.group_offset(group, name_, partition);
    }
    REQUIRE(seen == offset);
  }
  /// As retention does.
  void delete_before(std::int64_t offset) { cluster.delete_records(name_, 0, offset); }

  KafkaCluster cluster{KafkaBroker::shared().address()};

 private:
  static std::string next_name() {
    static int count = 0;
    return fmt::format("topic-{}", ++count);
  }

  std::string name_;
};

/// Counts what comes to stdout, and keeps how far it was.
class TopicJob {
 public:
  explicit TopicJob(std::string uri) : uri_(std::move(uri)) {}

  cli::Program begin(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{uri_, "-b", "20ms",         "-f",    "tsv",
                                 "-m", mode, "--checkpoint", "state", "-v"};
    all.insert(all.end(), more.begin(), more.end());
    return cli::start(all, {.directory = folder.path()});
  }

  /// Of a run to the end.
  Words words() const {
    cli::Program program = begin({"--until-eof"});
    program.expect_exit(cli::exited(0));
    return cli::sum_tsv(program.stdout_text());
  }

  /// What it says when it ends by itself with this code.
  std::string told(int code, const std::vector<std::string>& more = {"--until-eof"}) const {
    cli::Program program = begin(more);
    program.expect_exit(cli::exited(code));
    return program.stderr_text();
  }

  cli::Folder folder;
  std::string mode = "at-least-once";

 private:
  std::string uri_;
};

/// Returns when the word was counted.
inline void wait_for_word(cli::Program& program, const std::string& word) {
  program.wait_for_stdout("\t" + word + "\t");
}

}  // namespace wordstream::server
