// Reads what varint.h and others have written one behind the other, off bytes that may be anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/varint.h"

namespace wordstream {

/// Once something was not there, all that follows is nothing.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  std::uint64_t number() {
    const std::optional<std::uint64_t> read = read_varint(at_, end_);
    is_good_ = is_good_ && read;
    return read.value_or(0);
  }

  std::string_view bytes(std::uint64_t size) {
    is_good_ = is_good_ && size <= static_cast<std::uint64_t>(end_ - at_);
    if (!is_good_) return {};
    return {std::exchange(at_, at_ + size), size};
  }

  std::string rest() { return {std::exchange(at_, end_), end_}; }

  /// All that was asked for was there.
  bool is_good() const { return is_good_; }
  /// All of it was there, and nothing else.
  bool is_over() const { return is_good_ && at_ == end_; }

 private:
  const char* at_;
  const char* end_;
  bool is_good_ = true;
};

}  // namespace wordstream
