// The beginning and the end of what was read of a file: enough to see, at each reading, that it was
// not rewritten meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "env/files.h"
#include "source/log_text.h"

namespace wordstream {

class ReadEnds {
 public:
  /// As they stand in a file that was read up to `offset`. Fails as File::read_at() does.
  static Result<ReadEnds> of(const File& file, std::uint64_t offset);

  /// These bytes were read, from `offset` on.
  void add(std::string_view bytes, std::uint64_t offset);
  /// Whether they stand in the file, which was read up to `offset`. Fails as File::read_at() does.
  Result<bool> stand_in(const File& file, std::uint64_t offset) const;
  /// The beginning, without NULs.
  TextHead head() const;

 private:
  std::string head_;
  std::string tail_;
};

}  // namespace wordstream
