// The real program writes rows into topics of a real broker.
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "server/kafka_sink_job.h"

using namespace wordstream::cli;
using namespace wordstream::server;

namespace {

/// The messages of a topic by their keys.
std::map<std::string, Written> by_key(const TestTopic& topic) {
  std::map<std::string, Written> all;
  for (const Written& written : written_in(topic.cluster, topic.name())) {
    REQUIRE(written.key);
    REQUIRE(all.emplace(*written.key, written).second);
  }
  return all;
}

/// Without what differs from run to run, and as if no end of the stream had cut its batch off.
std::string without_times(std::string json) {
  const std::size_t begin = json.find(R"("start_ms")");
  const std::size_t end = json.find(R"("word")");
  REQUIRE(begin < end);
  json.erase(begin, end - begin);
  constexpr std::string_view kPartial = R"(,"partial":true)";
  const std::size_t partial = json.find(kPartial);
  return partial == json.npos ? json : json.erase(partial, kPartial.size());
}

}  // namespace

TEST_CASE("a row is a message under its word, whatever bytes that has", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(3);
  const SinkJob job(topic, "");
  const std::string null("nu\0ll", 5);
  job.count("a b a  \xFF " + null + " \"\\\tn\n");
  const std::map<std::string, Written> rows = by_key(topic);
  CHECK(rows.size() == 6);
  const std::map<std::string, std::string> expected{
      {"a", R"({"batch":1,"word":"a","count":2})"},
      {"b", R"({"batch":1,"word":"b","count":1})"},
      {"", R"({"batch":1,"word":"","count":1})"},
      {"\xFF", R"({"batch":1,"word":")"
               "\xEF\xBF\xBD"
               R"(","bytes":"/w==","count":1})"},
      {null, R"({"batch":1,"word":"nu\u0000ll","count":1})"},
      {"\"\\\tn", R"({"batch":1,"word":"\"\\\tn","count":1})"}};
  for (const auto& [word, value] : expected) {
    CAPTURE(word);
    REQUIRE(rows.count(word) == 1);
    const Written& row = rows.at(word);
    CHECK(without_times(row.value) == value);
    CHECK(row.headers.size() == 3);
    CHECK(row.headers.at("batch") == "1");
    CHECK(has(row.value, R"("start_ms":)" + row.headers.at("start_ms") + R"(,"end_ms":)" +
                             row.headers.at("end_ms")));
  }
}

TEST_CASE("rows of tsv, without keys, and the most frequent ones alone", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  SinkJob(topic, "format=tsv&key=none&top=2").count("c a b a b a\n");
  const std::vector<Written> all = written_in(topic.cluster, topic.name());
  CHECK(settled_words_in(topic) == Words{{"a", 3}, {"b", 2}});
  REQUIRE(all.size() == 2);
  for (const Written& written : all) CHECK_FALSE(written.key);
}

