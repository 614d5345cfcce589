// Settings in a file.
#include "text/settings.h"

#include <string>
#include <vector>

#include "catch.h"

using namespace wordstream;

namespace {

using Values = std::vector<std::string>;

std::string why(std::string_view toml) {
  const Result<std::vector<Setting>> settings = parse_settings(toml);
  REQUIRE_FALSE(settings);
  CHECK(settings.error().code == ErrorCode::InvalidArgument);
  return settings.error().message;
}

}  // namespace

TEST_CASE("settings are read in their order, with what could be typed", "[settings]") {
  const Result<std::vector<Setting>> settings = parse_settings(
      "# a comment\nz = 'a\\b'\n\nb = \"\\u00e9 \\\"#\"\nport = 9999\nneg = -1\non = true\n"
      "off = false\nlist = [\n  'one', # first\n  2,\n]\nnone = []\n");
  REQUIRE(settings);
  REQUIRE(settings->size() == 8);
  CHECK((*settings)[0].name == "z");
  CHECK((*settings)[0].values == Values{"a\\b"});
  CHECK((*settings)[0].line == 2);
  CHECK((*settings)[1].values == Values{"\xc3\xa9 \"#"});
  CHECK((*settings)[2].values == Values{"9999"});
  CHECK((*settings)[3].values == Values{"-1"});
  CHECK((*settings)[4].values == Values{"true"});
  CHECK((*settings)[5].values == Values{"false"});
  CHECK((*settings)[6].values == Values{"one", "2"});
  CHECK((*settings)[6].line == 9);
  CHECK((*settings)[7].values.empty());
  CHECK(parse_settings("")->empty());
}

TEST_CASE("what is no setting says where", "[settings]") {
  CHECK(why("a = 1\nb = \n").find("line 2: no TOML: ") == 0);
  CHECK(why("a = 1\na = 2\n").find("line 2: no TOML: ") == 0);
  CHECK(why("a = \"\xff\"\n").find("line 1: no TOML: ") == 0);
  CHECK(why("a = 1\nb = 1 \xef\xbb\xb7\n").find("line 2: no TOML: ") == 0);
  CHECK(why("a = \"x\"\"\xef\xbb\xb7\"\n").find("line 1: no TOML: ") == 0);
  CHECK(why("\na = 1.5\n").find("line 2: a is none of ") == 0);
  CHECK(why("a = [1, [2]]\n").find("line 1: a is none of ") == 0);
  CHECK(why("[a]\nb = 1\n").find("line 1: a is none of ") == 0);
  CHECK(why("a.b = 1\n").find("line 1: a is none of ") == 0);
  CHECK(why("a = 2026-11-30\n").find("line 1: a is none of ") == 0);
}

TEST_CASE("a text is written so that it is read back", "[settings]") {
  std::string text =
      "\"\\\x7f\xc3\xa9 \xef\xac\xa6\xef\xbb\xb7\xef\xbb\xbe\xef\xbb\xbf\xf0\x9f\x98\x80";
  for (char c = 1; c < 0x20; ++c) text += c;
  const Result<std::vector<Setting>> settings = parse_settings("a = " + as_toml(text));
  REQUIRE(settings);
  CHECK(settings->front().values == Values{text});
}
