// The checksum of a row: of its table's name and of all its values, each with its length.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/checksum.h"

namespace wordstream {

class RowChecksum {
 public:
  explicit RowChecksum(std::string_view table) { text(table); }

  RowChecksum& number(std::uint64_t value) {
    std::array<char, 8> bytes;  // the least first
    for (char& byte : bytes) {
      byte = static_cast<char>(value & 0xff);
      value >>= 8;
    }
    value_ = checksum({bytes.data(), bytes.size()}, value_);
    return *this;
  }

  RowChecksum& maybe(std::optional<std::uint64_t> value) {
    return value ? number(1).number(*value) : number(0);
  }

  RowChecksum& text(std::string_view bytes) {
    number(bytes.size());
    value_ = checksum(bytes, value_);
    return *this;
  }

  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 0;
};

}  // namespace wordstream
