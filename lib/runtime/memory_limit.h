// How much memory a run may take, and how much it needs: what is allocated now, and what it will
// take to deliver the words that were counted. Safe from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "env/memory.h"

namespace wordstream {

class MemoryLimit {
 public:
  /// `is_kept`: what has been counted is in a journal by the end of the run, and not delivered by
  /// then.
  MemoryLimit(const Memory& memory, std::uint64_t bytes_max, bool is_kept)
      : memory_(memory), bytes_max_(bytes_max), is_kept_(is_kept) {}

  /// So many more different words are in tables that are being filled, or wait to be packed; or so
  /// many less.
  void add_words(std::size_t count) { table_word_count_ += count; }
  void remove_words(std::size_t count) { table_word_count_ -= count; }
  /// So many different words the fold remembers.
  void set_folded_words(std::size_t count) { folded_word_count_ = count; }

  /// So many more bytes of text were given to other threads, or counted by them.
  void add_text(std::size_t bytes) { text_bytes_ += bytes; }
  void remove_text(std::size_t bytes) { text_bytes_ -= bytes; }

  /// Words in tables and in what the fold remembers; one in both counts twice.
  std::uint64_t word_count() const { return table_word_count_ + folded_word_count_; }

  /// It is, or would be with so many more different words.
  bool is_over(std::size_t more_words = 0) const { return needed(more_words) > bytes_max_; }
  /// It could be over once so much more text, and what others have, is counted.
  bool is_tight(std::size_t bytes) const;
  /// Why the run ends then.
  Error error() const;

 private:
  std::uint64_t needed(std::size_t more_words = 0) const;

  const Memory& memory_;
  std::uint64_t bytes_max_;
  bool is_kept_;
  std::atomic<std::size_t> table_word_count_ = 0;
  std::atomic<std::size_t> folded_word_count_ = 0;
  std::atomic<std::size_t> text_bytes_ = 0;
};

}  // namespace wordstream
