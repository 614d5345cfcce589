// Takes an input apart, from its front on. Behind its end there are zeros.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wordstream {

class FuzzInput {
 public:
  explicit FuzzInput(std::string_view bytes) : left_(bytes) {}

  bool is_over() const { return left_.empty(); }

  unsigned byte() {
    if (left_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return byte;
  }

  /// Of one byte: one of 0 … bound - 1.
  unsigned below(unsigned bound) { return byte() % bound; }

  /// Of eight bytes, the least first.
  std::uint64_t number() {
    std::uint64_t number = 0;
    for (unsigned bits = 0; bits < 64; bits += 8) number |= std::uint64_t{byte()} << bits;
    return number;
  }

  /// As many as are asked for, where there are as many.
  std::string_view bytes(std::size_t size) {
    const std::string_view bytes = left_.substr(0, size);
    left_.remove_prefix(bytes.size());
    return bytes;
  }

  /// As many as the byte before them says.
  std::string_view text() { return bytes(byte()); }

  std::string_view rest() { return bytes(left_.size()); }

 private:
  std::string_view left_;
};

}  // namespace wordstream
