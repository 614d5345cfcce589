// Files of librdkafka's properties.
#include "env/kafka_properties.h"

#include <string>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

std::string refusal_of(std::string_view text) {
  const Result<KafkaProperties> parsed = parse_kafka_properties(text);
  if (parsed) return "";
  CHECK(parsed.error().code == ErrorCode::InvalidArgument);
  CHECK(parsed.error().message.find("s3cret") == std::string::npos);
  return parsed.error().message;
}

}  // namespace

TEST_CASE("properties stand a line each, as kcat reads them", "[kafka]") {
  const auto properties = parse_kafka_properties(
      "# who we are\r\nsasl.username=me\n\n  sasl.password = s3cret=x #1 \nclient.id=\n  # end");
  REQUIRE(properties);
  CHECK(*properties == KafkaProperties{{"sasl.username", "me"},
                                       {"sasl.password", "s3cret=x #1"},
                                       {"client.id", ""}});
  CHECK(parse_kafka_properties("").value().empty());
}

TEST_CASE("what is no property is refused by its line, and not repeated", "[kafka]") {
  CHECK(refusal_of("a=b\ns3cret\n").find("line 2") != std::string::npos);
  CHECK(refusal_of("=s3cret").find("line 1") != std::string::npos);
  CHECK(refusal_of(std::string_view("a=s3cret\0", 9)).find("line 1") != std::string::npos);
}

TEST_CASE("what the promise hangs on is not a property to be chosen", "[kafka]") {
  for (const char* const name :
       {"transactional.id", "enable.idempotence", "isolation.level", "group.id", "partitioner",
        "acks", "request.required.acks", "enable.auto.commit", "auto.offset.reset"}) {
    INFO(name);
    CHECK(refusal_of(std::string(name) + "=s3cret").find(name) != std::string::npos);
  }
}

TEST_CASE("a file of properties that cannot be read is told by its path", "[kafka]") {
  sim::World world{1};
  CHECK(read_kafka_properties(world.files, "/none").error().code == ErrorCode::NotFound);
  world.disk.append("/k", "isolation.level=x\n");
  CHECK(read_kafka_properties(world.files, "/k").error().message.find("/k: line 1") == 0);
  world.disk.append("/long", std::string(1024 * 1024 + 1, '#'));
  CHECK(!read_kafka_properties(world.files, "/long"));
  world.disk.append("/good", "client.id=x\n");
  CHECK(read_kafka_properties(world.files, "/good").value() == KafkaProperties{{"client.id", "x"}});
}
