// How far a sink has come, as the journal and the sink itself remember it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace wordstream {

/// Tells a journal from all others: drawn by chance when it was made.
struct JournalId {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const JournalId&, const JournalId&) = default;
};

/// 32 hexadecimal digits.
std::string to_text(const JournalId& id);

/// How far a sink has come: every batch up to `applied` has been taken; 0: none.
struct SinkMark {
  std::uint64_t applied = 0;
  /// Where that left the sink, in bytes that only the sink reads which has made them; empty for one
  /// that needs none. They are kept on disks.
  std::string place = {};
  std::string title = {};  ///< the same for people: "222 bytes"

  friend bool operator==(const SinkMark&, const SinkMark&) = default;
};

}  // namespace wordstream
