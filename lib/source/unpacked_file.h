// A packed file that is read as the text which is in it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "env/files.h"
#include "source/packing.h"

namespace wordstream {

/// For a file that has all that it will ever have, and ends within a member, behind so many bytes
/// of text.
tl::unexpected<Error> fail_cut_off(const std::string& name, std::uint64_t text_length);

/// However long the file is, it takes 200 KB of memory with gzip; with zstd half a MB and the
/// file's window, which may have 128 MiB.
class UnpackedFile final : public File {
 public:
  /// Takes `file` over, a regular one, and stands at its beginning, wherever `file` stood. `name`
  /// is what people call it. Requires: `packing` is not None.
  UnpackedFile(std::unique_ptr<File> file, Packing packing, std::string name);
  ~UnpackedFile() override;

  // What the packed file is.
  int handle() const override { return file_->handle(); }
  Result<FileInfo> info() const override { return file_->info(); }

  /// The next bytes of the text; those of one read are of one member. Ended where the packed file
  /// ends behind a whole member. NotNow where it ends within one, or before the first: somebody may
  /// still be writing it. After either, read on when it has grown. Fails as File::read_at() does;
  /// with BadData where it is damaged, or asks for too large a window, after all that stands before
  /// that has been read; with OverMemory where there is no memory to unpack it.
  Result<Read> read(std::span<char> into) override;

  /// In bytes of the text.
  Result<std::uint64_t> offset() const override { return offset_; }
  /// Unpacks all that is between here and `offset`; going back, what is between a member's start
  /// and `offset`. That takes seconds for each gigabyte. Fails as read() does.
  Status seek(std::uint64_t offset) override;
  /// Costs as much as seek(), and for that time as much memory again. Fails as read() does, where
  /// nothing stands before the damage.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override;

  /// The text has no holes.
  Result<std::uint64_t> next_data(std::uint64_t offset) const override { return offset; }

  /// The member that has the last byte before here; at the beginning, where that is.
  const MemberStart& last_member() const;
  /// The next read is of this member, which last_member() has told of this file. It need not unpack
  /// what is before it, and fails with BadData where no member begins there.
  void begin_at(const MemberStart& member);

  /// Where in the packed file, behind a whole member, bytes begin that are neither a member nor
  /// zeros: they end the text. Nothing as long as reading has not come to any.
  const std::optional<std::uint64_t>& trailing_at() const;

 private:
  class Unpacking;

  std::unique_ptr<Unpacking> unpacking_from(const MemberStart& start) const;
  std::unique_ptr<Unpacking> unpacking_to(std::uint64_t offset) const;

  std::unique_ptr<File> file_;
  Packing packing_;
  std::string name_;
  std::unique_ptr<Unpacking> unpacking_;
  std::uint64_t offset_ = 0;  // the unpacking may not have come to it, where the text ends before
};

}  // namespace wordstream
