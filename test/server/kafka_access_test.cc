// The real program and brokers that ask who it is, or are others than those that it knows.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "server/kafka_topic.h"

using namespace wordstream::cli;
using namespace wordstream::server;

namespace {

std::string guarded(const TestTopic& topic) {
  return fmt::format("kafka://{}/{}", KafkaBroker::shared().guarded_address(), topic.name());
}

std::string as_guest(const Folder& folder, const std::string& password) {
  return folder.write("client.properties",
                      "# who we are\nsecurity.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
                      "sasl.username=guest\nsasl.password=" +
                          password + "\n");
}

/// Nothing that is left in the directory, nor what was told, has it.
void check_secret(const Folder& folder, const std::string& told, const std::string& secret) {
  CHECK_FALSE(has(told, secret));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    INFO(entry.path().string());
    CHECK_FALSE(has(read_file(entry.path().string()), secret));
    CHECK_FALSE(has(entry.path().string(), secret));
  }
}

}  // namespace

TEST_CASE("a wrong password is 77, and stands nowhere", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const Folder secrets;
  const TopicJob job(guarded(topic));
  const std::string config = as_guest(secrets, "a-wrong-password");
  secrets.append("client.properties", "debug=all\n");
  const std::string told = job.told(77, {"--kafka-config", config, "-v"});
  CHECK(has(told, "--kafka-config"));
  check_secret(job.folder, told, "a-wrong-password");
}

TEST_CASE("a topic that may not be seen, or not be read, is 77", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("a");
  const Folder secrets;
  const std::vector<std::string> more{"--until-eof", "--kafka-config",
                                      as_guest(secrets, "guest-password")};
  const TopicJob job(guarded(topic));
  CHECK(has(job.told(77, more), topic.name() + ": Broker: Topic authorization failed"));
  topic.cluster.allow("guest", topic.name(), RD_KAFKA_ACL_OPERATION_DESCRIBE);
  CHECK(has(job.told(77, more), "Topic authorization failed"));
  topic.cluster.allow("guest", topic.name(), RD_KAFKA_ACL_OPERATION_READ);
  Program program = job.begin(more);
  program.expect_exit(exited(0));
  CHECK(sum_tsv(program.stdout_text()) == Words{{"a", 1}});
  check_secret(job.folder, program.stderr_text(), "guest-password");
}

TEST_CASE("a topic of another cluster is not gone on with", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("a");
  const TopicJob job(topic.uri());
  CHECK(job.words() == Words{{"a", 1}});
  KafkaBroker elsewhere;
  KafkaCluster cluster(elsewhere.address());
  cluster.make_topic(topic.name(), 1);
  cluster.produce(topic.name(), 0, "a");
  const std::string uri = fmt::format("kafka://{}/{}", elsewhere.address(), topic.name());
  Program program = start({uri, "--until-eof", "-b", "20ms", "-f", "tsv", "-m", "at-least-once",
                           "--checkpoint", job.folder / "state"});
  program.expect_exit(exited(65));
  CHECK(has(program.stderr_text(), "is in the cluster " + elsewhere.cluster_id() + ","));
  CHECK(has(program.stderr_text(), "in the cluster " + KafkaBroker::shared().cluster_id() + ":"));
}
