#include "env/rotated_name.h"

#include "catch.h"

using namespace wordstream;

TEST_CASE("names that rotation gives are known, with their digits", "[rotated name]") {
  const auto [path, name, digits] = GENERATE(table<std::string, std::string, std::string>({
      {"/d/app.log", "/d/app.log.1", "1"},
      {"/d/app.log", "/d/app.log-1", "1"},
      {"/d/app.log", "/d/app.log_1", "1"},
      {"/d/app.log", "/d/app.log.10.2", "102"},
      {"/d/app.log", "/d/app.log-20261126", "20261126"},
      {"/d/app.log", "/d/app.log.2026-11-26", "20261126"},
      {"/d/app.log", "/d/app.log.2026-11-26_13", "2026112613"},
      {"/d/app.log", "/d/app.log.2026-11-26T13:05:01+01", "2026112613050101"},
      {"/d/app.log", "/d/app.log-20261126-1764162300", "202611261764162300"},
      {"/d/app.log", "/d/app.1.log", "1"},
      {"/d/app.log", "/d/app-2026-11-26.log", "20261126"},
      {"/d/app.log", "/d/app_20261126.log", "20261126"},
      {"/d/app.log", "/d/app.2026-11-26T13.log", "2026112613"},
      {"/d/app.log", "/d/app.2026-11.log", "202611"},
      {"log", "log.1", "1"},
      {"log", "log.2", "2"},
      {"log", "log-20261126", "20261126"},
      {"log", "log_202611", "202611"},
      {"/d.d/log", "/d.d/log.1", "1"},
      {"/d/.log", "/d/.log.1", "1"},
      {"/d/a.b.log", "/d/a.b.3.log", "3"},
  }));
  CAPTURE(path, name);
  const auto rotated = rotated_name(name, path);
  REQUIRE(rotated);
  CHECK(rotated->digits == digits);
}

TEST_CASE("names of other files are none that rotation gives", "[rotated name]") {
  const auto [path, name] = GENERATE(table<std::string, std::string>({
      {"/d/app.log", "/d/app.log"},
      {"/d/app.log", "/d/app.log."},
      {"/d/app.log", "/d/app.log.old"},
      {"/d/app.log", "/d/app.log1"},
      {"/d/app.log", "/d/app.log.gz"},
      {"/d/app.log", "/d/app.log.1.xz"},
      {"/d/app.log", "/d/app.log.1~"},
      {"/d/app.log", "/d/app.log.bak1"},
      {"/d/app.log", "/d/app.log-"},
      {"/d/app.log", "/d/app-2.log"},
      {"/d/app.log", "/d/app_2.log"},
      {"/d/app.log", "/d/app-web1.log"},
      {"/d/app.log", "/d/app..log"},
      {"/d/app.log", "/d/application.log"},
      {"/d/app.log", "/d/app.1.txt"},
      {"/d/app.log", "/d/app.1x.log"},
      {"log", "log-2"},
      {"log", "log_12345"},
      {"log", "log2"},
      {"log", "log.d"},
      {"/d/.log", "/d/.1.log"},
  }));
  CAPTURE(path, name);
  CHECK_FALSE(rotated_name(name, path));
}

TEST_CASE("compressed files have the name of what was compressed, and more", "[rotated name]") {
  const std::string name =
      GENERATE(as<std::string>{}, "app.log.1.gz", "app.log-20261126.zst", "app.1.log.gz");
  CAPTURE(name);
  const auto rotated = rotated_name(name, "app.log");
  REQUIRE(rotated);
  CHECK(rotated->is_packed);
  const std::string plain(unpacked_name(name));
  CHECK(plain == name.substr(0, name.rfind('.')));
  CHECK(rotated_name(plain, "app.log")->digits == rotated->digits);
  CHECK_FALSE(rotated_name(plain, "app.log")->is_packed);
}

TEST_CASE("dates grow, and numbers are counted up", "[rotated name]") {
  const auto [earlier, later] = GENERATE(table<std::string, std::string>({
      {"2", "1"},
      {"10", "9"},
      {"20261126", "20261127"},
      {"2026112613", "2026112700"},
      {"20261126", "202611261"},
      {"99999", "1"},
  }));
  CAPTURE(earlier, later);
  CHECK(is_given_before({earlier}, {later}));
  CHECK_FALSE(is_given_before({later}, {earlier}));
  CHECK_FALSE(is_given_before({earlier}, {earlier}));
}
