// The bytes of a file: as every process sees them, and as a power loss may leave them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/survival.h"

namespace wordstream::sim {

/// What was written since the last sync survives by sectors of 512 bytes: each is found as it was
/// at the sync or after any of the writes since, whatever became of the others. The length, too, is
/// one that the file has had, or what the sectors make of it; a sector between that never arrived
/// is zeros. Cuts are kept in their order.
class CachedBytes {
 public:
  const std::string& text() const { return text_; }

  /// All of it is new, and synced.
  void assign(std::string_view bytes);
  /// What lies between the end and `offset` becomes zeros.
  void write(std::uint64_t offset, std::string_view bytes);
  void resize(std::uint64_t size);

  /// Where the first byte stands, at `offset` or behind, whose block of 4096 bytes was ever written
  /// to; the length where none does. A power loss leaves no holes.
  std::uint64_t next_data(std::uint64_t offset) const;

  void sync();
  /// As Linux does it: what could not be written is forgotten and counts as written, so the next
  /// sync has nothing to complain of.
  void fail_sync(Survival survival);
  void lose_power(Survival survival);

 private:
  /// What undoes a write or a resizing. That is what is kept, and not what was written: most of it
  /// is synced, and little is lost.
  struct Change {
    std::uint64_t size;    ///< of the file, before it
    std::uint64_t offset;  ///< where the sectors begin
    std::uint64_t length;  ///< of the sectors that were written; 0: the file was resized
    std::string before;    ///< what was there, as far as the file went
  };
  /// The same, as it was done.
  struct Done {
    std::uint64_t size;    ///< of the file, after it
    std::uint64_t offset;  ///< where the sectors begin
    std::string sectors;   ///< whole as far as the file goes; none: the file was resized
  };
  /// Goes back to the bytes of the last sync, and returns what was done since, in its order.
  std::vector<Done> go_back();
  std::string survivors(Survival survival);
  void take(std::string text);

  std::string text_;
  std::vector<bool> is_data_;    ///< each block of the text
  std::vector<Change> changes_;  ///< since the sync
};

}  // namespace wordstream::sim
