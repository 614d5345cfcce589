// An immutable, packed word -> count table: what a batch counted, on its way to the sinks.
// Shared freely between threads.
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

    /// The same of a word that is no longer than kBytes. Requires: kBytes are readable there.
    template <std::size_t kBytes>
    void add_inline(const char* word, std::size_t size, std::uint64_t count) {
      char* to = room(kBytes);
      to = write_varint(to, size);
      std::memcpy(to, word, kBytes);  // of a fixed size: no call
      finish_row(to + size, count);
    }

    WordCounts build() &&;

   private:
    static constexpr std::size_t kUsualRowBytes = 10;

    /// Where the next row begins, with room for it.
    char* room(std::size_t word_bytes) {
      const std::size_t needed = byte_count_ + word_bytes + 2 * kVarintBytesMax;
      if (needed > packed_.size()) [[unlikely]]
        grow(needed);
      return packed_.data() + byte_count_;
    }
    void grow(std::size_t needed);
    void finish_row(char* to, std::uint64_t count) {
      to = write_varint(to, count);
      byte_count_ = static_cast<std::size_t>(to - packed_.data());
      ++size_;
      total_ += count;
    }

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

  /// How many different words there are.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// All counts together.
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
