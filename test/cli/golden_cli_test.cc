// What Spark really prints, replayed over TCP through the real binary.
#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "catch.h"
#include "cli/emissions.h"
#include "cli/peer.h"
#include "cli/program.h"
#include "cli/visible.h"
#include "golden.h"

using namespace wordstream;
using namespace wordstream::cli;

namespace {

/// Plays the server of one case: everything falls into one batch, which the end of the stream
/// closes. Returns what the program wrote.
std::string replay(const GoldenCase& golden, const std::string& format) {
  const Server server;
  std::vector<std::string> arguments{
      "--port", server.port_text(), "--batch", "24h", "--max-line", "64MiB", "--top",
      "all",    "--format",         format};
  const bool is_reset = golden.close == GoldenClose::Rst;
  if (!is_reset) arguments.emplace_back("--until-eof");
  Program program = start(arguments);
  Connection connection = server.accept();
  for (const GoldenSend& send : golden.sends) connection.send(send.bytes);
  if (is_reset) {
    // It would connect again; the warning of the lost half line tells that all has been read.
    program.wait_for_stderr("connected to");
    connection.reset();
    program.wait_for_stderr("wordstream: warning: ");
    program.send_signal(SIGTERM);
  } else {
    connection.close();
  }
  program.expect_exit(exited(0));
  return program.stdout_text();
}

/// All rows that Spark showed, of all batches, as print or python write them; sorted. Spark shows
/// ten of a batch at most: `is_whole` tells whether these are all.
struct Shown {
  std::vector<std::string> rows;
  bool is_whole = true;
};

Shown spark_rows(const std::vector<GoldenBatch>& batches) {
  Shown shown;
  for (const GoldenBatch& batch : batches) {
    const PrintedBlock block = take_apart(batch.output);
    shown.is_whole = shown.is_whole && block.rows.size() == batch.rows.size();
    for (const std::string& row : block.rows) shown.rows.push_back(row.substr(0, row.size() - 1));
  }
  std::sort(shown.rows.begin(), shown.rows.end());
  return shown;
}

std::size_t word_count(const std::vector<GoldenBatch>& batches) {
  std::map<std::string, std::uint64_t> all;
  for (const GoldenBatch& batch : batches) {
    for (const auto& [word, count] : batch.rows) all[word] += count;
  }
  return all.size();
}

/// What differs from Spark; empty when nothing does.
std::string complaint(const std::string& out, const std::vector<GoldenBatch>& batches) {
  const std::size_t words = word_count(batches);
  if (words == 0 && out.empty()) return {};
  const auto blocks = read_blocks(out);
  if (blocks.size() != 1) return "one block expected:\n" + visible_lines(out);
  std::vector<std::string> rows = blocks[0].rows;
  if (rows.size() != words) return std::to_string(words) + " rows expected:\n" + visible_lines(out);
  std::sort(rows.begin(), rows.end());
  const Shown spark = spark_rows(batches);
  if (batches.size() == 1 && spark.is_whole) {
    // To the byte, but for the time and the order.
    const PrintedBlock ours = take_apart(out);
    const PrintedBlock theirs = take_apart(batches[0].output);
    if (ours.rows == theirs.rows && ours.footer == theirs.footer) return {};
  } else if (batches.size() > 1) {
    // Summed up over the batches, where print's own text can be.
    std::map<std::string, std::uint64_t> sums;
    for (const GoldenBatch& batch : batches) {
      for (const auto& [word, count] : batch.rows) sums[word] += count;
    }
    if (out.find('\'') != std::string::npos || sum_blocks(out) == sums) return {};
  } else if (std::includes(rows.begin(), rows.end(), spark.rows.begin(), spark.rows.end())) {
    return {};
  }
  std::string text = "Spark shows:\n";
  for (const std::string& row : spark.rows) text += "  " + visible(row) + "\n";
  return text + "wordstream:\n" + visible_lines(out);
}

}  // namespace

TEST_CASE("print over TCP is what Spark prints", "[golden]") {
  for (const GoldenCase& golden : golden_cases()) {
    const std::string wrong = complaint(replay(golden, "print"), golden.scala);
    if (!wrong.empty()) FAIL_CHECK(golden.name << ": " << wrong);
  }
}

TEST_CASE("python over TCP is what PySpark prints", "[golden]") {
  for (const GoldenCase& golden : golden_cases()) {
    const std::string wrong = complaint(replay(golden, "python"), golden.python);
    if (!wrong.empty()) FAIL_CHECK(golden.name << ": " << wrong);
  }
}
