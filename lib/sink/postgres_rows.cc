#include "sink/postgres_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "text/utf8.h"
#include "text/visible.h"
#include "words/order.h"

namespace wordstream {
namespace {

/// Of a statement, as far as one word alone is not longer: what a server that waits for the rest of
/// it may have to wait for.
constexpr std::size_t kStatementBytes = 64'000;
constexpr std::size_t kTextBytesMax = 600;
constexpr std::size_t kKeyBytesMax = 1'500;
constexpr std::size_t kShownCharsMax = 200;

bool is_plain(std::string_view word) {
  return word.size() <= kTextBytesMax && word.find('\0') == word.npos && is_valid_utf8(word);
}

/// As print shows it, cut.
std::string shown(std::string_view word) {
  // No more bytes than that can become so many characters.
  const std::string text = replace_invalid(visible(word.substr(0, 4 * (kShownCharsMax + 1))));
  std::string_view rest = text;
  for (std::size_t count = 0; count < kShownCharsMax && !rest.empty(); ++count) {
    rest.remove_prefix(decode_char(rest).length);
  }
  return text.substr(0, text.size() - rest.size());
}

}  // namespace

PostgresRows::PostgresRows(const PostgresTables& tables, NewRows rows)
    : tables_(&tables),
      interval_(rows.interval),
      may_be_there_(rows.may_be_there),
      rows_(std::move(rows.rows)) {
  const auto odd = std::partition(rows_.begin(), rows_.end(),
                                  [](const WordCount& row) { return is_plain(row.word); });
  const auto lengthy = std::partition(
      odd, rows_.end(), [](const WordCount& row) { return row.word.size() <= kKeyBytesMax; });
  odd_at_ = static_cast<std::size_t>(odd - rows_.begin());
  long_at_ = static_cast<std::size_t>(lengthy - rows_.begin());
  // Sorted, so that no two writers wait for each other, and each row comes behind the last.
  std::vector<WordCount> rest(odd, rows_.end());
  rows_.resize(odd_at_);
  order_by_word(rows_);
  const auto by_word = [](const WordCount& a, const WordCount& b) { return a.word < b.word; };
  const auto lengthy_in_rest = rest.begin() + static_cast<std::ptrdiff_t>(long_at_ - odd_at_);
  std::sort(rest.begin(), lengthy_in_rest, by_word);
  std::sort(lengthy_in_rest, rest.end(), by_word);
  rows_.insert(rows_.end(), rest.begin(), rest.end());
}

std::optional<PostgresStatement> PostgresRows::next() {
  if (at_ < odd_at_) return plain_rows();
  if (at_ < long_at_) return odd_rows();
  if (at_ < rows_.size()) return long_row();
  return std::nullopt;
}

PostgresStatement PostgresRows::plain_rows() {
  PostgresArray words(PostgresArray::Of::Texts);
  PostgresArray counts(PostgresArray::Of::Integers);
  do {
    words.add(rows_[at_].word);
    counts.add(static_cast<std::int64_t>(rows_[at_].count));
    ++at_;
  } while (at_ < odd_at_ && words.byte_count() + counts.byte_count() < kStatementBytes);
  return insert("word, count",
                "word, count FROM unnest($1::text[], $2::int8[]) AS given(word, count)",
                {words.value(), counts.value()});
}

PostgresStatement PostgresRows::odd_rows() {
  PostgresArray words(PostgresArray::Of::Texts);
  PostgresArray bytes(PostgresArray::Of::Bytes);
  PostgresArray counts(PostgresArray::Of::Integers);
  do {
    words.add(shown(rows_[at_].word));
    bytes.add(rows_[at_].word);
    counts.add(static_cast<std::int64_t>(rows_[at_].count));
    ++at_;
  } while (at_ < long_at_ && words.byte_count() + bytes.byte_count() < kStatementBytes);
  return insert("word, count, bytes",
                "word, count, bytes FROM unnest($1::text[], $2::int8[], $3::bytea[]) "
                "AS given(word, count, bytes)",
                {words.value(), counts.value(), bytes.value()});
}

/// The server computes the digest.
PostgresStatement PostgresRows::long_row() {
  const WordCount& row = rows_[at_++];
  PostgresStatement statement =
      insert("word, count, bytes", "$1::text, $2::int8, sha256($3::bytea)",
             {postgres_text(shown(row.word)),
              postgres_integer(static_cast<std::int64_t>(row.count)), postgres_bytes(row.word)});
  statement.sql = fmt::format(
      "WITH whole AS (INSERT INTO {} VALUES (sha256($3::bytea), $3::bytea) ON CONFLICT DO NOTHING) "
      "{}",
      tables_->long_words(), statement.sql);
  return statement;
}

PostgresStatement PostgresRows::insert(std::string_view columns, std::string_view select,
                                       std::vector<PostgresValue> values) const {
  const bool is_total = tables_->is_total();
  const std::string_view replace = "DO UPDATE SET count = excluded.count";
  std::string sql = fmt::format("INSERT INTO {} ({}", tables_->rows(), columns);
  if (is_total) {
    fmt::format_to(std::back_inserter(sql), ") SELECT {} ON CONFLICT (word, bytes) {}", select,
                   replace);
    return {std::move(sql), std::move(values)};
  }
  fmt::format_to(std::back_inserter(sql), ", start_ms, end_ms) SELECT ");
  // Behind the columns that are given come two that are the same in each row.
  const std::size_t from = select.find(" FROM ");
  const std::size_t first = values.size() + 1;
  fmt::format_to(std::back_inserter(sql), "{}, ${}::int8, ${}::int8{}", select.substr(0, from),
                 first, first + 1, from == select.npos ? "" : select.substr(from));
  if (may_be_there_) {
    fmt::format_to(std::back_inserter(sql), " ON CONFLICT (end_ms, start_ms, word, bytes) {}",
                   replace);
  }
  values.push_back(postgres_integer(interval_.start.time_since_epoch().count()));
  values.push_back(postgres_integer(interval_.end.time_since_epoch().count()));
  return {std::move(sql), std::move(values)};
}

}  // namespace wordstream
