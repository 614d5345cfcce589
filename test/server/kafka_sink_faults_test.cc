// The real program writes to a real broker that goes away, or does not let it in, beside others
// that think they are in the right, and later than a transaction may last.
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "server/kafka_sink_job.h"

using namespace wordstream::cli;
using namespace wordstream::server;

namespace {

/// Stops it in the midst of a transaction of its own.
void stop_in_transaction(Program& program, const TestTopic& topic) {
  while (!has_open_transaction(topic.cluster, topic.name())) REQUIRE(program.is_running());
  program.stop();
  REQUIRE(has_open_transaction(topic.cluster, topic.name()));
}

void copy_checkpoint(const SinkJob& job, const std::string& from, const std::string& to) {
  std::filesystem::copy(job.folder / from, job.folder / to);
}

void end(Program& program) {
  program.close_stdin();
  program.expect_exit(exited(0));
}

}  // namespace

TEST_CASE("a broker that goes is waited for, as long as --wait allows, and what was counted comes",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic running_topic;
  TestTopic late_topic;
  TestTopic impatient_topic;
  TestTopic ended_topic;
  const SinkJob running_job(running_topic);
  const SinkJob late_job(late_topic);
  const SinkJob impatient_job(impatient_topic);
  const SinkJob ended_job(ended_topic);
  Program running = running_job.begin();
  Program impatient = impatient_job.begin({"--wait", "3s"});
  Program ended = ended_job.begin();
  for (Program* const program : {&running, &impatient, &ended}) program->write_stdin("a\n");
  wait_for_words(running_topic, {{"a", 1}}, running);
  wait_for_words(impatient_topic, {{"a", 1}}, impatient);
  wait_for_words(ended_topic, {{"a", 1}}, ended);

  KafkaBroker::shared().kill();
  for (Program* const program : {&running, &impatient, &ended}) program->write_stdin("b\n");
  running.wait_for_stderr(": waiting for it\n");
  Program late = late_job.begin();
  late.write_stdin("a\n");
  late.wait_for_stderr(": waiting for it\n");
  impatient.expect_exit(exited(69));
  CHECK(has(impatient.stderr_text(), "within 3s"));
  const std::string told = impatient_job.count("c\n", {"--wait", "200ms"}, 69);
  CHECK(has(told, "within 200ms"));
  // Nobody waits for minutes who has asked for an end.
  ended.wait_for_stderr(": waiting for it\n");
  ended.send_signal(SIGTERM);
  ended.expect_exit(exited(69));

  KafkaBroker::shared().start();
  running_topic.cluster.wait_until_up();
  running.wait_for_stderr("is there again");
  wait_for_words(running_topic, {{"a", 1}, {"b", 1}}, running);
  wait_for_words(late_topic, {{"a", 1}}, late);
  running.write_stdin("c\n");
  end(running);
  end(late);
  CHECK(settled_words_in(running_topic) == Words{{"a", 1}, {"b", 1}, {"c", 1}});
  CHECK(count_of(running.stderr_text(), ": waiting for it") == 1);
  CHECK(settled_words_in(late_topic) == Words{{"a", 1}});
  impatient_job.count("d\n");
  CHECK(settled_words_in(impatient_topic) == Words{{"a", 1}, {"b", 1}, {"d", 1}});
  ended_job.count("d\n");
  CHECK(settled_words_in(ended_topic) == Words{{"a", 1}, {"b", 1}, {"d", 1}});
}

TEST_CASE("brokers that only begin to know who coordinates groups are asked again", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  // Of several that ask at once most hear that nobody does yet.
  constexpr int kJobs = 8;
  const KafkaBroker fresh;
  KafkaCluster cluster(fresh.address());
  for (int i = 0; i < kJobs; ++i) cluster.make_topic(fmt::format("topic-{}", i), 1);
  const Folder folder;
  folder.write("words.txt", "a\n");
  std::vector<std::unique_ptr<Program>> programs;
  for (int i = 0; i < kJobs; ++i) {
    const std::string sink = fmt::format("kafka://{}/topic-{}", fresh.address(), i);
    programs.push_back(std::make_unique<Program>(
        std::vector<std::string>{program_under_test(), "words.txt", "-m", "exactly-once",
                                 "--checkpoint", fmt::format("state-{}", i), "--sink", sink},
        Setup{.directory = folder.path()}));
  }
  for (int i = 0; i < kJobs; ++i) {
    programs[static_cast<std::size_t>(i)]->expect_exit(exited(0));
    CHECK(written_in(cluster, fmt::format("topic-{}", i)).size() == 1);
  }
}

