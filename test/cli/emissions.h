// What the program writes, read back: the blocks of print and python, the rows of tsv and json.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace wordstream::cli {

/// A block of print or python.
struct Printed {
  std::string time;               ///< what stands behind "Time: "
  std::vector<std::string> rows;  ///< "..." included
};

/// Every complete block of `text`. Fails the test where something else stands between them.
std::vector<Printed> read_blocks(const std::string& text);

/// The milliseconds of a print block's time. Fails the test when it has another form.
std::int64_t print_time_ms(const Printed& block);

/// What print writes for these rows, at `time` ("1357008430000 ms").
std::string block_text(const std::string& time, const std::vector<std::string>& rows);

/// A line of tsv.
struct Row {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string word;
  std::uint64_t count = 0;
};

/// Every complete line. Fails the test where a line is no row.
std::vector<Row> read_tsv(const std::string& text);

/// Word to count, over all rows.
std::map<std::string, std::uint64_t> sum_tsv(const std::string& text);

/// The same of print's rows "(word,count)". Requires: no block was cut by --top.
std::map<std::string, std::uint64_t> sum_blocks(const std::string& text);

/// The milliseconds since the epoch now.
std::int64_t wall_clock_ms();

}  // namespace wordstream::cli
