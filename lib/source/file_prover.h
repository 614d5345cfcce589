// Makes the proofs of the places in a file as it is read (source/file_proof.h), and holds what is
// known of one place against what stands in a file.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"
#include "env/files.h"
#include "model/positions.h"
#include "source/file_proof.h"
#include "source/unpacked_file.h"

namespace wordstream {

/// Whether a file is another one that was read.
enum class Match {
  None,
  Same,     ///< all that was read of the other stands in it
  Shorter,  ///< it is compressed, and holds less than was read
  Unclear   ///< it is compressed, and not whole yet
};

class FileProver final : public Prover {
 public:
  /// Stands at the start of a file; or at `offset`, where nothing is known of what stands before
  /// it.
  explicit FileProver(std::uint64_t offset = 0) : offset_(offset), began_(offset) {}
  /// Stands at `offset` of a file of which nothing was read: what stands before it is known by its
  /// ends alone. Nothing where the file is shorter.
  static Result<std::optional<FileProver>> begin(const File& file, std::uint64_t offset);

  /// Stands at `offset`, where a segment begins, and has the digests of the whole ones before that.
  static Result<std::optional<FileProver>> go_on(const File& file, const FileProof& proof,
                                                 std::uint64_t offset);

  void add(std::string_view bytes) override;
  std::string proof() const override { return encode(known()); }
  std::unique_ptr<Prover> copy() const override { return std::make_unique<FileProver>(*this); }

  /// What is added next is of this member, be it that some of it was.
  void note_member(const MemberStart& member) { latest_member_ = member; }
  /// It is another file that holds the same.
  void forget_members() { member_ = latest_member_ = {}; }
  /// As FileProof::member.
  const MemberStart& member() const { return member_; }

  std::uint64_t offset() const { return offset_; }
  FileProof known() const;

  // What the proofs say beside that.
  FileRole role = FileRole::AtPath;
  std::uint64_t order = 0;
  std::uint64_t seen = 0;  ///< the file's length, as far as it is known

 private:
  void add_to_digests(std::string_view bytes);

  std::uint64_t offset_ = 0;
  std::uint64_t head_length_ = 0;
  std::uint32_t head_checksum_ = 0;
  std::array<char, kTailBytesMax> tail_{};
  std::size_t tail_length_ = 0;
  std::uint64_t began_ = 0;
  Digest chain_{};
  MemberStart member_;         // as FileProof::member
  MemberStart latest_member_;  // the place is in it, or behind it
  DigestStream open_;
};

/// Whether the beginning of the file and what stands before `offset` are as they were. Where they
/// are, the file is taken for the one that was read, and the prover stands at `offset` of it; it
/// reads the open segment anew for that.
Result<std::optional<FileProver>> prove_itself(File& file, const FileProof& proof,
                                               std::uint64_t offset);

/// The same of a packed file: unpacks what is between the member that is known and `offset`, twice;
/// where none is known, or none begins there, all up to `offset`. The next read is anywhere then.
Result<std::optional<FileProver>> prove_itself(UnpackedFile& file, const FileProof& proof,
                                               std::uint64_t offset);

/// Whether all that was read up to `offset` stands in the file, which may be another one: reads it
/// from where reading began. The next read from the file is anywhere then.
Result<std::optional<FileProver>> prove_equal(File& file, const FileProof& proof,
                                              std::uint64_t offset);

/// What was read from `began` up to `offset`, as it stands in the file now. The next read is
/// anywhere then.
Result<std::optional<FileProver>> prover_at(File& file, std::uint64_t began, std::uint64_t offset);

}  // namespace wordstream
