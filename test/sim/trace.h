// What happened in a world, in order: a hash of it, and the text of it where somebody reads along.
// Two runs with the same hash were the same run.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace wordstream::sim {

class Trace {
 public:
  /// Given every line from now on, without a line end.
  std::function<void(std::string_view line)> reader;

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    line_.clear();
    fmt::format_to(std::back_inserter(line_), format, std::forward<Args>(args)...);
    const std::string_view line(line_.data(), line_.size());
    for (const char c : line) mix(static_cast<unsigned char>(c));
    mix('\n');
    if (reader) reader(line);
  }

  std::uint64_t hash() const { return hash_; }

 private:
  // FNV-1a
  void mix(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001B3; }

  fmt::memory_buffer line_;
  std::uint64_t hash_ = 0xCBF29CE484222325;
};

}  // namespace wordstream::sim
