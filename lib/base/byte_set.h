// Some bytes that stand out from others, and the way to the next of them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace wordstream {

class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char byte : bytes) has_[static_cast<unsigned char>(byte)] = true;
  }

  /// How many bytes at the beginning are not in the set.
  constexpr std::size_t length_before(std::string_view bytes) const {
    std::size_t length = 0;
    while (length < bytes.size() && !has_[static_cast<unsigned char>(bytes[length])]) ++length;
    return length;
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace wordstream
