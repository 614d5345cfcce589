// An immutable, packed word -> count table: what a batch counted, on its way to the sinks.
// Shared freely between threads. Where nobody wants more of a batch than its first rows, it is the
// head of a table: the others are not in it.
//
// Layout: for each word its length (varint), its bytes, its count (varint), one behind the other in
// no particular order. It is kept in journals: it never changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/varint.h"

namespace wordstream {

struct WordCount {
  std::string_view word;
  std::uint64_t count;
};

class WordCounts {
 public:
  /// Collects words that are all different.
  class Builder {
   public:
    Builder() = default;
    /// Makes room for so many words of the usual length.
    explicit Builder(std::size_t size) : packed_(size * kUsualRowBytes, '\0') {}

    void add(std::string_view word, std::uint64_t count);

    /// The same of a word that is no longer than kBytes, if it is one: whether it is, costs no
    /// branch. Requires: kBytes are readable there; what is no word has size 0 and count 0.
    template <std::size_t kBytes>
    void add_inline(const char* word, std::size_t size, std::uint64_t count, bool is_word) {
      static_assert(kBytes < 0x80, "the length is one byte");
      char* const to = room(kBytes);
      *to = static_cast<char>(size);
      std::memcpy(to + 1, word, kBytes);  // of a fixed size: no call
      const char* const end = write_varint(to + 1 + size, count);
      byte_count_ += is_word ? static_cast<std::size_t>(end - to) : 0;
      size_ += is_word ? 1 : 0;
      total_ += count;
    }

    WordCounts build() &&;
    /// These are the first rows of a table that has so many words, which come so often together.
    WordCounts build_head(std::size_t size, std::uint64_t total) &&;

   private:
    static constexpr std::size_t kUsualRowBytes = 12;

    /// Where the next row begins, with room for it.
    char* room(std::size_t word_bytes) {
      const std::size_t needed = byte_count_ + word_bytes + 2 * kVarintBytesMax;
      if (needed > packed_.size()) [[unlikely]]
        grow(needed);
      return packed_.data() + byte_count_;
    }
    void grow(std::size_t needed);

    std::string packed_;          // with room for more
    std::size_t byte_count_ = 0;  // of it
    std::size_t size_ = 0;
    std::uint64_t total_ = 0;
  };

  WordCounts() = default;

  /// A table from the bytes of one, which may be damaged or somebody else's: none where they are no
  /// table. That its words are all different is not checked.
  static std::optional<WordCounts> parse(std::string packed);

  /// The bytes, in the layout above.
  std::string_view packed() const { return packed_; }

  /// How many different words there are; of a head, in the whole table.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// All counts together; of a head, those of the whole table.
  std::uint64_t total() const { return total_; }

  /// Calls `visit(WordCount)` for every word. The views live as long as this table.
  template <class Visit>
  void for_each(Visit&& visit) const {
    const char* at = packed_.data();
    const char* const end = at + packed_.size();
    while (at != end) {
      const std::uint64_t length = read_varint(at);
      const std::string_view word(at, length);
      at += length;
      visit(WordCount{word, read_varint(at)});
    }
  }

 private:
  std::string packed_;
  std::size_t size_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace wordstream
