#include "golden.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base64_reader.h"
#include "catch.h"

namespace wordstream {
namespace {

using Json = nlohmann::json;

std::string bytes_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.contains("base64")) return read_base64(value.at("base64").get<std::string>());
  std::string bytes;
  for (const Json& part : value.at("parts")) {
    const std::string once = bytes_of(part.at(0));
    for (int times = part.at(1).get<int>(); times > 0; --times) bytes += once;
  }
  return bytes;
}

std::vector<GoldenSend> sends_of(const Json& from) {
  const std::string input = bytes_of(from.at("input"));
  if (!from.contains("sends")) return {GoldenSend{0, input}};
  std::vector<GoldenSend> sends;
  std::size_t at = 0;
  for (const Json& send : from.at("sends")) {
    const auto size = send.at("bytes").get<std::size_t>();
    sends.push_back({send.at("pause_ms").get<std::int64_t>(), input.substr(at, size)});
    at += size;
  }
  REQUIRE(at == input.size());
  return sends;
}

GoldenClose close_of(const Json& from) {
  if (!from.contains("close")) return GoldenClose::None;
  return from.at("close") == "fin" ? GoldenClose::Fin : GoldenClose::Rst;
}

std::vector<GoldenBatch> batches_of(const Json& from) {
  std::vector<GoldenBatch> batches;
  for (const Json& batch : from) {
    GoldenBatch golden{batch.at("time_ms").get<std::int64_t>(), {}, bytes_of(batch.at("output"))};
    for (const Json& row : batch.at("rows"))
      golden.rows.emplace_back(bytes_of(row.at(0)), row.at(1).get<std::uint64_t>());
    batches.push_back(std::move(golden));
  }
  return batches;
}

}  // namespace

std::vector<GoldenCase> golden_cases() {
  std::ifstream file(WORDSTREAM_SOURCE_DIR "/test/data/golden.json");
  REQUIRE(file.is_open());
  const Json golden = Json::parse(file);
  std::vector<GoldenCase> cases;
  for (const Json& from : golden.at("cases")) {
    cases.push_back({from.at("name").get<std::string>(), sends_of(from), close_of(from),
                     batches_of(from.at("scala")), batches_of(from.at("python"))});
  }
  return cases;
}

PrintedBlock take_apart(std::string_view block) {
  std::vector<std::string> lines;
  while (!block.empty()) {
    const std::size_t size = std::min(block.find('\n') + 1, block.size());
    lines.emplace_back(block.substr(0, size == 0 ? block.size() : size));
    block.remove_prefix(lines.back().size());
  }
  REQUIRE(lines.size() >= 4);
  PrintedBlock taken{lines[0] + lines[1] + lines[2], {}, {}};
  auto last = lines.end() - 1;
  // Not a row: every row begins with a parenthesis.
  if (*(last - 1) == "...\n") --last;
  for (auto line = last; line != lines.end(); ++line) taken.footer += *line;
  taken.rows.assign(lines.begin() + 3, last);
  std::sort(taken.rows.begin(), taken.rows.end());
  return taken;
}

}  // namespace wordstream
