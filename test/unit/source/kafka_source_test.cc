// Topics as a source: what is read of them, and whom it waits for.
#include <chrono>
#include <memory>
#include <string>

#include "catch.h"
#include "unit/source/topic_run.h"

using namespace wordstream;

namespace {

using std::chrono::seconds;
using Reach = sim::FakeKafka::Reach;

}  // namespace

TEST_CASE("all partitions of a topic are read from their start", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.say("b\nc", 1);
  topic.read_all();
  CHECK(topic.words() == Words{"a", "b", "c"});
  topic.say("d", 1);
  topic.pass(seconds(2));
  CHECK(topic.lines().back() == "d");
  REQUIRE(topic.count_told<event::TopicOpened>() == 1);
  CHECK(topic.told<event::TopicOpened>().front().partition_count == 2);
  CHECK(topic.count_told<event::Connected>() == 1);
}

TEST_CASE("only those partitions are read that are named", "[kafka]") {
  Topic topic;
  topic.what.partitions = {1};
  topic.say("a", 0);
  topic.say("b", 1);
  topic.read_all();
  CHECK(topic.words() == Words{"b"});
}

TEST_CASE("a partition that is named and not there is not found", "[kafka]") {
  Topic topic;
  topic.what.partitions = {0, 2};
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::NotFound, "2 partitions, and no partition 2"));
}

TEST_CASE("from the end on nothing is read before it is kept where that was", "[kafka]") {
  Topic topic;
  topic.what.from = From::End;
  topic.keeps_at_once = false;
  topic.say("old");
  topic.read_all();
  topic.say("new");
  topic.pass(seconds(5));
  CHECK(topic.lines().empty());
}

TEST_CASE("an end that was kept is where the next run begins", "[kafka]") {
  Topic topic;
  topic.what.from = From::End;
  topic.say("old");
  topic.read_all();
  topic.goes_on_from = topic.known();
  topic.crash();
  topic.say("new");
  topic.read_all();
  CHECK(topic.words() == Words{"new"});
}

TEST_CASE("from the end on without a journal, what comes is read", "[kafka]") {
  Topic topic;
  topic.context.is_kept = false;
  topic.context.from = From::End;
  topic.say("old");
  topic.read_all();
  topic.say("new");
  topic.pass(seconds(2));
  CHECK(topic.words() == Words{"new"});
}

TEST_CASE("a topic that is not there is not found, and not made", "[kafka]") {
  Topic topic;
  topic.what.at.topic = "other";
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::NotFound, "kafka://broker:9092/other"));
}

TEST_CASE("a topic that may not be read is refused", "[kafka]") {
  Topic topic;
  topic.kafka.set_permitted("lines", false);
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::NotPermitted, "--kafka-config"));
}

TEST_CASE("a topic that may be seen and not be read is refused, after a minute if it was read",
          "[kafka]") {
  Topic topic;
  const bool was_read = GENERATE(false, true);
  if (was_read) topic.read_all();
  topic.kafka.set_readable("lines", false);
  if (was_read) {
    topic.say("a");
    topic.pass(seconds(50));
    CHECK(!topic.error());
    CHECK(topic.count_told<event::Waiting>() == 1);
    topic.kafka.set_readable("lines", true);
    topic.pass(seconds(35));
    CHECK(topic.words() == Words{"a"});
    CHECK(topic.count_told<event::Connected>() == 2);
    topic.kafka.set_readable("lines", false);
    topic.say("b");
    topic.pass(seconds(70));
  } else {
    topic.read_all();
  }
  CHECK(topic.fails_with(ErrorCode::NotPermitted, "--kafka-config"));
}

TEST_CASE("who is not let in at the start has not the rights", "[kafka]") {
  Topic topic;
  topic.kafka.set_reach(Reach::LockedOut);
  topic.read();
  topic.pass(seconds(30));
  CHECK(topic.fails_with(ErrorCode::NotPermitted, "--kafka-config"));
}

TEST_CASE("who was let in before tries for a minute", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.kafka.set_reach(Reach::LockedOut);
  topic.pass(seconds(40));
  CHECK(!topic.error());
  CHECK(topic.count_told<event::Waiting>() == 1);
  topic.kafka.set_reach(Reach::Open);
  topic.say("b");
  topic.pass(seconds(30));
  CHECK(topic.words() == Words{"a", "b"});
  topic.kafka.set_reach(Reach::LockedOut);
  topic.pass(seconds(90));
  CHECK(topic.fails_with(ErrorCode::NotPermitted, "--kafka-config"));
}

