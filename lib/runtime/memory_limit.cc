#include "runtime/memory_limit.h"

#include <fmt/format.h>

#include "base/units.h"

namespace wordstream {
namespace {

/// What a table may still take for each word that it has: it grows to twice its size, or is packed,
/// put in order and printed.
constexpr std::uint64_t kReservedBytesPerWord = 96;

/// And for each byte of text in which every word is new, if words have six letters.
constexpr std::uint64_t kReservedBytesPerByte = 24;

}  // namespace

bool MemoryLimit::is_tight(std::size_t bytes) const {
  return needed() + kReservedBytesPerByte * (text_bytes_ + bytes) > bytes_max_;
}

std::uint64_t MemoryLimit::needed(std::size_t more_words) const {
  const std::size_t word_count = table_word_count_ + folded_word_count_ + more_words;
  return memory_.used() + kReservedBytesPerWord * word_count;
}

Error MemoryLimit::error() const {
  const std::size_t word_count = table_word_count_ + folded_word_count_;
  return {ErrorCode::OverMemory,
          fmt::format("--max-memory {} is reached: {} {} {} bytes; all that was counted is {}; "
                      "give more memory, or take a shorter --batch or --window",
                      size_to_text(bytes_max_), counted(word_count, "distinct word"),
                      word_count == 1 ? "needs" : "need", needed(),
                      is_kept_ ? "in the journal" : "delivered")};
}

}  // namespace wordstream
