// Rows as messages of Kafka: a value in json or tsv, the word's bytes as the key, and headers that
// say of which batch and interval they are (docs/formats.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/kafka_producer.h"
#include "format/row_line.h"
#include "sink/row_store.h"

namespace wordstream {

class KafkaRows {
 public:
  /// `has_keys`: else a message has none, and goes anywhere.
  explicit KafkaRows(bool has_keys) : has_keys_(has_keys) {}

  /// Takes rows in, in this format. No message is larger than that: a row that would be is cut.
  void take(NewRows rows, FormatKind format, std::size_t message_bytes_max);
  /// The next message, until the next call of anything; nothing: all are done.
  const KafkaOutgoing* next();
  /// The message that next() has given is done with.
  void advance() { ++at_; }
  void clear();
  /// So many are not done.
  std::size_t left() const { return rows_.size() - at_; }

  /// Words that had to be cut since that was asked last.
  std::uint64_t take_cut_count() { return std::exchange(cut_count_, 0); }

 private:
  void make(const WordCount& row);
  void make_cut(const WordCount& row);

  bool has_keys_;
  std::vector<WordCount> rows_;
  std::size_t at_ = 0;
  std::size_t made_ = SIZE_MAX;  // of rows_: which one message_ is of
  std::size_t bytes_max_ = 0;
  std::optional<RowLine> line_;
  std::array<std::string, 3> numbers_;  // of the headers
  std::vector<KafkaHeader> headers_;
  std::string key_;
  std::string value_;
  KafkaOutgoing message_ = {};
  std::uint64_t cut_count_ = 0;
};

}  // namespace wordstream
