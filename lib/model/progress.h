// How far a sink has come, as the journal and the sink itself remember it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace wordstream {

/// Tells a journal from all others: drawn by chance when it was made.
struct JournalId {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const JournalId&, const JournalId&) = default;
};

/// 32 hexadecimal digits.
std::string to_text(const JournalId& id);

/// How far a file sink has come: so many bytes of the file belong to batches up to
/// SinkMark::applied.
struct FileMark {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t length = 0;

  friend bool operator==(const FileMark&, const FileMark&) = default;
};

/// Every batch up to `applied` has been taken; 0: none.
struct SinkMark {
  std::uint64_t applied = 0;
  std::optional<FileMark> file;  ///< of a file sink

  friend bool operator==(const SinkMark&, const SinkMark&) = default;
};

}  // namespace wordstream
