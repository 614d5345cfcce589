// How a topic is named on the command line, and what it is known by.
#include "source/kafka_choice.h"

#include <string>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

std::string name_of(const std::string& text) {
  const Result<ChosenSource> parsed = ReadTopic::parse(text);
  sim::World world{1};
  return parsed ? (*parsed)->name(world.files) : "refused: " + parsed.error().message;
}

std::string refusal_of(const std::string& text) {
  const Result<ChosenSource> parsed = ReadTopic::parse(text);
  if (parsed) return "";
  CHECK(parsed.error().code == ErrorCode::InvalidArgument);
  return parsed.error().message;
}

}  // namespace

TEST_CASE("a topic is known by its name and its partitions, brokers aside", "[kafka]") {
  const auto [typed, name] = GENERATE(table<std::string, std::string>({
      {"localhost/lines", "kafka:lines"},
      {"a:9092,b,[::1]:9093,[::1]/lines", "kafka:lines"},
      {"h/lines?from=end&group=g&config=%2Fetc%2Fk", "kafka:lines"},
      {"h/lines?partitions=3", "kafka:lines?partitions=3"},
      {"h/lines?partitions=7,0-2,3", "kafka:lines?partitions=0-3,7"},
      {"h/A.b_c-9", "kafka:A.b_c-9"},
  }));
  CHECK(name_of(typed) == name);
}

TEST_CASE("a topic that is named wrongly is refused, with what would be right", "[kafka]") {
  const auto [typed, why] = GENERATE(table<std::string, std::string>({
      {"", "BROKER"},
      {"h", "topic"},
      {"h/", "topic"},
      {"/lines", "BROKER"},
      {"h,,i/lines", "BROKER"},
      {"h:0/lines", "BROKER"},
      {"h:x/lines", "BROKER"},
      {"h:99999/lines", "BROKER"},
      {"user:s3cret@h/lines", "--kafka-config"},
      {"h/two words", "letters"},
      {"h/a/b", "letters"},
      {"h/..", "letters"},
      {"h/" + std::string(250, 'x'), "249"},
      {"h/t?partitions=", "0-3,7"},
      {"h/t?partitions=3-1", "0-3,7"},
      {"h/t?partitions=-1", "0-3,7"},
      {"h/t?partitions=1,x", "0-3,7"},
      {"h/t?partitions=0-4000000000", "0-3,7"},
      {"h/t?from=middle", "start"},
      {"h/t?group=", "group"},
      {"h/t?group=wordstream-x", "wordstream-"},
      {"h/t?config=", "path"},
      {"h/t?top=3", "partitions, from, group and config"},
      {"h/t?from=end&from=end", "twice"},
  }));
  INFO(typed);
  CHECK(refusal_of(typed).find(why) != std::string::npos);
  CHECK(refusal_of(typed).find("s3cret") == std::string::npos);
}