TEST_CASE("a word that is larger than the topic's messages may be is cut, which a row says",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  constexpr std::size_t kMessageBytesMax = 10'000;
  TestTopic topic(1, {{"max.message.bytes", std::to_string(kMessageBytesMax)}});
  const std::string much((1U << 20U) - 1, 'x');
  const SinkJob job(topic, "");
  Program program = job.begin();
  program.write_stdin("small\n" + much + "\n" + much + "y\n");
  program.wait_for_stderr("did not fit into a message");
  program.write_stdin(much + "\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  INFO(program.report());
  CHECK(count_of(program.stderr_text(), "warning:") == 1);
  const std::vector<Written> all = written_in(topic.cluster, topic.name());
  std::map<std::string, int> rows_of;
  for (const Written& written : all) {
    CHECK(written.value.size() < kMessageBytesMax);
    ++rows_of[written.key.value()];
    if (written.key == "small") continue;
    CHECK(written.key->find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(has(written.value, R"("word":"xxxx)"));
    CHECK(has(written.value, R"("truncated":true,"count":)"));
    CHECK(written.headers.at("truncated") == "true");
  }
  // Two that begin alike have two keys, and one has the same in each batch.
  CHECK(rows_of.size() == 3);
  CHECK(all.size() == 4);
}

TEST_CASE("many rows are one transaction, however small its messages are sent", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(2, {{"max.message.bytes", "20000"}});
  const SinkJob job(topic);
  job.count(many_words(), {"-b", "24h"});
  const Words words = settled_words_in(topic);
  CHECK(is_each_once(words));
  CHECK(place_in(topic.cluster, job.group(), topic.name()).offset == 1);
}

TEST_CASE("a stream without a line leaves a topic empty", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  for (const std::string mode : {"exactly-once", "at-least-once", "at-most-once"}) {
    SinkJob job(topic);
    job.mode = mode;
    job.count("");
    job.count("");
  }
  CHECK(written_in(topic.cluster, topic.name(), false).empty());
}

TEST_CASE("each promise has all rows there once in a run that nothing befalls", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  for (const std::string mode : {"exactly-once", "at-least-once", "at-most-once"}) {
    CAPTURE(mode);
    TestTopic topic(2);
    SinkJob job(topic);
    job.mode = mode;
    CHECK(count_of(job.count("a b\na\n"), "warning:") == 0);
    job.count("b c\n");
    CHECK(settled_words_in(topic) == Words{{"a", 2}, {"b", 2}, {"c", 1}});
    CHECK(written_in(topic.cluster, topic.name(), false).size() ==
          written_in(topic.cluster, topic.name()).size());
  }
  // And one that nobody has asked for a promise.
  TestTopic topic;
  Program program = start({"-", "--sink", topic.uri("format=tsv")}, {.input = Input::Pipe});
  program.write_stdin("a b a\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  CHECK(settled_words_in(topic) == Words{{"a", 2}, {"b", 1}});
}

TEST_CASE("of totals the last row of a word is the one that counts", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const SinkJob job(topic);
  Program program = job.begin({"--total"});
  program.write_stdin("a b\n");
  wait_for_words(topic, {{"a", 1}, {"b", 1}}, program);
  program.write_stdin("a\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  Words last;
  for (const Row& row : read_tsv(lines_in(topic.cluster, topic.name()))) last[row.word] = row.count;
  CHECK(last == Words{{"a", 2}, {"b", 1}});
  job.count("c b\n", {"--total"});
  for (const Row& row : read_tsv(lines_in(topic.cluster, topic.name()))) last[row.word] = row.count;
  CHECK(last == Words{{"a", 2}, {"b", 2}, {"c", 1}});
}

TEST_CASE("the group of a journal has the last batch as its offset, and who has written it",
          "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic(2);
  const SinkJob job(topic);
  Program program = job.begin();
  program.write_stdin("a\n");
  wait_for_words(topic, {{"a", 1}}, program);
  program.write_stdin("b\n");
  program.close_stdin();
  program.expect_exit(exited(0));
  const GroupPlace place = place_in(topic.cluster, job.group(), topic.name());
  CHECK(place.offset == 2);
  CHECK(place.metadata.starts_with("epoch="));
  CHECK(has(place.metadata, fmt::format(" pid={}", program.pid())));
  CHECK(has(place.metadata, " host="));
  // At each start it is committed anew.
  Program again = job.begin();
  again.close_stdin();
  again.expect_exit(exited(0));
  const GroupPlace taken_over = place_in(topic.cluster, job.group(), topic.name());
  CHECK(taken_over.offset == 2);
  CHECK(taken_over.metadata.starts_with("epoch="));
  CHECK(has(taken_over.metadata, fmt::format(" pid={}", again.pid())));
  CHECK(topic.cluster.group_offset(job.group(), topic.name(), 1) == -1);
}

TEST_CASE("a topic that is not there is not made by writing to it: 66", "[kafka]") {
  if (!KafkaBroker::is_installed()) return;
  TestTopic topic;
  const std::string missing = topic.name() + "-not";
  for (const std::string mode : {"exactly-once", "at-least-once", "at-most-once"}) {
    SinkJob job(topic);
    job.mode = mode;
    job.uri = fmt::format("kafka://{}/{}", topic.cluster.broker(), missing);
    const std::string told = job.count("a\n", {}, 66);
    CHECK(has(told, missing));
    CHECK(has(told, "make the topic first"));
  }
  CHECK_FALSE(topic.cluster.has_topic(missing));
}
