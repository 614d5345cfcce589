#include "sink/kafka_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "text/utf8.h"

namespace wordstream {
namespace {

/// What a record and its batch have beside key and value: lengths, headers, the batch's own header.
/// Source: Kafka's protocol guide, "Record Batch"; headers of ours have fewer than 100 bytes.
constexpr std::size_t kOverhead = 512;
/// So many bytes a byte of a word may take in a value: \u0000, in json.
constexpr std::size_t kBytesPerByteMax = 6;

/// The first bytes of a word, without half a character at their end.
std::string_view beginning_of(std::string_view word, std::size_t bytes_max) {
  std::string_view cut = word.substr(0, bytes_max);
  constexpr std::size_t kCharBytesMax = 4;
  for (std::size_t less = 0; less < kCharBytesMax && less < cut.size(); ++less) {
    const std::string_view shorter = cut.substr(0, cut.size() - less);
    if (is_valid_utf8(shorter)) return shorter;
  }
  return cut;
}

}  // namespace

void KafkaRows::take(NewRows rows, FormatKind format, std::size_t message_bytes_max) {
  clear();
  line_.emplace(format, rows.batch, rows.interval);
  bytes_max_ = message_bytes_max;
  numbers_ = {fmt::format("{}", rows.batch),
              fmt::format("{}", rows.interval.start.time_since_epoch().count()),
              fmt::format("{}", rows.interval.end.time_since_epoch().count())};
  headers_ = {{"batch", numbers_[0]}, {"start_ms", numbers_[1]}, {"end_ms", numbers_[2]}};
  rows_ = std::move(rows.rows);
}

void KafkaRows::clear() {
  rows_.clear();
  at_ = 0;
  made_ = SIZE_MAX;
}

const KafkaOutgoing* KafkaRows::next() {
  if (at_ == rows_.size()) return nullptr;
  if (made_ != at_) {
    made_ = at_;
    make(rows_[at_]);
  }
  return &message_;
}

void KafkaRows::make(const WordCount& row) {
  constexpr std::size_t kOwnHeaders = 3;
  headers_.resize(kOwnHeaders);
  value_.clear();
  line_->append(row, value_);
  const std::size_t key_bytes = has_keys_ ? row.word.size() : 0;
  if (value_.size() + key_bytes + kOverhead > bytes_max_) return make_cut(row);
  message_ = {has_keys_ ? std::optional(row.word) : std::nullopt, value_, headers_};
}

/// The key is a digest of the whole word, so that rows of one word keep together, and those of
/// words that begin alike do not.
void KafkaRows::make_cut(const WordCount& row) {
  ++cut_count_;
  const std::size_t room = bytes_max_ > 2 * kOverhead ? bytes_max_ - 2 * kOverhead : kOverhead;
  value_.clear();
  line_->append({beginning_of(row.word, room / (kBytesPerByteMax + 2)), row.count}, value_, true);
  key_.clear();
  for (const std::uint8_t byte : digest(row.word).bytes) key_ += fmt::format("{:02x}", byte);
  headers_.push_back({"truncated", "true"});
  message_ = {has_keys_ ? std::optional<std::string_view>(key_) : std::nullopt, value_, headers_};
}

}  // namespace wordstream