TEST_CASE("brokers that are away are waited for, and told of once", "[kafka]") {
  Topic topic;
  topic.kafka.set_reach(Reach::Away);
  topic.read();
  topic.pass(seconds(60));
  CHECK(!topic.error());
  CHECK(topic.count_told<event::Waiting>() == 1);
  CHECK(topic.count_told<event::Connected>() == 0);
  topic.say("a");
  topic.kafka.set_reach(Reach::Open);
  topic.pass(seconds(20));
  CHECK(topic.words() == Words{"a"});
  CHECK(topic.count_told<event::Connected>() == 1);
  topic.kafka.set_reach(Reach::Away);
  topic.pass(seconds(60));
  topic.say("b");
  topic.kafka.set_reach(Reach::Open);
  topic.pass(seconds(20));
  CHECK(topic.words() == Words{"a", "b"});
  CHECK(topic.count_told<event::Waiting>() == 2);
  CHECK(topic.count_told<event::Connected>() == 2);
}

TEST_CASE("brokers that do not come are waited for as long as was asked", "[kafka]") {
  Topic topic;
  topic.kafka.set_reach(Reach::Away);
  topic.be_patient_for(Millis(3000));
  topic.read();
  topic.pass(seconds(10));
  CHECK(topic.fails_with(ErrorCode::Unavailable, "within 3s"));
}

TEST_CASE("a run goes on behind any line as if nothing had happened", "[kafka]") {
  for (std::size_t count = 0; count <= 7; ++count) {
    INFO(count);
    Topic topic;
    for (const char* const value : {"a\nb\r\nc", "", "d", "e\n"}) topic.say(value);
    topic.say("f", 1);
    topic.say("g", 1);
    topic.read_all();
    REQUIRE(topic.lines().size() == 7);
    topic.crash_behind(count);
    topic.say("h");
    topic.read_all();
    CHECK(topic.words() == Words{"a", "b", "c", "d", "e", "f", "g", "h"});
    CHECK(topic.told<event::TopicOpened>().back().is_resumed == (count != 0));
  }
}

TEST_CASE("partitions that are added are read from their start", "[kafka]") {
  Topic topic;
  topic.what.from = From::End;
  topic.read_all();
  topic.kafka.add_partitions("lines", 3);
  topic.say("c", 2);
  topic.pass(seconds(31));
  CHECK(topic.words() == Words{"c"});
  REQUIRE(topic.count_told<event::PartitionAdded>() == 1);
  CHECK(topic.told<event::PartitionAdded>().front().title == "lines/2");
  topic.crash();
  topic.kafka.add_partitions("lines", 4);
  topic.say("d", 3);
  topic.read_all();
  CHECK(topic.words() == Words{"c", "d"});
}

TEST_CASE("until the end is until the ends as they were at the start", "[kafka]") {
  Topic topic;
  topic.context.until_eof = true;
  topic.say("a");
  topic.say("b", 1);
  topic.read();
  topic.pass_until([&] { return topic.count_told<event::TopicOpened>() != 0; });
  topic.say("late");
  topic.say("late", 1);
  topic.pass(seconds(60));
  CHECK(topic.has_ended());
  CHECK(topic.words() == Words{"a", "b"});
}

TEST_CASE("what comes behind the end of a run is left to the next one", "[kafka]") {
  Topic topic;
  topic.context.until_eof = true;
  topic.say("a");
  const sim::KafkaTransactionId open = topic.kafka.begin_transaction();
  topic.kafka.produce("lines", 1, "b", open);
  topic.read();
  topic.pass_until([&] { return topic.count_told<event::TopicOpened>() != 0; });
  topic.say("late");
  topic.pass(seconds(20));
  topic.kafka.commit_transaction(open);
  topic.pass(seconds(20));
  CHECK(topic.has_ended());
  CHECK(topic.words() == Words{"a", "b"});
  topic.crash();
  topic.read();
  topic.pass(seconds(20));
  CHECK(topic.words() == Words{"a", "b", "late"});
}

TEST_CASE("until the end of nothing is at once", "[kafka]") {
  Topic topic;
  topic.context.until_eof = true;
  topic.read_all();
  CHECK(topic.has_ended());
}

