#include "model/block.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "text/padding.h"

namespace wordstream {
namespace {

/// Whether what follows `before` in its stream, `size` bytes of it, ends at `after`.
bool leads_to(const Position& before, std::size_t size, const Position& after) {
  const bool is_behind_line =
      before.place == Position::Place::BehindLine || before.place == Position::Place::BehindCr;
  return is_behind_line && before.stream == after.stream && before.offset + size == after.offset;
}

// Not initialised on purpose: memory is touched only where bytes arrive.
std::unique_ptr<char[]> make_bytes(std::size_t capacity) {
  return std::unique_ptr<char[]>(new char[capacity + kTextPadding]);
}

}  // namespace

Block::Block(std::size_t capacity) : bytes_(make_bytes(capacity)), capacity_(capacity) {}

void Block::extend(std::size_t size) {
  WS_CHECK(size <= capacity_ - size_, "taking bytes into a block");
  WS_CHECK(counted_.empty(), "keeping lines apart from counts");
  size_ += size;
  WS_CHECK(size == 0 || bytes_[size_ - 1] == '\n' || bytes_[size_ - 1] == '\r',
           "taking whole lines into a block");
}

void Block::mark_end(Position position, Verbatim verbatim) {
  WS_CHECK(verbatim.size <= size_ && verbatim.size <= position.offset,
           "marking lines that are in a block");
  // Where nothing stands there as here before the last mark, its end would be lost.
  if (!marks_.empty() && marks_.back().verbatim.size != 0) {
    Mark& last = marks_.back();
    // Places in between need one, or have no proof.
    const bool has_proofs = last.verbatim.prover || last.position.proof.empty();
    const bool goes_on = has_proofs && !last.places && last.end + verbatim.size == size_ &&
                         leads_to(last.position, verbatim.size, position);
    if (goes_on && last.verbatim.cr_count == 0) {
      last.end = size_;
      last.verbatim.size += verbatim.size;
      last.verbatim.cr_count = verbatim.cr_count;
      last.position = std::move(position);
      return;
    }
  }
  marks_.push_back({size_, std::move(verbatim), std::move(position)});
}

void Block::mark_end(Position position, std::size_t size, std::shared_ptr<const Places> places) {
  WS_CHECK(size <= size_, "marking lines that are in a block");
  marks_.push_back({size_, {.size = size}, std::move(position), false, std::move(places)});
}

void Block::add_counted(Counted counted, Position position) {
  WS_CHECK(empty(), "counts joining a block without lines");
  counted_.push_back(std::move(counted));
  marks_.push_back({size_, {}, std::move(position)});
}

void Block::mark_over(std::shared_ptr<const Stream> stream) {
  marks_.push_back({size_, {}, Position{std::move(stream)}, true});
}

void Block::add_moves(std::size_t from, std::size_t to, Positions& change) const {
  auto mark = from == 0 ? marks_.begin() : std::ranges::upper_bound(marks_, from, {}, &Mark::end);
  for (; mark != marks_.end() && mark->end <= to; ++mark) {
    if (mark->is_over) {
      change.set_over(*mark->position.stream);
    } else {
      change.set(mark->position);
    }
  }
  if (mark == marks_.end()) return;
  // A line that ends within what stands there as here.
  const std::size_t left = mark->end - to;
  if (left >= mark->verbatim.size) return;
  if (mark->places) {
    change.set(mark->places->at(mark->verbatim.size - left));
    return;
  }
  change.set({mark->position.stream, mark->position.offset - left, Position::Place::BehindLine,
              proof_at(*mark, to)});
}

std::vector<Block::Piece> Block::pieces() const {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  for (const Mark& mark : marks_) {
    const std::string_view bytes = lines().substr(begin, mark.end - begin);
    pieces.push_back({bytes, &mark.position, mark.is_over, mark.verbatim.size == bytes.size(),
                      mark.verbatim.left_out});
    begin = mark.end;
  }
  if (begin != size_) pieces.push_back({lines().substr(begin), nullptr, false, true, 0});
  return pieces;
}

/// Of the place that lines which end at `end` lead to, among those that `mark` is of.
std::string Block::proof_at(const Mark& mark, std::size_t end) const {
  if (!mark.verbatim.prover) return mark.position.proof;
  const std::unique_ptr<Prover> prover = mark.verbatim.prover->copy();
  const std::size_t begin = mark.end - mark.verbatim.size;
  const std::size_t first_cr = mark.end - mark.verbatim.cr_count;
  prover->add(lines().substr(begin, std::min(end, first_cr) - begin));
  if (end > first_cr) prover->add(std::string(end - first_cr, '\r'));
  return prover->proof();
}

void Block::reserve(std::size_t capacity) {
  WS_CHECK(empty(), "making a block larger");
  if (capacity <= capacity_) return;
  bytes_ = make_bytes(capacity);
  capacity_ = capacity;
}

void Block::clear(std::size_t capacity_kept) {
  size_ = 0;
  marks_.clear();
  cut_line_count = 0;
  cut_ends_.clear();
  counted_.clear();
  is_awaited = false;
  if (capacity_ > capacity_kept) {
    bytes_ = make_bytes(capacity_kept);
    capacity_ = capacity_kept;
  }
}

}  // namespace wordstream
