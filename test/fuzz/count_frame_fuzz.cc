// What anybody sends as counts: a key is the one that stands there; rows are those that a plain
// reader finds, or none of them are, and come to the same when they are written. And what a task of
// a cluster packs for another one.
//   input: which of the three (1 byte); then the bytes
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz/target.h"
#include "kernel/wordstream_kernel.h"
#include "source/count_frame.h"

namespace wordstream {
namespace {

using Words = std::map<std::string, std::uint64_t>;

std::vector<std::string> parts_of(const std::string& text, char end) {
  std::vector<std::string> parts(1);
  for (const char c : text) c == end ? parts.emplace_back().clear() : parts.back().push_back(c);
  return parts;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(static_cast<std::uint64_t>(number)) : std::nullopt;
}

/// Letter by letter.
std::optional<std::string> word_of(const std::string& text) {
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      word += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] != 't' && text[i] != 'n' && text[i] != 'r' && text[i] != '\\') return std::nullopt;
    word += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : '\\';
  }
  return word;
}

/// The same as parse_count_rows(), without the checks of the head.
std::optional<Words> plain_rows(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  std::vector<std::string> rows = parts_of(text, '\n');
  for (const std::string& column : parts_of(rows.front(), '\t')) {
    if (!number_of(column)) return std::nullopt;
  }
  Words words;
  std::uint64_t total = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::vector<std::string> columns = parts_of(rows[i], '\t');
    if (columns.size() != 2) return std::nullopt;
    const auto word = word_of(columns[0]);
    const auto count = number_of(columns[1]);
    if (!word || !count || *count == 0 || *count > kCountTotalMax - total) return std::nullopt;
    total += *count;
    words[*word] += *count;
  }
  return words;
}

void run_rows(std::string_view text) {
  const Result<CountRows> rows = parse_count_rows(text);
  const std::optional<Words> plain = plain_rows(std::string(text));
  const bool is_head_alone = !rows && rows.error().message.starts_with("counts begin");
  WS_CHECK(rows ? plain.has_value() : is_head_alone || !plain, "taking rows or refusing them");
  if (!rows) return;
  Words words;
  rows->counted.words.for_each(
      [&](const WordCount& row) { words[std::string(row.word)] += row.count; });
  WS_CHECK(words == *plain, "reading rows");
  WS_CHECK(rows->start_ms <= rows->end_ms, "reading an interval");
  std::string written = "1\t2\n";
  rows->counted.words.for_each([&](const WordCount& row) { append_count_row(written, row); });
  const Result<CountRows> again = parse_count_rows(written);
  WS_CHECK(again && again->counted.words.packed() == rows->counted.words.packed(),
           "writing rows that were read");
  WS_CHECK(words.empty() || rows->counted.line_count != 0, "counting lines where words are");
}

void run_key(std::string_view data) {
  const std::optional<CountKey> key = count_key_of(data);
  if (!key) return;
  const std::size_t digits = data.size() - key->rows.size() - key->producer.size() - 2;
  WS_CHECK(!key->producer.empty() && key->batch <= kCountBatchMax, "finding a key");
  WS_CHECK(data.substr(0, key->producer.size()) == key->producer, "finding a producer");
  WS_CHECK(number_of(std::string(data.substr(key->producer.size() + 1, digits))) == key->batch,
           "reading a batch");
}

/// What a task of a cluster gives another one.
void run_packed(std::string_view packed) {
  wordstream_counter* const counter = wordstream_counter_new(nullptr, 0, nullptr);
  const bool is_added = wordstream_counter_add(counter, packed.data(), packed.size()) != 0;
  const wordstream_text rows = wordstream_counter_rows(counter);
  WS_CHECK(is_added || rows.size == 0, "adding nothing of what is none");
  wordstream_text_free(rows);
  wordstream_counter_free(counter);
}

void run(std::string_view input) {
  if (input.empty()) return;
  switch (static_cast<unsigned char>(input[0]) % 3U) {
    case 0:
      return run_rows(input.substr(1));
    case 1:
      return run_key(input.substr(1));
    default:
      return run_packed(input.substr(1));
  }
}

std::vector<std::string> seeds() {
  return {"\0011_q#12 1\t2\na\t1\n",
          std::string("\0", 1) + "1000\t2000\t3\t1\t1\t1\na\t1\n\\t\\n\t2\n",
          std::string("\0", 1) + "1\t2\n\t9007199254740992\n",
          std::string("\2\1\3\0\0\0\2to\2\0\1", 11)};
}

}  // namespace

const FuzzTarget kCountFrameFuzz{&run, &seeds};

}  // namespace wordstream