TEST_CASE("with a broker that goes in the midst of rows each promise is kept", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic exact_topic;
  TestTopic least_topic;
  const SinkJob exact_job(exact_topic);
  SinkJob least_job(least_topic);
  least_job.mode = "at-least-once";
  Program exact = exact_job.begin({"-b", "24h"});
  Program least = least_job.begin({"-b", "24h"});
  for (Program* const program : {&exact, &least}) {
    program->write_stdin(many_words());
    program->close_stdin();
  }
  for (const TestTopic* const topic : {&exact_topic, &least_topic}) {
    while (end_of(topic->cluster, topic->name()) == 0) REQUIRE(exact.is_running());
  }
  KafkaBroker::shared().kill();
  KafkaBroker::shared().start();
  exact_topic.cluster.wait_until_up();
  exact.expect_exit(exited(0));
  least.expect_exit(exited(0));
  CHECK(is_each_once(settled_words_in(exact_topic)));
  CHECK(settled_words_in(least_topic).size() == kManyWords);
}

TEST_CASE("what no broker has acknowledged in time is written again", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  SinkJob job(topic);
  job.mode = "at-least-once";
  const std::string config = job.folder.write("client.properties", "message.timeout.ms=100\n");
  Program program = job.begin({"--kafka-config", config});
  program.write_stdin("a\n");
  wait_for_words(topic, {{"a", 1}}, program);
  KafkaBroker::shared().kill();
  program.write_stdin("b\n");
  program.wait_for_stderr(": waiting for it");
  KafkaBroker::shared().start();
  topic.cluster.wait_until_up();
  wait_for_words(topic, {{"a", 1}, {"b", 1}}, program);
  end(program);
  INFO(program.report());
  CHECK_FALSE(has(program.stderr_text(), "held by another"));
}

TEST_CASE("a wrong password is 77 for who writes, and so is a topic that may not be written to",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const Folder secrets;
  const auto as_guest = [&](const std::string& password) {
    return secrets.write("client.properties",
                         "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
                         "sasl.username=guest\nsasl.password=" +
                             password + "\n");
  };
  for (const std::string mode : {"exactly-once", "at-least-once"}) {
    CAPTURE(mode);
    SinkJob job(topic);
    job.mode = mode;
    job.uri = fmt::format("kafka://{}/{}", KafkaBroker::shared().guarded_address(), topic.name());
    const std::string wrong =
        job.count("a\n", {"--kafka-config", as_guest("a-wrong-password")}, 77);
    CHECK(has(wrong, "--kafka-config"));
    CHECK_FALSE(has(wrong, "a-wrong-password"));
    const std::string right = as_guest("guest-password");
    CHECK(has(job.count("a\n", {"--kafka-config", right}, 77), "authorization failed"));
    topic.cluster.allow("guest", topic.name(), RD_KAFKA_ACL_OPERATION_DESCRIBE);
    CHECK(has(job.count("a\n", {"--kafka-config", right}, 77), "authorization failed"));
  }
  CHECK(written_in(topic.cluster, topic.name(), false).empty());
}

TEST_CASE("who wakes up and finds that a copy has taken over ends: 75, and names it", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  Program old = job.begin();
  old.write_stdin("a\n");
  wait_for_words(topic, {{"a", 1}}, old);
  SECTION("between two transactions") {
    old.stop();
    old.write_stdin("late\n");
  }
  SECTION("in a transaction") {
    old.write_stdin(many_words());
    stop_in_transaction(old, topic);
  }
  copy_checkpoint(job, "state", "copy");
  Program owner = job.begin({}, "copy");
  owner.write_stdin("b\n");
  while (words_in(topic).count("b") == 0) REQUIRE(owner.is_running());
  // What the copy has of the one that is stopped, it has written.
  const Words before = settled_words_in(topic);
  CHECK(before.count("late") == 0);
  old.send_signal(SIGCONT);
  old.expect_exit(exited(75));
  CHECK(has(old.stderr_text(),
            fmt::format("another wordstream has taken over (process {} on ", owner.pid())));
  owner.write_stdin("c\n");
  end(owner);
  Words after = before;
  after["c"] = 1;
  CHECK(settled_words_in(topic) == after);
}

