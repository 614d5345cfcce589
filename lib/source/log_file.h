// One file of a log: which it is, whatever its name is by now, and how far it was read. It may be
// closed in between, and opened again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "env/files.h"
#include "model/block.h"
#include "source/file_prover.h"
#include "source/line_framer.h"
#include "source/log_context.h"
#include "source/log_listing.h"
#include "source/log_text.h"
#include "source/read_ends.h"
#include "source/source.h"

namespace wordstream {
class LogFile {
 public:
  /// What a turn at reading has come to.
  enum class Reading {
    Data,      ///< something was read; there may be more
    Full,      ///< the block must be handed on first
    AtEnd,     ///< nothing more is there now, be it compressed and not whole yet
    Rewritten  ///< what was read does not stand there any more; nothing was taken
  };

  /// Nothing is known of it yet. `member` is as LogShelf has it; `context` outlives it.
  LogFile(const std::string& path, const FileInfo& info, std::string member, LogContext& context);
  /// One of which an earlier run has read, up to `position`; it is not found yet.
  LogFile(const KnownFile& known, const Position& position, LogContext& context);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  const FileId& id() const { return id_; }
  const std::string& stream_name() const { return stream_->name; }
  /// Where it was seen last.
  const std::string& path() const { return path_; }
  FileRole role() const { return proof_.role; }
  void set_role(FileRole role);
  /// As FileProof::order.
  std::uint64_t order() const { return proof_.order; }
  void set_member(const std::string& member);
  void set_order(std::uint64_t order);
  /// Behind the last line, with its proof.
  Position position() const;
  FileProof proof() const;
  /// Up to where it was read, unfinished lines included.
  std::uint64_t offset() const { return offset_; }
  /// How long it was, and when it was written to, as far as is known; the former is not if packed.
  std::uint64_t seen() const { return seen_; }
  WallTime modified() const { return modified_; }
  bool is_packed() const { return is_packed_; }
  /// What was read of it has been found in this run.
  bool is_found() const { return prover_ != nullptr; }
  /// Whether it can be the file there, which has its inode: others may have that, without births.
  Result<bool> may_be(const std::string& path, const FileInfo& info) const;
  /// It stands there now.
  void note(const std::string& path, const FileInfo& info);

  /// Opens it at its path, where it was read up to. Returns false where another file stands there.
  Result<bool> open();
  bool is_open() const { return file_ != nullptr; }
  void close() { file_.reset(); }

  /// Nothing of it was read before. Returns false where it is shorter. Requires: it is open.
  Result<bool> begin(std::uint64_t offset);
  /// The same at its end: the rest of a line that it falls into is skipped.
  Result<bool> begin_at_end();
  /// It was truncated, or copied from one that was: NULs at its start are no text.
  void expect_zeros() { follows_truncation_ = true; }
  /// Looks whether what was read stands in it still, and goes on behind that. Returns false where
  /// it does not. Requires: it is open, and was not found yet.
  Result<bool> find();
  /// Looks whether `entry` is the same, and is that then. One that is not open, and of which
  /// nothing was read, is none.
  Result<Match> become(const LogEntry& entry);
  Result<bool> stands_in(const LogEntry& entry) const;
  /// All that stands in it now is never read. Where it may not be, it is known by itself alone.
  void skip(FileRole role);
  /// The same of what it has grown by since. Returns whether it has.
  bool skip_growth();
  /// Whether what was read stands there still, by its ends; one that is packed is written once.
  /// Requires: it is open, begun or found.
  Result<bool> stands_as_read() const;
  /// Whether `entry` begins as this one does now: it may be a copy. Nothing where that is empty.
  Result<std::optional<bool>> may_be_copied_to(const LogEntry& entry) const;
  /// The same, as this one was when it was read: nothing where too little is known of that.
  Result<std::optional<bool>> was_copied_to(const LogEntry& entry) const;
  /// Reads on. Requires: it is open, and begun or found. `must_check`: that it stands as read.
  Result<Reading> read(Block& block, SteadyTime now, bool must_check);
  /// As Source::has_tail() and go_back(); false where another file stands there.
  Result<std::optional<bool>> has_tail(const ProducerTail& tail, std::uint64_t offset);
  Result<bool> go_back(std::uint64_t offset);

  /// Nothing more was there when it was last read.
  bool is_at_end() const { return is_at_end_; }
  /// Whether something may have come since; what is packed is not unpacked for that.
  bool may_have_more() const;
  /// It is packed, and ends within a member: the rest may come.
  bool is_cut_off() const { return is_cut_off_; }
  /// True once of each time that it is cut off.
  bool take_cut_off() { return std::exchange(must_tell_cut_off_, false); }
  bool has_half_line() const { return framer_.unfinished_size() != 0; }
  SteadyTime grown_at() const { return grown_at_; }  ///< last
  /// The unfinished line counts as it is. Returns false when the block must be handed on first.
  bool finish_line(Block& block);
  void drop_half_line(const std::string& why);

 private:
  Result<std::optional<bool>> begins_as_known(const LogEntry& entry) const;
  bool has_time_of(const FileInfo& info) const;
  void be(const LogEntry& entry);
  Result<Match> become_unread(const LogEntry& entry);
  Result<Match> match_packed(File& text, const LogEntry& entry) const;
  Result<bool> skip_zeros(bool is_followed);
  Status take(FileProver prover, Position::Place place);
  Result<bool> take_for_packed(std::string_view bytes);
  Result<Reading> end_of(const Read& read);
  Result<bool> begin_at(std::uint64_t offset, Position::Place place);
  void start_framer(Position::Place place);
  void name_stream();

  LogContext& context_;
  FileId id_;
  std::string member_, path_;
  std::shared_ptr<const Stream> stream_;
  std::unique_ptr<File> file_;
  FileInfo opened_{};  // as it was then
  bool is_packed_ = false;
  std::uint64_t seen_ = 0;
  WallTime modified_{};
  Position known_;                      // as long as it is not found
  FileProof proof_;                     // the same; but for role and order, which always hold
  std::unique_ptr<FileProver> prover_;  // stands behind the last line
  LineFramer framer_;
  std::uint64_t offset_ = 0;
  ReadEnds ends_;                    // of what stands before that; none where it is packed
  bool follows_truncation_ = false;  // NULs at the start are no text
  SteadyTime grown_at_{};
  bool is_at_end_ = false, is_cut_off_ = false, must_tell_cut_off_ = false;
  bool has_told_trailing_ = false, is_behind_zeros_ = false;  // and text began there
};

}  // namespace wordstream
