// How a table on a server is named on the command line, and what it is known by.
#include "sink/postgres_target.h"

#include <string>

#include "catch.h"
#include "sim/world.h"

using namespace wordstream;

namespace {

/// What a sink is known by, or why it is refused.
std::string name_of(const std::string& text) {
  const Result<ParsedTarget> parsed = ToPostgres::parse(text);
  sim::World world{1};
  if (!parsed) return "refused: " + parsed.error().message;
  return parsed->target->name(world.files) +
         (parsed->parameters.empty() ? "" : " " + parsed->parameters);
}

bool is_refused(const std::string& text, std::string_view why) {
  const Result<ParsedTarget> parsed = ToPostgres::parse(text);
  if (parsed) return false;
  INFO(parsed.error().message);
  CHECK(parsed.error().message.find(why) != std::string::npos);
  CHECK(parsed.error().message.find("s3cret") == std::string::npos);
  return parsed.error().code == ErrorCode::InvalidArgument;
}

}  // namespace

TEST_CASE("a sink on a server is known by hosts, database and table alone", "[postgres]") {
  const auto [typed, name] = GENERATE(table<std::string, std::string>({
      {"//h/db", "postgresql://h/db"},
      {"//h:5433/db?table=t", "postgresql://h:5433/db?table=t"},
      {"//user:s3cret@h/db?sslmode=require&table=s.t", "postgresql://h/db?table=s.t"},
      {"//a:1,b:2/db", "postgresql://a:1,b:2/db"},
      {"//[::1]:5432/db", "postgresql://[::1]:5432/db"},
      {"///db?host=%2Ftmp%2Fx&port=5433&user=u&password=s3cret",
       "postgresql:///db?host=%2Ftmp%2Fx&port=5433"},
      {"///?service=counts", "postgresql:///?service=counts"},
      {"//h/a%2Fb", "postgresql://h/a%2Fb"},
      {"//h/?dbname=other", "postgresql://h/other"},
      {"//h/db?top=3&table=T", "postgresql://h/db?table=T top=3"},
      {"//h/db?table=Two Words", "postgresql://h/db?table=Two Words"},
      {"//", "postgresql:///"},
  }));
  CHECK(name_of(typed) == name);
}

TEST_CASE("what could be the rest of a password is refused, and not repeated", "[postgres]") {
  CHECK(is_refused("//u:x@s3cret@h/db", "%40"));
  CHECK(is_refused("//u:s3cret/x@h/db", "%2F"));
  CHECK(is_refused("//u:1/s3cret@h/db", "%2F"));
  CHECK(is_refused("//u:1?s3cret@h/db", "%3F"));
  CHECK(is_refused("//u:12?s3cret=x@h/db", "%3F"));
  CHECK(is_refused("//u:1?table=s3cret@h/db", "%3F"));
}

TEST_CASE("a table's name is one that a server can have", "[postgres]") {
  CHECK(is_refused("//h/db?table=", "table=NAME"));
  CHECK(is_refused("//h/db?table=a.b.c", "one dot"));
  CHECK(is_refused("//h/db?table=.t", "table=NAME"));
  CHECK(is_refused("//h/db?table=s.", "table=NAME"));
  CHECK(is_refused("//h/db?table=" + std::string(64, 'x'), "63 bytes"));
  CHECK(is_refused("//h/db?table=wordstream_progress", "another name"));
  CHECK(is_refused("//h/db?table=a&table=b", "twice"));
  CHECK(is_refused("//h/db?table=\xFF", "UTF-8"));
  CHECK(is_refused("//h/db?application_name=x", "application_name"));
  CHECK(is_refused("//h/db?sslmod=require", "sslmod"));
  CHECK(is_refused("h/db", "postgresql://"));
}

TEST_CASE("an address whose brackets are not closed is no part of what stands behind it",
          "[postgres]") {
  CHECK(is_refused("//[::1/2,[::1]/db", "HOST[:PORT]"));
  CHECK(is_refused("//a,[::1/2,[::1]/db", "HOST[:PORT]"));
}
