// What lies in a file beyond the length that a journal knows of: what the run before this one has
// written last, as far as it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "env/storage.h"

namespace wordstream {

/// Compares the tail with what is written again. It is the beginning of that, unless somebody else
/// has touched the file: then only what it lacks is to be written.
class FileTail {
 public:
  /// From `start` to `end`, which is the file's. The file outlives this; `path` is for messages.
  FileTail(StoredFile& file, std::string path, std::uint64_t start, std::uint64_t end);

  /// All of it has been found to be what is written again.
  bool is_over() const { return at_ == end_; }

  /// The next bytes that are written again. Returns how many of them the file has now: the rest is
  /// to be appended. Where the tail differs only in bytes that are zero, which a power loss leaves
  /// behind, it is cut there and written anew, once all of it has been compared. Fails with BadData
  /// where it differs in anything else, and then nothing has been changed.
  Result<std::size_t> match(std::string_view bytes);
  /// Nothing more is written again. Fails with BadData where the tail goes on.
  Status finish() const;

  /// The first byte that was written anew, when it is over.
  std::optional<std::uint64_t> mended_from() const {
    return is_over() ? zeros_from_ : std::nullopt;
  }

 private:
  Status compare(std::string_view expected);
  Status mend();
  tl::unexpected<Error> fail_foreign(std::uint64_t offset) const;

  StoredFile& file_;
  std::string path_;
  std::uint64_t at_;
  std::uint64_t end_;
  std::optional<std::uint64_t> zeros_from_;  // the first byte that is zero and should not be
  std::string anew_;                         // what belongs there, as far as it is known
};

/// Where the whole lines of a tail end: before a last line that is half written, and before the
/// first line of which a power loss has left zeros. `start` where there is no whole line.
Result<std::uint64_t> end_of_whole_lines(const StoredFile& file, std::uint64_t start,
                                         std::uint64_t end);

}  // namespace wordstream