TEST_CASE("an old copy is refused, and who is in the right does not notice", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  job.count("a\n");
  copy_checkpoint(job, "state", "copy");
  Program owner = job.begin({}, "copy");
  owner.write_stdin("b\n");
  wait_for_words(topic, {{"a", 1}, {"b", 1}}, owner);
  const std::string told = job.count("late\n", {}, 75);
  CHECK(has(told, fmt::format("with a copy of this checkpoint (process {} on ", owner.pid())));
  CHECK(has(told, "delete Kafka's group " + job.group()));
  owner.write_stdin("c\n");
  end(owner);
  CHECK(settled_words_in(topic) == Words{{"a", 1}, {"b", 1}, {"c", 1}});
  CHECK(count_of(owner.stderr_text(), "warning:") == 0);
}

TEST_CASE("who was stopped for longer than a transaction may last goes on", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  const std::string config = job.folder.write("client.properties", "transaction.timeout.ms=5000\n");
  Program program = job.begin({"-b", "24h", "--kafka-config", config});
  program.write_stdin(many_words());
  program.close_stdin();
  stop_in_transaction(program, topic);
  // The coordinator ends it.
  while (has_open_transaction(topic.cluster, topic.name())) REQUIRE(program.is_running());
  program.send_signal(SIGCONT);
  program.expect_exit(exited(0));
  INFO(program.report());
  CHECK(count_of(program.stderr_text(), "warning:") == 1);
  CHECK(is_each_once(settled_words_in(topic)));
  CHECK(written_in(topic.cluster, topic.name(), false).size() > kManyWords);
}

TEST_CASE("a transaction that runs out of time twice is 78, which says what to change", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  const std::string config = job.folder.write("client.properties", "transaction.timeout.ms=1000\n");
  Program program = job.begin({"-b", "24h", "--kafka-config", config});
  program.write_stdin(many_words());
  program.close_stdin();
  for (int i = 0; i < 2; ++i) {
    stop_in_transaction(program, topic);
    while (has_open_transaction(topic.cluster, topic.name())) REQUIRE(program.is_running());
    program.send_signal(SIGCONT);
  }
  program.expect_exit(exited(78));
  CHECK(has(program.stderr_text(), "has run out of time twice"));
  CHECK(has(program.stderr_text(), "transaction.timeout.ms, which is 1000"));
  CHECK(settled_words_in(topic).empty());
}

TEST_CASE("timeouts that the broker or the library does not take are 78, with their names",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  for (const char* const refused : {"transaction.timeout.ms=1000000\n",
                                    "transaction.timeout.ms=1000\nmessage.timeout.ms=5000\n"}) {
    CAPTURE(refused);
    const std::string config = job.folder.write("refused.properties", refused);
    CHECK(has(job.count("a\n", {"--kafka-config", config}, 78), "transaction.timeout.ms"));
  }
  CHECK(written_in(topic.cluster, topic.name(), false).empty());
}

TEST_CASE("a group that is gone does no harm where nothing is in doubt", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  job.count("a\n");
  delete_group(topic.cluster, job.group());
  CHECK(place_in(topic.cluster, job.group(), topic.name()).offset == -1);
  job.count("b\n");
  CHECK(settled_words_in(topic) == Words{{"a", 1}, {"b", 1}});
  CHECK(place_in(topic.cluster, job.group(), topic.name()).offset == 2);
}

TEST_CASE("a group that is gone while a batch is pending ends the run: 65, with the ways out",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  SinkJob job(topic);
  Program program = job.begin();
  program.write_stdin("a\n");
  wait_for_words(topic, {{"a", 1}}, program);
  KafkaBroker::shared().kill();
  program.write_stdin("b\n");
  program.wait_for_stderr(": waiting for it\n");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(69));
  KafkaBroker::shared().start();
  topic.cluster.wait_until_up();
  delete_group(topic.cluster, job.group());
  CHECK(has(job.count("c\n", {}, 65), "--mode at-least-once where they are not"));
  job.mode = "at-least-once";
  job.count("c\n");
  CHECK(settled_words_in(topic) == Words{{"a", 1}, {"b", 1}, {"c", 1}});
  job.mode = "exactly-once";
  job.count("d\n");
  CHECK(settled_words_in(topic) == Words{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}});
}
