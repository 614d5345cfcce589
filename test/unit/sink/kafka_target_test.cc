// How a topic to write to is named on the command line, and what it is known by.
#include "sink/kafka_target.h"

#include <string>
#include <string_view>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// What a sink is known by, its address, its format, and what is left for others to read.
std::string read(const std::string& text) {
  const Result<ParsedTarget> parsed = ToTopic::parse(text);
  if (!parsed) return "refused: " + parsed.error().message;
  const sim::World world{1};
  const auto& target = dynamic_cast<const ToTopic&>(*parsed->target);
  return target.name(world.files) + " " + target.address().uri() + " " +
         std::string(to_text(parsed->format.value())) + " " + parsed->parameters;
}

bool is_refused(const std::string& text, std::string_view why) {
  const Result<ParsedTarget> parsed = ToTopic::parse(text);
  if (parsed) return false;
  INFO(parsed.error().message);
  CHECK(parsed.error().message.find(why) != std::string::npos);
  return parsed.error().code == ErrorCode::InvalidArgument;
}

}  // namespace

TEST_CASE("a topic is known by its name alone, and has json in it unless told otherwise",
          "[kafka]") {
  CHECK(read("//a/counts") == "kafka:counts kafka://a:9092/counts json ");
  CHECK(read("//a:1,b/counts?format=tsv") == "kafka:counts kafka://a:1,b:9092/counts tsv ");
  CHECK(read("//[::1]:1/c?key=none&top=3") == "kafka:c kafka://[::1]:1/c json top=3");
  CHECK(read("//a/c?config=%2Ftmp%2Fx&format=json") == "kafka:c kafka://a:9092/c json ");
}

TEST_CASE("what no message can be made of is refused", "[kafka]") {
  CHECK(is_refused("a/b", "kafka://"));
  CHECK(is_refused("//", "BROKER"));
  CHECK(is_refused("//a", "topic"));
  CHECK(is_refused("//a/b/c", "topic"));
  CHECK(is_refused("//user:s3cret@a/b", "--kafka-config"));
  CHECK(is_refused("//a/b?format=csv", "neither json nor tsv"));
  CHECK(is_refused("//a/b?format=print", "neither json nor tsv"));
  CHECK(is_refused("//a/b?key=batch", "neither word nor none"));
  CHECK(is_refused("//a/b?partitions=1", "none of"));
  CHECK(is_refused("//a/b?key=word&key=none", "twice"));
  CHECK(is_refused("//a/b?config=", "config"));
}

TEST_CASE("topics are the same where they may be", "[kafka]") {
  const auto at = [](const char* text) { return parse_kafka_address(text).value(); };
  CHECK(at("a/t").may_be(at("a:9092/t")));
  CHECK(at("a,b/t").may_be(at("c,b/t")));
  CHECK_FALSE(at("a/t").may_be(at("a/u")));
  CHECK_FALSE(at("a/t").may_be(at("b/t")));
  CHECK_FALSE(at("a:1/t").may_be(at("a:12/t")));
}
