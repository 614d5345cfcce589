// Every case of test/data/golden.json through splitter, word table and format.
#include "golden.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "catch.h"
#include "text/padding.h"
#include "unit/sink/emission_of.h"
#include "words/count_words.h"
#include "words/word_table.h"

using namespace wordstream;

namespace {

constexpr std::int64_t kBatchMs = 1000;
constexpr std::size_t kShownRows = 10;

/// The lines of each batch of a case, as a source hands them on: whole, and CRLF in one.
std::vector<std::string> lines_by_batch(const GoldenCase& golden) {
  std::vector<std::string> batches{""};
  std::string unfinished;
  bool swallow_lf = false;
  for (const GoldenSend& send : golden.sends) {
    for (auto left = send.pause_ms; left >= kBatchMs; left -= kBatchMs) batches.emplace_back();
    std::string bytes = send.bytes;
    if (swallow_lf && bytes.substr(0, 1) == "\n") bytes.erase(0, 1);
    swallow_lf = !send.bytes.empty() && send.bytes.back() == '\r';
    unfinished += bytes;
    const std::size_t end = end_of_last_line(unfinished);
    batches.back() += unfinished.substr(0, end);
    unfinished.erase(0, end);
  }
  if (golden.close == GoldenClose::Fin && !unfinished.empty()) batches.back() += unfinished + "\n";
  return batches;
}

Emission emission_of_lines(std::string_view lines, SplitMode mode, std::int64_t end_ms) {
  WordTable words({1, 2});
  std::string text(lines);
  text.reserve(text.size() + kTextPadding);
  count_words(text, mode, words);
  const auto counts = std::make_shared<const WordCounts>(words.pack());
  return {1, {Label(Millis(end_ms - kBatchMs)), Label(Millis(end_ms)), false}, counts, counts};
}

std::string print_row(const std::string& word, std::uint64_t count) {
  return "(" + word + "," + std::to_string(count) + ")\n";
}

/// As Python shows a word that needs no escapes.
std::string python_row(const std::string& word, std::uint64_t count) {
  return "('" + word + "', " + std::to_string(count) + ")\n";
}

template <class Row>
std::vector<std::string> all_rows(const GoldenBatch& batch, Row row) {
  std::vector<std::string> rows;
  for (const auto& [word, count] : batch.rows) rows.push_back(row(word, count));
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// Whether the blocks say the same: the order of rows is free, and so is which ten of more than ten
/// are shown, as long as they are among `all`.
void check_block(const std::string& ours, const std::string& spark,
                 const std::vector<std::string>& all) {
  if (all.size() <= 1) {
    CHECK(ours == spark);
    return;
  }
  const PrintedBlock our_block = take_apart(ours);
  const PrintedBlock spark_block = take_apart(spark);
  CHECK(our_block.header == spark_block.header);
  CHECK(our_block.footer == spark_block.footer);
  if (all.size() <= kShownRows) {
    CHECK(our_block.rows == spark_block.rows);
    return;
  }
  for (const PrintedBlock& block : {our_block, spark_block}) {
    CHECK(block.rows.size() == kShownRows);
    CHECK(std::includes(all.begin(), all.end(), block.rows.begin(), block.rows.end()));
  }
}

template <class Row>
void check_batch(const GoldenBatch& batch, const std::string& lines, SplitMode mode,
                 FormatKind kind, Row row) {
  const Emission emission = emission_of_lines(lines, mode, batch.time_ms);
  const std::string everything = formatted({FormatKind::Print, kAllRows}, emission);
  CHECK(take_apart(everything).rows == all_rows(batch, print_row));
  check_block(formatted({kind, kShownRows}, emission), batch.output, all_rows(batch, row));
}

}  // namespace

TEST_CASE("every golden input is counted and printed as Spark did", "[golden]") {
  setenv("TZ", "UTC", 1);
  tzset();
  std::size_t batch_count = 0;
  const std::vector<GoldenCase> cases = golden_cases();
  for (const GoldenCase& golden : cases) {
    INFO(golden.name);
    std::vector<std::string> lines = lines_by_batch(golden);
    REQUIRE(golden.scala.size() == lines.size());
    REQUIRE(golden.python.size() == lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i, ++batch_count) {
      check_batch(golden.scala[i], lines[i], SplitMode::Space, FormatKind::Print, print_row);
      check_batch(golden.python[i], lines[i], SplitMode::Python, FormatKind::Python, python_row);
    }
  }
  CHECK(cases.size() == 57);
  CHECK(batch_count == 60);
}
