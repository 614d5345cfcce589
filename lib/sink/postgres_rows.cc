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

void PostgresRows::add(NewRows rows) {
  given_ = std::move(rows);
  std::vector<WordCount>& all = given_.rows;
  const auto odd = std::partition(all.begin(), all.end(),
                                  [](const WordCount& row) { return is_plain(row.word); });
  const auto lengthy = std::partition(
      odd, all.end(), [](const WordCount& row) { return row.word.size() <= kKeyBytesMax; });
  at_ = 0;
  odd_at_ = static_cast<std::size_t>(odd - all.begin());
  long_at_ = static_cast<std::size_t>(lengthy - all.begin());
  // Sorted, so that no two writers wait for each other, and each row comes behind the last.
  std::vector<WordCount> rest(odd, all.end());
  const auto lengthy_in_rest = rest.begin() + (lengthy - odd);
  all.resize(odd_at_);
  order_by_word(all);
  const auto by_word = [](const WordCount& a, const WordCount& b) { return a.word < b.word; };
  std::sort(rest.begin(), lengthy_in_rest, by_word);
  std::sort(lengthy_in_rest, rest.end(), by_word);
  all.insert(all.end(), rest.begin(), rest.end());
}

void PostgresRows::clear() {
  at_ = given_.rows.size();
  clear_columns();
}

void PostgresRows::clear_columns() {
  for (PostgresArray* const column : {&starts_, &ends_, &words_, &bytes_, &counts_}) {
    column->clear();
  }
}

std::optional<PostgresStatement> PostgresRows::next(bool all) {
  for (; at_ < long_at_ && !is_full(); ++at_) put(given_.rows[at_], at_ < odd_at_);
  if (is_full()) return rows_together();
  // One statement changes no row twice, and either all or none of its rows may be there.
  const bool stands_alone = tables_.is_total() || given_.may_be_there;
  if ((all || stands_alone) && !words_.is_empty()) return rows_together();
  if (!is_taken()) return long_row(given_.rows[at_++]);
  return std::nullopt;
}

bool PostgresRows::is_full() const {
  return words_.byte_count() + bytes_.byte_count() + 3 * counts_.byte_count() >= kStatementBytes;
}

void PostgresRows::put(const WordCount& row, bool is_plain) {
  starts_.add(given_.interval.start.time_since_epoch().count());
  ends_.add(given_.interval.end.time_since_epoch().count());
  words_.add(is_plain ? std::string(row.word) : shown(row.word));
  bytes_.add(is_plain ? std::string_view() : row.word);
  counts_.add(static_cast<std::int64_t>(row.count));
}

PostgresStatement PostgresRows::rows_together() {
  PostgresStatement statement;
  if (tables_.is_total()) {
    statement = {insert("word, bytes, count", "* FROM unnest($1::text[], $2::bytea[], $3::int8[])"),
                 {words_.value(), bytes_.value(), counts_.value()}};
  } else {
    statement = {
        insert("word, bytes, count, start_ms, end_ms",
               "* FROM unnest($1::text[], $2::bytea[], $3::int8[], $4::int8[], $5::int8[])"),
        {words_.value(), bytes_.value(), counts_.value(), starts_.value(), ends_.value()}};
  }
  clear_columns();
  return statement;
}

/// The server computes the digest.
PostgresStatement PostgresRows::long_row(const WordCount& row) const {
  PostgresStatement statement{
      fmt::format("WITH whole AS (INSERT INTO {} VALUES (sha256($3::bytea), $3::bytea) "
                  "ON CONFLICT DO NOTHING) ",
                  tables_.long_words()),
      {postgres_text(shown(row.word)), postgres_integer(static_cast<std::int64_t>(row.count)),
       postgres_bytes(row.word)}};
  if (tables_.is_total()) {
    statement.sql += insert("word, count, bytes", "$1::text, $2::int8, sha256($3::bytea)");
    return statement;
  }
  statement.sql += insert("word, count, bytes, start_ms, end_ms",
                          "$1::text, $2::int8, sha256($3::bytea), $4::int8, $5::int8");
  for (const Label time : {given_.interval.start, given_.interval.end}) {
    statement.values.push_back(postgres_integer(time.time_since_epoch().count()));
  }
  return statement;
}

std::string PostgresRows::insert(std::string_view columns, std::string_view select) const {
  std::string sql = fmt::format("INSERT INTO {} ({}) SELECT {}", tables_.rows(), columns, select);
  const bool replaces = tables_.is_total() || given_.may_be_there;
  if (!replaces) return sql;
  return sql + fmt::format(" ON CONFLICT ({}) DO UPDATE SET count = excluded.count",
                           tables_.is_total() ? "word, bytes" : "end_ms, start_ms, word, bytes");
}

}  // namespace wordstream
