// The real program reads topics of a real broker.
#include <csignal>
#include <string>
#include <string_view>

#include "catch.h"
#include "server/kafka_topic.h"

using namespace wordstream::cli;
using namespace wordstream::server;

TEST_CASE("a value is text of its own, and one that is empty or null has no line", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(2);
  for (const std::string_view value : {"a b\n", "", "a\r\nb\rc", "\xEF\xBB\xBFmark"}) {
    topic.say(value);
  }
  topic.say({});
  topic.say("c\n\n", 1);
  CHECK(TopicJob(topic.uri()).words() ==
        Words{{"", 1}, {"a", 2}, {"b", 2}, {"c", 2}, {"\xEF\xBB\xBFmark", 1}});
  CHECK(TopicJob(topic.uri("partitions=1")).words() == Words{{"", 1}, {"c", 1}});
}

TEST_CASE("an empty topic is read to its end at once", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(3);
  const TopicJob job(topic.uri());
  CHECK(job.words().empty());
  topic.say("a", 2);
  CHECK(job.words() == Words{{"a", 1}});
  CHECK(job.words().empty());
}

TEST_CASE("one who begins at the end reads what comes behind it", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  topic.say("before");
  const TopicJob job(topic.uri("from=end"));
  CHECK(job.words().empty());
  topic.say("behind");
  CHECK(job.words() == Words{{"behind", 1}});
}

TEST_CASE("what is aborted is not counted, and an open transaction at the end is waited for",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic one;
  TestTopic other;
  Transaction committed(KafkaBroker::shared().address());
  Transaction aborted(KafkaBroker::shared().address());
  one.say("a");
  committed.produce(one.name(), 0, "b");
  one.say("c");
  other.say("a");
  aborted.produce(other.name(), 0, "b");
  const TopicJob to_be_committed(one.uri());
  const TopicJob to_be_aborted(other.uri());
  Program first = to_be_committed.begin({"--until-eof"});
  Program second = to_be_aborted.begin({"--until-eof"});
  first.wait_for_stderr("warning: " + one.name() + "/0: somebody's transaction is open");
  second.wait_for_stderr("warning: " + other.name() + "/0: somebody's transaction is open");
  committed.commit();
  aborted.abort();
  first.expect_exit(exited(0));
  second.expect_exit(exited(0));
  CHECK(sum_tsv(first.stdout_text()) == Words{{"a", 1}, {"b", 1}, {"c", 1}});
  CHECK(sum_tsv(second.stdout_text()) == Words{{"a", 1}});
}

TEST_CASE("many messages and large ones are counted exactly once", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  constexpr int kCount = 50'000;
  constexpr std::size_t kLarge = 900'000;
  TestTopic topic(2);
  topic.cluster.produce_many(topic.name(), 0, kCount, "to be or not to be");
  topic.cluster.produce_many(topic.name(), 1, kCount, "that is\nthe question\n");
  std::string large;
  while (large.size() < kLarge) large += "large\n";
  for (const std::int32_t partition : {0, 1, 0}) topic.say(large, partition);
  const Folder folder;
  Program program = start({topic.uri(), "--until-eof", "-m", "exactly-once", "--checkpoint",
                           "state", "--sink", "out.tsv", "-b", "50ms"},
                          {.directory = folder.path()});
  program.expect_exit(exited(0));
  CHECK(sum_tsv(read_file(folder / "out.tsv")) == Words{{"be", 2 * kCount},
                                                        {"is", kCount},
                                                        {"large", 3 * kLarge / 6},
                                                        {"not", kCount},
                                                        {"or", kCount},
                                                        {"question", kCount},
                                                        {"that", kCount},
                                                        {"the", kCount},
                                                        {"to", 2 * kCount}});
}

TEST_CASE("a group has the positions of a run that is over, and its members are warned of",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(2);
  topic.say("a");
  topic.say("b");
  topic.say("c", 1);
  const std::string group = "group-" + topic.name();
  const TopicJob job(topic.uri("group=" + group));
  Program program = job.begin();
  wait_for_word(program, "a");
  wait_for_word(program, "c");
  // The coordinator has been found by then; for the first group of all it takes seconds.
  topic.wait_for_group(group, 0, 2);
  topic.wait_for_group(group, 1, 1);
  topic.say("d");
  wait_for_word(program, "d");
  program.send_signal(SIGTERM);
  program.expect_exit(exited(0));
  CHECK(topic.cluster.group_offset(group, topic.name(), 0) == 3);
  CHECK(topic.cluster.group_offset(group, topic.name(), 1) == 1);
  const Handle member = topic.cluster.join(group, topic.name());
  const std::string told = job.told(0);
  CHECK(has(told, "warning: group " + group + " has 1 live member already"));
  // They are never read.
  CHECK(TopicJob(topic.uri("group=" + group)).words().size() == 4);
}

TEST_CASE("what is loaded, where it reads and how much is left is told", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  for (int i = 0; i < 41; ++i) topic.say("a");
  const TopicJob job(topic.uri());
  Program running = job.begin();
  running.wait_for_stderr("librdkafka: version " + std::string(rd_kafka_version_str()));
  running.wait_for_stderr("reading 1 partition of " + topic.uri());
  running.wait_for_stdout("\ta\t");
  running.send_signal(SIGTERM);
  running.expect_exit(exited(0));
  Program inspected = start({"inspect", job.folder / "state"});
  inspected.expect_exit(exited(0));
  CHECK(has(inspected.stdout_text(), topic.name() + "/0 41\n"));
  Program explained = job.begin({"--explain"});
  explained.expect_exit(exited(0));
  CHECK(has(explained.stdout_text(),
            "librdkafka " + std::string(rd_kafka_version_str()) + " is loaded"));
  topic.say("a");
  CHECK(has(job.told(0), "going on where the last run has left off"));
}

TEST_CASE("how far the end is away is told", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  Transaction open(KafkaBroker::shared().address());
  for (int i = 0; i < 7; ++i) open.produce(topic.name(), 0, "a");
  const TopicJob job(topic.uri());
  Program program = job.begin();
  program.wait_for_stderr(topic.uri() + ": 7 messages behind the end");
  open.commit();
  program.wait_for_stderr(topic.uri() + ": 0 messages behind the end");
}
