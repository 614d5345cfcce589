// What the program says of Kafka's library and its properties, before any broker is asked.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/folder.h"
#include "cli/program.h"

using namespace wordstream::cli;

namespace {

constexpr const char* kUri = "kafka://127.0.0.1:1/lines";

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != text.npos;
}

/// Some library that is no librdkafka.
std::string other_library() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (has(line, "/libgcc_s.so")) return line.substr(line.find('/'));
  }
  return {};
}

/// One line, that says what to install.
void check_missing(const Finished& run, const std::string& why) {
  INFO(run.err);
  CHECK(run.exit == exited(69));
  CHECK(run.out.empty());
  CHECK(has(run.err, why));
  CHECK(run.err.ends_with(": apt-get install librdkafka1\n"));
  CHECK(run.err.find('\n') == run.err.size() - 1);
}

/// Of a run with such a file of properties.
std::string refused(const std::string& properties) {
  const Folder folder;
  const Finished run =
      finish({kUri, "--kafka-config", folder.write("client.properties", properties)}, "");
  INFO(run.err);
  CHECK(run.exit == exited(64));
  CHECK_FALSE(has(run.err, "s3cret"));
  return run.err;
}

}  // namespace

TEST_CASE("a library that cannot be loaded, or is no such one, is 69 and what to install",
          "[kafka]") {
  const Folder folder;
  const std::vector<std::string> here{"LD_LIBRARY_PATH=" + folder.path()};
  folder.write("librdkafka.so.1", "");
  check_missing(finish({kUri}, "", here), "librdkafka cannot be loaded (");
  REQUIRE(other_library() != "");
  std::filesystem::copy_file(other_library(), folder / "librdkafka.so.1",
                             std::filesystem::copy_options::overwrite_existing);
  check_missing(finish({kUri}, "", here), "is too old");
  // Whoever asks for nothing of Kafka's does without.
  CHECK(finish({"-"}, "a\n", here).exit == exited(0));
  const Finished explained = finish({kUri, "--explain"}, "", here);
  CHECK(explained.exit == exited(0));
  CHECK(has(explained.out, "apt-get install librdkafka1"));
}

TEST_CASE("properties on which the promise hangs are refused, and no value is shown", "[kafka]") {
  CHECK(has(refused("sasl.password=s3cret\nisolation.level=s3cret\n"),
            "line 2: isolation.level is what the promise hangs on"));
  CHECK(has(refused("no.such.thing=s3cret\n"), "property no.such.thing is not known"));
  CHECK(has(refused("security.protocol=s3cret\n"),
            "property security.protocol cannot have this value"));
  CHECK(has(refused("s3cret\n"), "line 1 is not PROPERTY=VALUE"));
  CHECK(has(refused("security.protocol=sasl_plaintext\nsasl.mechanism=s3cret\n"),
            "Kafka's properties do not go together"));
}