TEST_CASE("until the end waits for a transaction that is open, and says so", "[kafka]") {
  const bool is_committed = GENERATE(true, false);
  Topic topic;
  topic.context.until_eof = true;
  topic.say("a");
  const sim::KafkaTransactionId open = topic.kafka.begin_transaction();
  topic.kafka.produce("lines", 0, "b", open);
  topic.read();
  topic.pass(seconds(4));
  CHECK(!topic.has_ended());
  CHECK(topic.count_told<event::TransactionOpen>() == 0);
  topic.pass(seconds(4));
  CHECK(topic.count_told<event::TransactionOpen>() == 1);
  is_committed ? topic.kafka.commit_transaction(open) : topic.kafka.abort_transaction(open);
  topic.pass(seconds(4));
  CHECK(topic.has_ended());
  CHECK(topic.words() == (is_committed ? Words{"a", "b"} : Words{"a"}));
}

TEST_CASE("what was aborted is behind the place, and is not read again", "[kafka]") {
  Topic topic;
  topic.say("a");
  const sim::KafkaTransactionId open = topic.kafka.begin_transaction();
  topic.kafka.produce("lines", 0, "b", open);
  topic.kafka.abort_transaction(open);
  topic.read_all();
  CHECK(topic.words() == Words{"a"});
  const Position* const place = topic.known().find("lines/0");
  REQUIRE(place != nullptr);
  CHECK(place->offset == 3);
  topic.crash();
  topic.kafka.delete_records("lines", 0, 3);
  topic.read_all();
  CHECK(!topic.error());
}

TEST_CASE("a group gets the positions without a journal, too", "[kafka]") {
  Topic topic;
  topic.context.is_kept = false;
  topic.what.group = "watchers";
  topic.say("a");
  topic.read_all();
  CHECK(topic.kafka.group_offset("watchers", "lines", 0) == 1);
}

TEST_CASE("the end of a run waits until its group has the last positions", "[kafka]") {
  Topic topic;
  topic.what.group = "watchers";
  topic.context.until_eof = true;
  topic.say("a");
  topic.read_all();
  CHECK(topic.has_ended());
  CHECK(topic.answers_last());
  CHECK(topic.kafka.group_offset("watchers", "lines", 0) == 1);
}

TEST_CASE("a group that does not get the positions is told of at the end, too", "[kafka]") {
  Topic topic;
  topic.what.group = "watchers";
  topic.context.until_eof = true;
  topic.kafka.lost_commits = 1;
  topic.say("a");
  topic.read_all();
  CHECK(topic.answers_last());
  CHECK(topic.count_told<event::GroupBehind>() == 1);
}

TEST_CASE("a group gets the positions, and is never asked for them", "[kafka]") {
  Topic topic;
  topic.what.group = "watchers";
  topic.kafka.set_members("watchers", 2);
  topic.say("a");
  topic.say("b", 1);
  topic.say("c", 1);
  topic.read_all();
  topic.pass(seconds(2));
  CHECK(topic.kafka.group_offset("watchers", "lines", 0) == 1);
  CHECK(topic.kafka.group_offset("watchers", "lines", 1) == 2);
  REQUIRE(topic.count_told<event::GroupShared>() == 1);
  CHECK(topic.told<event::GroupShared>().front().member_count == 2);
  topic.crash_behind(0);
  topic.read_all();
  CHECK(topic.words() == Words{"a", "b", "c"});
}

TEST_CASE("without the library there is one line that says what to install", "[kafka]") {
  Topic topic;
  topic.kafka.missing = "librdkafka.so.1 is missing";
  const Status opened = topic.start<KafkaSource>(topic.what, topic.kafka, topic.world.files);
  REQUIRE(!opened);
  CHECK(opened.error().code == ErrorCode::Unavailable);
}

TEST_CASE("a library that has come to its end ends the run", "[kafka]") {
  Topic topic;
  topic.read_all();
  topic.kafka.break_consumers("out of everything");
  topic.pass(seconds(2));
  CHECK(topic.fails_with(ErrorCode::Io, "out of everything"));
}

TEST_CASE("how far the end is away is told while messages come", "[kafka]") {
  Topic topic;
  topic.read_all();
  for (int i = 0; i < 50; ++i) topic.say("a");
  topic.pass(seconds(5));
  CHECK(topic.lines().size() == 50);
  CHECK(topic.count_told<event::Lag>() <= 6);
}

TEST_CASE("how far the end is away is told when nothing more comes, too", "[kafka]") {
  Topic topic;
  const sim::KafkaTransactionId open = topic.kafka.begin_transaction();
  for (int i = 0; i < 7; ++i) topic.kafka.produce("lines", 0, "a", open);
  topic.read();
  topic.pass(seconds(4));
  REQUIRE(topic.count_told<event::Lag>() == 1);
  CHECK(topic.told<event::Lag>().back().message_count == 7);
  topic.kafka.commit_transaction(open);
  topic.pass(seconds(4));
  CHECK(topic.told<event::Lag>().back().message_count == 0);
}
