// Topics that are not any more what was read.
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

TEST_CASE("what retention has taken before it was read ends the run, with how much it was",
          "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.crash();
  for (int i = 0; i < 5; ++i) topic.say("b");
  topic.kafka.delete_records("lines", 0, 4);
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::BadData, "3 messages at most"));
  CHECK(topic.failure().find("--from") != std::string::npos);
}

TEST_CASE("what retention takes while others are read is seen, too", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.kafka.set_reach(Reach::Away);
  for (int i = 0; i < 5; ++i) topic.say("b");
  topic.kafka.delete_records("lines", 0, 4);
  topic.kafka.set_reach(Reach::Open);
  topic.pass(seconds(60));
  CHECK(topic.fails_with(ErrorCode::BadData, "retention"));
}

TEST_CASE("who may lose goes on with what retention has left", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.crash();
  for (const char* const value : {"b", "c", "d"}) topic.say(value);
  topic.kafka.delete_records("lines", 0, 3);
  SECTION("in a mode that may") { topic.context.is_lossy = true; }
  SECTION("because it was asked to") { topic.context.from = From::Start; }
  topic.read_all();
  CHECK(topic.words() == Words{"a", "d"});
  REQUIRE(topic.count_told<event::MessagesLost>() == 1);
  CHECK(topic.told<event::MessagesLost>().front().count_max == 2);
}

TEST_CASE("to begin anew is no way around a place that is good", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.crash();
  topic.say("b");
  topic.context.from = From::End;
  topic.read_all();
  CHECK(topic.words() == Words{"a", "b"});
}

TEST_CASE("a topic that was made anew is not read on", "[kafka]") {
  Topic topic;
  for (const char* const value : {"a", "b", "c"}) topic.say(value);
  topic.read_all();
  const int length = GENERATE(0, 2, 3, 9);
  const bool is_restarted = GENERATE(true, false);
  if (is_restarted) topic.crash();
  topic.kafka.make_topic_anew("lines", 2);
  for (int i = 0; i < length; ++i) topic.say("x");
  if (is_restarted) {
    topic.read_all();
  } else {
    topic.pass(seconds(40));
  }
  CHECK(topic.fails_with(ErrorCode::BadData, "made anew"));
  CHECK(topic.words() == Words{"a", "b", "c"});
}

TEST_CASE("a topic that was made anew has no end until that is certain", "[kafka]") {
  Topic topic;
  topic.context.until_eof = true;
  for (const char* const value : {"a", "b"}) topic.say(value);
  topic.read_all();
  topic.crash();
  topic.kafka.make_topic_anew("lines", 2);
  for (int i = GENERATE(0, 1, 2, 3); i > 0; --i) topic.say("x");
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::BadData, "made anew"));
}

TEST_CASE("who may lose goes on with a topic that was made anew", "[kafka]") {
  Topic topic;
  topic.context.is_lossy = true;
  for (const char* const value : {"a", "b", "c"}) topic.say(value);
  topic.read_all();
  topic.kafka.make_topic_anew("lines", 2);
  topic.say("x");
  topic.pass(seconds(60));
  CHECK(topic.words() == Words{"a", "b", "c", "x"});
  CHECK(topic.count_told<event::MessagesLost>() == 1);
}

TEST_CASE("what came of a topic before it was made anew does not hide what is in the new one",
          "[kafka]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    Topic topic;
    sim::Prng prng(seed);
    topic.context.is_lossy = true;
    topic.kafka.fault_rarity = prng.one_in(2) ? 0 : 5;
    for (int i = 0; i < 20; ++i) topic.say("old");
    topic.read();
    topic.pass(Millis(prng.below(3000)));
    topic.kafka.make_topic_anew("lines", 2);
    for (int i = 0; i < 5; ++i) topic.say("new");
    topic.pass(std::chrono::minutes(3));
    REQUIRE(topic.failure() == "");
    REQUIRE(topic.words().count("new") == 5);
  }
}

TEST_CASE("a topic that has fewer partitions than were read was made anew", "[kafka]") {
  Topic topic;
  topic.say("a", 1);
  topic.read_all();
  topic.crash();
  topic.kafka.make_topic_anew("lines", 1);
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::BadData, "no partition 1 any more"));
}

TEST_CASE("a topic that is gone is looked for some times, and not for ever", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.kafka.delete_topic("lines");
  topic.pass(seconds(60));
  CHECK(topic.fails_with(ErrorCode::NotFound, "lines"));
}

TEST_CASE("another cluster is not gone on with", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.crash();
  topic.kafka.cluster_id = "b-cluster";
  topic.read_all();
  CHECK(topic.fails_with(ErrorCode::BadData, "a-cluster"));
  CHECK(topic.fails_with(ErrorCode::BadData, "b-cluster"));
}

TEST_CASE("a witness that compaction took is told of, and no reason to stop", "[kafka]") {
  Topic topic;
  topic.say("a");
  topic.read_all();
  topic.crash();
  topic.kafka.compact("lines", 0, 0);
  topic.say("b");
  topic.read_all();
  CHECK(topic.words() == Words{"a", "b"});
  CHECK(topic.count_told<event::PlaceUnproved>() == 1);
}

TEST_CASE("a journal of something else is no way into a topic", "[kafka]") {
  Topic topic;
  topic.goes_on_from =
      Positions(Position{std::make_shared<const Stream>(Stream{"other/0", ""}), 3});
  const Status opened = topic.start<KafkaSource>(topic.what, topic.kafka, topic.world.files);
  REQUIRE(!opened);
  CHECK(opened.error().code == ErrorCode::BadData);
}

TEST_CASE("a topic is read once by seeds, whatever happens to brokers and processes", "[kafka]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Topic topic;
    sim::Prng prng(seed);
    topic.kafka.fault_rarity = prng.between(3, 30);
    Words said;
    topic.read();
    for (int turn = 0; turn < 12; ++turn) {
      for (std::uint64_t left = prng.below(6); left > 0; --left) {
        const std::string value = std::to_string(said.size());
        topic.say(value, static_cast<std::int32_t>(prng.below(2)));
        said.insert(value);
      }
      if (prng.one_in(4)) topic.kafka.change_leader("lines", 0, Millis(prng.below(2000)));
      if (prng.one_in(4)) topic.kafka.set_reach(prng.one_in(2) ? Reach::Away : Reach::Open);
      topic.pass(Millis(prng.below(3000)));
      if (!prng.one_in(3)) continue;
      topic.crash_behind(prng.below(topic.lines().size() + 1));
      topic.read();
    }
    topic.kafka.set_reach(Reach::Open);
    topic.kafka.fault_rarity = 0;
    topic.pass(std::chrono::minutes(3));
    REQUIRE(topic.failure() == "");
    REQUIRE(topic.words() == said);
  }
}
