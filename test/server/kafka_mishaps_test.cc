// The real program and a real broker that goes away, or does not let it in, and topics that are not
// any more what was read.
#include <chrono>
#include <csignal>
#include <string>

#include "catch.h"
#include "server/kafka_topic.h"

using namespace wordstream::cli;
using namespace wordstream::server;

namespace {

/// A topic that somebody reads.
struct Reading {
  Reading() { topic.say("a"); }
  TestTopic topic;
  TopicJob job{topic.uri()};
  Program program{job.begin()};
};

}  // namespace

TEST_CASE("a broker that is away is waited for, as long as --wait allows at the start", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("a");
  const TopicJob running_job(topic.uri());
  const TopicJob waiting_job(topic.uri());
  const TopicJob impatient_job(topic.uri());
  Program running = running_job.begin();
  wait_for_word(running, "a");
  KafkaBroker::shared().kill();
  running.wait_for_stderr("waiting for kafka://");
  Program waiting = waiting_job.begin();
  waiting.wait_for_stderr("waiting for kafka://");
  const std::string told = impatient_job.told(69, {"--wait", "200ms"});
  CHECK(has(told, "nobody answered at kafka://"));
  CHECK(has(told, "within 200ms"));
  KafkaBroker::shared().start();
  topic.cluster.wait_until_up();
  topic.say("b");
  wait_for_word(running, "b");
  running.wait_for_stderr("connected to kafka://", 2);
  wait_for_word(waiting, "b");
  for (Program* const program : {&running, &waiting}) {
    program->send_signal(SIGTERM);
    program->expect_exit(exited(0));
    CHECK(sum_tsv(program->stdout_text()) == Words{{"a", 1}, {"b", 1}});
  }
  CHECK(running_job.words().empty());
}

TEST_CASE("a topic that is not there is not found, nor is a partition", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(2);
  const std::string partition = TopicJob(topic.uri("partitions=0,2")).told(66);
  CHECK(has(partition, topic.name() + " has 2 partitions, and no partition 2"));
  const std::string missing = TopicJob(topic.uri() + "-not").told(66);
  CHECK(has(missing, topic.name() + "-not: Broker: Unknown topic or partition; a topic is not made "
                                    "by reading it"));
}

TEST_CASE("what retention has taken before it was read ends the run, unless it may be lost",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("a");
  TopicJob job(topic.uri());
  CHECK(job.words() == Words{{"a", 1}});
  for (const char* const value : {"b", "c", "d"}) topic.say(value);
  topic.delete_before(3);
  const std::string told = job.told(65);
  CHECK(has(told, topic.name() + "/0: retention has taken 2 messages at most"));
  CHECK(has(told, "--from start or --from end"));
  const std::string lost = topic.name() + "/0: retention has taken 2 messages at most that had not";
  SECTION("by --from") {
    Program program = job.begin({"--until-eof", "--from", "start"});
    program.expect_exit(exited(0));
    CHECK(has(program.stderr_text(), "warning: " + lost));
    CHECK(sum_tsv(program.stdout_text()) == Words{{"d", 1}});
  }
  SECTION("at most once") {
    job.mode = "at-most-once";
    Program program = job.begin({"--until-eof"});
    program.expect_exit(exited(0));
    CHECK(has(program.stderr_text(), "warning: " + lost));
    CHECK(sum_tsv(program.stdout_text()) == Words{{"d", 1}});
  }
  topic.say("e");
  CHECK(job.words() == Words{{"e", 1}});
}

TEST_CASE("a topic that was made anew is not read on, unless it is asked for", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("a");
  topic.say("b");
  const TopicJob job(topic.uri());
  CHECK(job.words() == Words{{"a", 1}, {"b", 1}});
  topic.make_anew();
  // As long as the one before, and then longer.
  for (const char* const value : {"x", "y", "z"}) {
    topic.say(value);
    CHECK(has(job.told(65), topic.name() + "/0: the topic was made anew"));
  }
  Program program = job.begin({"--until-eof", "--from", "start"});
  program.expect_exit(exited(0));
  CHECK(has(program.stderr_text(), "warning: " + topic.name() + "/0: the topic was made anew"));
  CHECK(sum_tsv(program.stdout_text()) == Words{{"x", 1}, {"y", 1}, {"z", 1}});
  CHECK(job.words().empty());
}

TEST_CASE("retention may take the message by which a topic is known again", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("a");
  const TopicJob job(topic.uri());
  CHECK(job.words() == Words{{"a", 1}});
  topic.say("b");
  topic.delete_before(1);
  Program program = job.begin({"--until-eof"});
  program.expect_exit(exited(0));
  CHECK(has(program.stderr_text(), "the message by which the topic is known again is gone"));
  CHECK(sum_tsv(program.stdout_text()) == Words{{"b", 1}});
}

TEST_CASE("compaction may take the message by which a topic is known again", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(
      1,
      {{"cleanup.policy", "compact"}, {"min.cleanable.dirty.ratio", "0.01"}, {"segment.ms", "1"}});
  topic.say("a");
  const TopicJob job(topic.uri());
  CHECK(job.words() == Words{{"a", 1}});
  // Of each key the last is left, where it is not in the segment that is written to.
  topic.say("b");
  std::string all;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  do {
    topic.say("c");
    all = finish({topic.uri(), "--until-eof", "-f", "tsv"}, "").out;
  } while (has(all, "\ta\t") && std::chrono::steady_clock::now() < deadline);
  CHECK_FALSE(has(all, "\ta\t"));
  Program program = job.begin({"--until-eof"});
  program.expect_exit(exited(0));
  CHECK(has(program.stderr_text(), "the message by which the topic is known again is gone"));
  const Words counted = sum_tsv(program.stdout_text());
  CHECK(counted.count("a") == 0);
  CHECK(counted.count("c") == 1);
}

TEST_CASE("what changes while it is read is seen by the next look, each 30 s", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  Reading grown;
  Reading deleted;
  Reading anew;
  Reading longer;
  for (Reading* const each : {&grown, &deleted, &anew, &longer}) wait_for_word(each->program, "a");
  grown.topic.cluster.add_partitions(grown.topic.name(), 2);
  grown.topic.say("added", 1);
  deleted.topic.cluster.delete_topic(deleted.topic.name());
  anew.topic.make_anew();
  longer.topic.make_anew();
  for (const char* const value : {"x", "y", "z"}) longer.topic.say(value);

  grown.program.wait_for_stderr(grown.topic.name() + "/1 is new: reading it from its start");
  wait_for_word(grown.program, "added");
  deleted.program.expect_exit(exited(66));
  CHECK(has(deleted.program.stderr_text(), "a topic is not made by reading it"));
  for (Reading* const each : {&anew, &longer}) {
    each->program.expect_exit(exited(65));
    CHECK(has(each->program.stderr_text(), each->topic.name() + "/0: the topic was made anew"));
    CHECK(sum_tsv(each->program.stdout_text()) == Words{{"a", 1}});
  }
}
