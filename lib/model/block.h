// A buffer of whole lines on its way from a source to the counters. Every line in it ends in LF,
// CR or CRLF, of one stream or of several. It knows where its source can go on behind each of them,
// if the source does. Or it has what others have counted, and no lines. Owned by one thread at a
// time; handed on, and given back when it has been counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/counted.h"
#include "model/positions.h"

namespace wordstream {

class Block {
 public:
  /// With so many marks it is to be handed on: where a limit of a few bytes cuts every line, a mark
  /// takes up more memory than what is left of the line.
  static constexpr std::size_t kMarkCountMax = 4096;

  /// `capacity` in bytes.
  explicit Block(std::size_t capacity);

  /// The kTextPadding bytes behind them are readable (text/padding.h).
  std::string_view lines() const { return {bytes_.get(), size_}; }
  /// It has no lines.
  bool empty() const { return size_ == 0; }
  /// It has nothing to tell either: no position has moved, and nobody waits.
  bool is_blank() const { return empty() && counted_.empty() && marks_.empty() && !is_awaited; }
  std::size_t capacity() const { return capacity_; }

  /// The room behind the lines.
  std::span<char> room() { return {bytes_.get() + size_, capacity_ - size_}; }

  /// Makes the first `size` bytes of the room part of the lines. Requires: they end in a line end.
  void extend(std::size_t size);

  /// The last bytes of the lines so far, which stand one beside the other in their stream as here,
  /// so that the line ends among them need no mark of their own.
  struct Verbatim {
    std::size_t size = 0;      ///< 0 where the position has moved without a line, too
    std::size_t cr_count = 0;  ///< so many of them, the last ones, are CR there and LF here
    /// Where `size` is 0: so many bytes follow the last line there, the rest of it, and are left
    /// out here.
    std::uint64_t left_out = 0;
    /// Stands where they begin, and is not changed any more; null where places have no such
    /// proof, or there is no line end among them but the last.
    std::shared_ptr<const Prover> prover = nullptr;
  };
  /// The lines so far end at `position` of their stream.
  void mark_end(Position position, Verbatim verbatim);

  /// The same, where `places` knows those within the last `size` bytes.
  void mark_end(Position position, std::size_t size, std::shared_ptr<const Places> places);

  /// What a sender has counted joins the block, and moves its stream to `position`: all that is in
  /// here is counted at once. Requires: it has no lines, and gets none.
  void add_counted(Counted counted, Position position);
  const std::vector<Counted>& counted() const { return counted_; }

  /// A stream is over with the lines so far.
  void mark_over(std::shared_ptr<const Stream> stream);

  /// Adds to `change` how positions move with the lines that end, with their ends, in `from` < end
  /// <= `to`: the last place of each of their streams. What has moved before the first line belongs
  /// to it. Requires: a line ends at `to`, or there is none.
  void add_moves(std::size_t from, std::size_t to, Positions& change) const;

  /// What lies between two marks: lines of one stream.
  struct Piece {
    std::string_view bytes;  ///< may be empty
    /// At their end; of a stream that is over only the stream counts. Null where it has no name.
    const Position* position;
    bool is_over;
    /// They stand in their stream as here; else they are one line, whose end is not of the stream.
    bool is_verbatim;
    std::uint64_t left_out;  ///< as Verbatim::left_out
  };
  /// All of it, piece by piece. They last until the block is changed.
  std::vector<Piece> pieces() const;

  /// How many marks it needs: one, unless lines were cut or come from several streams.
  std::size_t mark_count() const { return marks_.size(); }

  /// Gives an empty block room for `capacity` bytes. Requires: the block is empty.
  void reserve(std::size_t capacity);

  /// Forgets the lines; keeps the memory unless it had outgrown `capacity_kept`.
  void clear(std::size_t capacity_kept);

  /// The last line was too long, and its rest is skipped.
  void note_cut() {
    ++cut_line_count;
    cut_ends_.push_back(size_);
  }
  /// Lines in here whose rest was skipped because they were too long, and behind their ends.
  std::uint64_t cut_line_count = 0;
  std::span<const std::size_t> cut_ends() const { return cut_ends_; }

  /// Those who sent what has come up to its end send no more before that is committed.
  bool is_awaited = false;

 private:
  struct Mark {
    std::size_t end;    // in the block
    Verbatim verbatim;  // bytes before it
    Position position;  // at the end; of a stream that is over only the stream counts
    bool is_over = false;
    std::shared_ptr<const Places> places = nullptr;  // of so many bytes as stand in `verbatim`
  };

  std::string proof_at(const Mark& mark, std::size_t end) const;

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_;
  std::vector<Mark> marks_;  // by their ends
  std::vector<std::size_t> cut_ends_;
  std::vector<Counted> counted_;
};

}  // namespace wordstream
